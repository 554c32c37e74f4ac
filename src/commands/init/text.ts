// The text of winnow.yaml: what was found, and each option that matters with a line on it, as the commands declare them.
import { harmless } from '../../base/harmless.ts'
import { plural } from '../../base/format.ts'
import { specOf } from '../../options/merged.ts'
import { flagOf, type OptionSchema, type OptionSpec } from '../../options/options.ts'
import type { RowsSeen } from './look.ts'
import { METHOD, type Proposal, type Proposals } from './propose.ts'
import type { Surroundings } from './surroundings.ts'

/** The options of the commands that have a section. */
export type Schemas = Readonly<Record<(typeof SECTIONS)[number], OptionSchema>>

export const SECTIONS = ['clean', 'grow', 'mine', 'train', 'compare'] as const

/** Options that several commands share. */
const GENERAL = ['ledger', 'tasks', 'task', 'concurrency']
/** Options for a single run, and those for the script beside the rows. */
const OF_ONE_RUN = ['limit', 'dryRun', 'noStop', 'noCheck', 'pilot', 'writeEvidence']
/** What the other sections begin with. */
const FIRST_OF = {
  grow: ['out', 'writer', 'verifier', 'perRow', 'maxUsd'],
  mine: ['out', 'split', 'corpus', 'retriever', 'negatives', 'share'],
  train: ['out', 'base', 'epochs', 'dev'],
  compare: ['eval', 'base', 'seeds', 'measure'],
} as const

/** What chooses among declarations that differ. */
const OWNERS = [METHOD, 'winnow']

export function configText(
  schemas: Schemas,
  rows: RowsSeen | undefined,
  around: Surroundings,
  proposals: Proposals,
): string {
  const of = (schema: OptionSchema, names: readonly string[]) =>
    names.flatMap((name) => lineFor(name, schema[name], proposals[name]))
  const proposed = Object.keys(proposals).filter((name) => !GENERAL.includes(name))
  const further = usualOptions(schemas.clean).filter((name) => !proposed.includes(name))
  const others = Object.entries(FIRST_OF).map(([name, options]) => {
    const schema = schemas[name as keyof typeof FIRST_OF]
    return [`#${name}:`, ...options.flatMap((option) => lineFor(option, schema[option], undefined)).map(offInside)]
  })
  const parts = [
    headOf(rows, around),
    ['# For every command that has the option.', ...of(schemas.clean, GENERAL)],
    [comment(`winnow clean ${rows?.path ?? 'ROWS'}`), 'clean:', ...indented(of(schemas.clean, proposed))],
    indented(['# Further options of winnow clean.', ...of(schemas.clean, further)]),
    ...others,
  ]
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

const indented = (lines: string[]) => lines.map((line) => `  ${line}`)

/** The names of the usual options of cleaning. */
function usualOptions(schema: OptionSchema): string[] {
  const left = [...GENERAL, ...OF_ONE_RUN]
  return Object.entries(schema).flatMap(([name, { owners, isRare }]) =>
    isRare || owners?.includes(METHOD) === false || left.includes(name) ? [] : [name],
  )
}

function headOf(rows: RowsSeen | undefined, { lines }: Surroundings): string[] {
  return [
    `Settings of Winnow${rows ? ` for ${rows.path}` : ''}. Every command that is started in this folder reads them.`,
    'What is typed on the command line wins over this file, and this file over the defaults.',
    'A line such as #judge: MODEL is off; remove the # to set the option. winnow COMMAND --help-all shows all options.',
    'Keys and passwords have no place here: they are read from the environment.',
    '',
    ...(rows ? rowLines(rows) : []),
    ...lines,
  ].map(comment)
}

const DATASETS = 12

export function rowLines({ path, format, rows, badRows, datasets, medianNegatives, origins }: RowsSeen): string[] {
  const bad = badRows === 0 ? '' : `, and ${plural(badRows, 'row')} that cannot be read`
  const named = datasets.map(({ name, rows: many, task, isKnown }) => {
    return `${name ?? 'rows without a dataset'}: ${plural(many, 'row')}, task ${task}${isKnown ? '' : ' by default'}`
  })
  const more = datasets.length > DATASETS ? [`${datasets.length - DATASETS} more datasets`] : []
  return [
    `${path}: ${plural(rows, 'row')} in the format ${format}${bad}`,
    `negatives: ${medianNegatives} per row (median), ${originsOf(origins)}`,
    ...[...named.slice(0, DATASETS), ...more].map((line) => `  ${line}`),
  ]
}

function originsOf({ given, mined, generated }: RowsSeen['origins']): string {
  if (mined + generated + given === 0) return 'so there are none to clean: winnow mine finds some'
  if (mined + generated === 0) return 'the file does not say how they were found'
  return `${mined} mined, ${generated} written by a model, ${given} given`
}

/** Returns an option with a comment on what it does, its range and its default. */
function lineFor(name: string, declared: OptionSpec | undefined, proposal: Proposal | undefined): string[] {
  if (declared === undefined) return []
  const spec = OWNERS.reduce(specOf, declared)
  const usual = spec.default === undefined || spec.default === false || spec.isList ? undefined : String(spec.default)
  const notes = [spec.allowed, usual === undefined ? undefined : `default: ${usual}`].filter(Boolean)
  const owners = declared.owners === undefined ? '' : `${declared.owners.join(', ')}: `
  const help = spec.help.startsWith(owners) ? spec.help.slice(owners.length) : spec.help
  const key = flagOf(name).slice(2)
  const value = proposal?.value === undefined ? (usual ?? spec.value ?? 'true') : scalar(proposal.value)
  return [
    comment(`${help}${notes.length > 0 ? ` [${notes.join('; ')}]` : ''}`),
    ...(proposal ? [comment(`Here: ${proposal.why}`)] : []),
    `${proposal?.value === undefined ? '#' : ''}${key}: ${value}`,
  ]
}

/** Names of files and datasets may hold line breaks, which would end the comment. */
const comment = (line: string) => `# ${harmless(line).replaceAll('\n', '\\n')}`.trimEnd()

/** Quotes a value where YAML might not read it as the same text or number. */
const scalar = (value: string) =>
  /^(\d+(\.\d+)?|[a-z][\w./-]+)$/i.test(value) ? value : harmless(JSON.stringify(value))

/** A line inside a section that is off as a whole. */
const offInside = (line: string) => `#  ${line.replace(/^#(?! )/, '')}`
