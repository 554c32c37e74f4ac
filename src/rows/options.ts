// The options of every command that reads or writes rows.
import { choice, type OptionSpec } from '../options/options.ts'
import { CONTAINER_NAMES, type ContainerName } from './containers/names.ts'
import { FORMAT_NAMES, type FormatName } from './formats/names.ts'

/** What `--to` asks for: `bge`, `parquet` or `bge+parquet`. */
type FormText = FormatName | ContainerName | `${FormatName}+${ContainerName}`

/** Returns the format and the container of `--to`; undefined where it names none. @throws Error saying what is allowed */
export function formOf(to: string | undefined): { format?: FormatName; container?: ContainerName } {
  const form: { format?: FormatName; container?: ContainerName } = {}
  for (const part of to?.split('+') ?? []) {
    const format = FORMAT_NAMES.find((each) => each === part)
    const container = CONTAINER_NAMES.find((each) => each === part)
    if (format !== undefined && form.format === undefined) form.format = format
    else if (container !== undefined && form.container === undefined) form.container = container
    else
      throw new Error(
        `allowed: a format (${FORMAT_NAMES.join(', ')}), a container (${CONTAINER_NAMES.join(', ')}), or both: bge+parquet`,
      )
  }
  return form
}

const TO: OptionSpec<FormText | undefined> = {
  ...choice(FORMAT_NAMES, {
    help: 'format of the output rows, container of the output file (jsonl, json, csv, tsv, parquet, arrow), or both: bge+parquet (default: the format of the input, the container by the name of --out)',
    default: undefined,
  }),
  value: 'FORMAT',
  default: undefined,
  read: (raw) => {
    formOf(String(raw))
    return raw as FormText
  },
}

export const ROW_OPTIONS = {
  format: choice(FORMAT_NAMES, {
    help: 'format of the rows (default: detected from the first row)',
    default: undefined,
    rare: true,
    value: 'FORMAT',
  }),
  to: TO,
  onBadRow: choice(['stop', 'skip'], {
    help: 'unreadable rows: stop, or skip them and write them to OUT.bad.jsonl',
    default: 'stop',
  }),
}
