// The page of winnow overlap: what was found of the test, examples, and what was left out.
import { cut } from '../../base/text.ts'
import { KINDS, type Kind } from './likeness.ts'
import type { TestTextMatches, OverlapExample } from './tally.ts'
import type { OverlapReport } from './report.ts'
import { counted, duration, percent, plural } from '../../base/format.ts'
import { hanging, type PageStyle } from '../../terminal/page.ts'

export function overlapPage(report: OverlapReport, style: PageStyle): string[] {
  const { input, rows, collection } = report
  const bad = input.badRows > 0 ? `, and ${plural(input.badRows, 'bad row')} not compared` : ''
  const head = `${nameOf(input.path)} against ${collection.name} ${collection.split}: ${plural(rows, 'row')}${bad}`
  return [
    style.heading(head.trimEnd()),
    ...table(report).flatMap(([name, text]) => hanging(`  ${name.padEnd(NAMES)}`, text, style.width)),
    ...hanging('  ', likenessText(report), style.width).map((line) => style.faint(line)),
    ...exampleLines('Test queries among the rows', 'query', report.queries, input.path, style),
    ...exampleLines('Judged passages among the positives', 'positive', report.positives, input.path, style),
    ...exampleLines('Judged passages among the negatives', 'negative', report.negatives, input.path, style),
    ...removedLines(report, style),
  ]
}

const NAMES = 19
const LINES_SHOWN = 5

function table({ queries, passages, positives, negatives, both, collection }: OverlapReport): [string, string][] {
  const judged = collection.judged === 'all' ? 'judged passages' : 'relevant passages'
  return [
    ['test queries', `${foundText(queries)}${queries.found > 0 ? `; ${plural(queries.rows, 'row')}` : ''}`],
    [judged, foundText(passages)],
    ...(passages.found === 0
      ? []
      : ([
          ['  as positives', passagesText(positives)],
          ['  as negatives', passagesText(negatives)],
        ] as [string, string][])),
    ...(both.rows === 0 ? [] : [['both in one row', bothText(both)] as [string, string]]),
  ]
}

const foundText = ({ found, of, share, kinds }: TestTextMatches) =>
  found === 0
    ? `none of ${counted(of)}`
    : `${counted(found)} of ${counted(of)} (${percent(share)}): ${kindsText(kinds)}`

function passagesText({ found, kinds, occurrences, rows }: TestTextMatches): string {
  if (found === 0) return 'none'
  return `${counted(found)}: ${kindsText(kinds)}; ${plural(occurrences, 'passage')} in ${plural(rows, 'row')}`
}

function kindsText(kinds: Record<Kind, number>): string {
  const seen = KINDS.filter((kind) => kinds[kind] > 0)
  return seen.map((kind) => `${counted(kinds[kind])} ${kind}`).join(', ')
}

function bothText({ rows, relevant, lines }: OverlapReport['both']): string {
  const shown = lines.slice(0, LINES_SHOWN).join(', ')
  const more = rows > LINES_SHOWN ? ', …' : ''
  return (
    `${plural(rows, 'row')}: a test query with a judged passage as its positive; ` +
    `in ${counted(relevant)} the pair is judged relevant (line ${shown}${more})`
  )
}

function likenessText({ match, threshold, seconds }: OverlapReport): string {
  const taken = seconds < 1 ? '' : `; ${duration(seconds)}`
  return `${kindsMeant(match, threshold)}${taken}`
}

function kindsMeant(match: Kind, threshold: number): string {
  if (match === 'exact') return 'compared exactly'
  const folded = 'ignoring case, spacing, quote marks and dashes'
  return match === 'folded'
    ? `compared ${folded}`
    : `folded: equal ${folded}; near: similarity of at least ${threshold}`
}

/** Examples per kind, so that near-duplicates can be assessed even if most matches are exact. */
const SHOWN = 2
const INDENT = 4

function exampleLines(title: string, label: string, found: TestTextMatches, file: string, style: PageStyle): string[] {
  const shown = KINDS.flatMap((kind) => found.examples.filter((each) => each.kind === kind).slice(0, SHOWN))
  if (shown.length === 0) return []
  return ['', style.heading(title), ...shown.flatMap((each) => oneExample(each, label, file, style))]
}

function oneExample(example: OverlapExample, label: string, file: string, style: PageStyle): string[] {
  const { line, kind, similarity, id, test, text } = example
  const how = kind === 'near' ? `near (${similarity.toFixed(2)})` : kind
  const show = (name: string, shown: string) =>
    style.faint(`${' '.repeat(INDENT)}${name.padEnd(8)}  ${cut(shown, style.width - INDENT - 10)}`)
  const texts = kind === 'exact' ? [show(label, text)] : [show(label, text), show('test', test)]
  return [`  ${nameOf(file)}:${line}  ${id}, ${how}`, ...texts]
}

function removedLines({ removed, outputs, queries, passages }: OverlapReport, style: PageStyle): string[] {
  if (removed === null || outputs === null) {
    if (queries.found + passages.found === 0) return []
    return [
      '',
      ...hanging('→ ', '--out ROWS writes the rows without the overlap; --remove limits what is removed.', style.width),
    ]
  }
  const { rows, dropReasons, passages: taken } = removed
  const reasons = Object.entries(dropReasons)
    .filter(([, count]) => count > 0)
    .map(([code, count]) => `${counted(count)} ${code}`)
  const files = Object.values(outputs).filter((path) => path !== '-')
  return [
    '',
    style.heading(`Removed: ${removed.what === 'both' ? 'test queries and judged passages' : removed.what}`),
    `  rows      ${counted(rows.kept)} kept, ${counted(rows.changed)} changed, ${counted(rows.dropped)} dropped${reasons.length > 0 ? `: ${reasons.join(', ')}` : ''}`,
    `  passages  ${plural(taken.positives, 'positive')} and ${plural(taken.negatives, 'negative')} removed from the changed rows`,
    ...hanging('  files     ', files.join(' '), style.width),
  ]
}

const nameOf = (file: string) => (file === '-' ? 'standard input' : file)
