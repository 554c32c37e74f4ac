// Writes the file that another policy makes: what `winnow apply` does with the same options.
import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { UsageError } from '../../base/errors.ts'
import type { Hooks } from '../../base/hooks.ts'
import { shellWord } from '../../base/strings.ts'
import { apply, type ApplyOptions } from '../../job/apply.ts'
import { APPLY_OPTIONS } from '../../job/options.ts'
import { outputPaths } from '../../job/outputs.ts'
import { SCORE_OPTIONS } from '../../job/scores.ts'
import { STAGE_OPTIONS } from '../../method/options.ts'
import { flagOf } from '../../options/options.ts'
import type { Written } from '../api.ts'
import type { OpenedRun } from '../opened-run.ts'
import { decidedBy, withGiven, type GivenOptions } from './policy-options.ts'

/** Options of the file that its successor keeps, besides those of the policy. */
const KEPT: readonly string[] = [
  'format',
  'to',
  'onBadRow',
  'limit',
  ...Object.keys({ ...STAGE_OPTIONS, ...SCORE_OPTIONS }),
]

/**
 * @param rows the file that is read in the studio
 * @param out the name of the new file, which is written beside it
 * @throws UsageError if the name is no plain name or is taken; as `apply` does
 */
export async function writeFile(
  run: OpenedRun,
  rows: string,
  given: GivenOptions,
  out: string,
  hooks: Hooks = {},
): Promise<Written> {
  const path = join(dirname(rows), assertName(out))
  const { rows: file, manifest } = outputPaths(path)
  const taken = [file, manifest].find((each) => existsSync(each))
  if (taken !== undefined) {
    throw new UsageError(`${basename(taken)} exists already`, { hint: 'Give the new file another name.' })
  }
  const input = run.made?.input ?? rows
  const options = optionsOf(run, given, path)
  const command = ['winnow apply', shellWord(input), ...Object.entries(options).flatMap(flagsOf)].join(' ')
  const written = await apply(input, options as ApplyOptions, hooks)
  const { outcomes, read } = written.rows
  return { out: basename(path), command, rows: { all: read, ...outcomes } }
}

/** Names that end in what rows may be kept in; nothing that leads to another folder. */
const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}\p{M}_ .+@,=-]*\.(jsonl|json|parquet|csv|tsv)(\.gz|\.zst)?$/u

function assertName(out: string): string {
  if (NAME.test(out)) return out
  throw new UsageError(`${JSON.stringify(out)} is not a name for the new file`, {
    hint: 'Give a name without a folder, such as other.jsonl; it is written beside the file that is open.',
  })
}

function optionsOf(run: OpenedRun, given: GivenOptions, out: string): Record<string, unknown> {
  const { made, store, stored, deciding } = run
  const kept = Object.entries(made?.options ?? {}).filter(([name]) => KEPT.includes(name))
  const place = store.ledger === undefined ? { evidence: store.path } : { ledger: store.path, run: stored.id }
  return { out, ...place, ...Object.fromEntries(kept), ...withGiven(deciding.definition, decidedBy(run), given) }
}

/** Returns an option as it is typed. */
function flagsOf([name, value]: [string, unknown]): string[] {
  const spec = APPLY_OPTIONS[name as keyof typeof APPLY_OPTIONS]
  if (value === undefined || value === null) return []
  if (spec?.value === undefined) return value === true ? [flagOf(name)] : []
  const values = Array.isArray(value) ? value : [value]
  return values.flatMap((each) => [flagOf(name), shellWord(String(each))])
}
