// The end of a summary: the changes that tell most, and the commands to type next.
import { shellWord } from '../../base/strings.ts'
import { oneLine } from '../../base/text.ts'
import { plural } from '../../base/format.ts'
import type { ShownChange } from '../../job/changes/shown-change.ts'
import type { TellingChanges } from '../../job/changes/telling.ts'
import type { Manifest } from '../../job/manifest.ts'
import { moveLines, rowLines, shortening } from '../change-lines.ts'
import { nextCommands } from '../next.ts'
import type { PageStyle } from '../page.ts'

const EXAMPLES = 3
const LINES_OF_TEXT = 3

/** Formats changes, under a heading with the number of all. */
export function exampleLines(examples: readonly ShownChange[], all: number, style: PageStyle): string[] {
  if (examples.length === 0) return []
  const head = examples.length === all ? plural(all, 'change') : `${examples.length} of ${plural(all, 'change')}`
  const isGuessed = examples.some(({ mark }) => mark?.by === 'likeness')
  return [
    style.heading(isGuessed ? `${head}; marked: the sentence most like the reason and the positive` : head),
    ...examples.flatMap((each) => [...exampleOf(each, style), '']),
  ]
}

/** Shows a change beside the first positive of its row. */
function exampleOf(change: ShownChange, style: PageStyle): string[] {
  const { query, positives } = change
  const short = shortening(LINES_OF_TEXT, style)
  return [
    ...rowLines({ query, positives: positives.slice(0, 1) }, style, short),
    ...moveLines(change, style, LINES_OF_TEXT),
  ]
}

/** Lists the commands to type next, each with its purpose. */
export function nextLines(
  { input, outputs, command }: Pick<Manifest, 'input' | 'outputs' | 'command'>,
  row: string | undefined,
) {
  if (outputs.rows === '-') return []
  const [before, after] = [shellWord(input.path), shellWord(outputs.rows)]
  const lines: [string, string][] = [
    ...(row === undefined ? [] : readingLines(after)),
    ...(row === undefined || oneLine(row) !== row
      ? []
      : [[`explain ${after} ${shellWord(row)}`, 'the first of these: all evidence and calls'] as [string, string]]),
    ...(input.path === '-' || command === 'grow'
      ? []
      : [[`compare ${before} ${after} --eval BEIR_DIR`, 'does it train a better retriever?'] as [string, string]]),
  ]
  return nextCommands(lines)
}

const readingLines = (rows: string): [string, string][] => [
  [`changes ${rows}`, 'read all changes here'],
  [`studio ${rows}`, 'read them in a page, try other policies, audit'],
]

/** Returns the end of a summary: the changes that tell most, and what to do next. */
export function closingLines(
  manifest: Manifest,
  telling: TellingChanges | undefined,
  changes: number,
  style: PageStyle,
): string[] {
  const examples = telling?.first(EXAMPLES) ?? []
  return [...exampleLines(examples, changes, style), ...nextLines(manifest, examples[0]?.row)]
}
