// Three changes of a run, shown at the end of its summary.
import { existsSync } from 'node:fs'
import { readLines, textOf } from '../../base/lines.ts'
import { cut, oneLine, widthOf } from '../../base/text.ts'
import type { Manifest } from '../../job/manifest.ts'
import { plural } from '../../base/format.ts'
import { hanging, type PageStyle } from '../page.ts'
import { inContext, withMarks } from '../snippet.ts'

/** A line of the list of changes, with the fields that are shown. */
export interface ListedChange {
  row: string
  /** null for a passage that was written or mined for the row. */
  from: string | null
  to: string
  stage: string
  verdict: string | null
  reason: string
  query: string
  text: string
  snippet?: { text: string }
}

const EXAMPLES = 3
/** How many lines of the list are read; even in a large file, the first ones hold enough examples. */
const LINES_READ = 2000
/** Stages that decide without a model, so their changes are less interesting. */
const WITHOUT_MODEL = new Set(['duplicate', 'known', 'beyond', 'refill'])

/**
 * Returns the changes worth showing, at most one per row: new positives first, then passages that a model added or removed, then the
 * others.
 */
export async function exampleChanges(list: string): Promise<ListedChange[]> {
  if (!existsSync(list)) return []
  const found: ListedChange[] = []
  for await (const lines of readLines(list)) {
    found.push(...lines.map((line) => JSON.parse(textOf(line)) as ListedChange))
    if (found.length >= LINES_READ) break
  }
  return chosen(onePerRow(found.slice(0, LINES_READ).toSorted((one, other) => rankOf(one) - rankOf(other))))
}

function onePerRow(changes: readonly ListedChange[]): ListedChange[] {
  const rows = new Set<string>()
  return changes.filter(({ row }) => !rows.has(row) && rows.add(row))
}

/** Returns the first changes; the last one is of another kind, if possible. */
function chosen(changes: readonly ListedChange[]): ListedChange[] {
  const first = changes.slice(0, EXAMPLES - 1)
  const rest = changes.slice(EXAMPLES - 1)
  const kind = first[0] && rankOf(first[0])
  const last = rest.find((each) => rankOf(each) !== kind && !WITHOUT_MODEL.has(each.stage)) ?? rest[0]
  return last === undefined ? first : [...first, last]
}

function rankOf({ to, from, stage }: ListedChange): number {
  if (WITHOUT_MODEL.has(stage)) return 3
  if (to === 'positive') return 0
  return from === null ? 1 : 2
}

/** Formats the examples, under a heading with the number of all changes. */
export function exampleLines(examples: readonly ListedChange[], all: number, style: PageStyle): string[] {
  if (examples.length === 0) return []
  const head = examples.length === all ? plural(all, 'change') : `${examples.length} of ${plural(all, 'change')}`
  return [style.heading(head), ...examples.flatMap((each) => oneExample(each, style))]
}

const LINES_OF_TEXT = 2
const NAMES = { query: '  query    ', text: '  passage  ', move: '  change   ', why: '  why      ' }

function oneExample(
  { query, text, from, to, stage, verdict, reason, snippet }: ListedChange,
  style: PageStyle,
): string[] {
  const { width } = style
  const words = snippet && wordsIn(text, snippet.text)
  const room = LINES_OF_TEXT * (width - widthOf(NAMES.text)) - 4
  const passage = words ?? cut(text, room)
  const said = verdict === null ? stage : `${stage}: ${verdict}`
  return [
    ...hanging(NAMES.query, cut(query, room), width),
    ...withMarks(hanging(NAMES.text, passage, width), style),
    ...hanging(NAMES.move, `${from ?? 'new'} → ${to === 'ignored' ? 'removed' : to}  (${said})`, width),
    ...hanging(NAMES.why, cut(oneLine(reason), room), width),
    '',
  ]
}

/** Returns the part of a passage around the words behind a verdict. */
function wordsIn(text: string, words: string): string | undefined {
  const at = text.indexOf(words)
  if (at < 0) return undefined
  const before = text.slice(0, at)
  const start = [...before].length
  return inContext({ text }, { text: words, in: 'text', start, end: start + [...words].length })
}

/** Lists the commands to type next, each with its purpose. */
export function nextLines(
  { input, outputs, command }: Pick<Manifest, 'input' | 'outputs' | 'command'>,
  row: string | undefined,
) {
  if (outputs.rows === '-') return []
  const winnow = process.env['npm_execpath'] === undefined ? 'winnow' : 'npx winnow'
  const [before, after] = [quoted(input.path), quoted(outputs.rows)]
  const lines: [string, string][] = [
    ...(row === undefined || oneLine(row) !== row
      ? []
      : [[`explain ${after} ${quoted(row)}`, 'explain the first of these changes'] as [string, string]]),
    ...(input.path === '-' || command === 'grow'
      ? []
      : [[`compare ${before} ${after} --eval BEIR_DIR`, 'does it train a better retriever?'] as [string, string]]),
  ]
  const width = Math.max(0, ...lines.map(([text]) => text.length))
  return lines.length === 0
    ? []
    : ['next', ...lines.map(([text, what]) => `  ${winnow} ${text.padEnd(width)}  ${what}`)]
}

/** Quotes a word for a shell. */
const quoted = (word: string) => (/^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)

/** Returns the end of a summary: examples of the changes, and what to do next. */
export async function closingLines(manifest: Manifest, changes: number, style: PageStyle): Promise<string[]> {
  const examples = await exampleChanges(manifest.outputs['changes'] ?? '')
  return [...exampleLines(examples, changes, style), ...nextLines(manifest, examples[0]?.row)]
}
