// The page of doctor for a terminal.
import type { DoctorReport } from './doctor.ts'
import type { DoctorFix } from './fix.ts'
import type { Example, Finding, Severity } from './finding.ts'
import type { Overview, Spread } from './overview.ts'
import { taskLines } from './task-lines.ts'
import { cut, oneLine, widthOf } from '../../base/text.ts'
import { compact, counted, duration, percent, plural } from '../../base/format.ts'
import { hanging, type PageStyle } from '../../terminal/page.ts'

const GROUPS: readonly [Severity, string][] = [
  ['breaks', 'BREAKS TRAINING'],
  ['harms', 'HARMS TRAINING'],
  ['look', 'WORTH A LOOK'],
]

/** Returns the page: the contents of the file, then the findings, the worst first. */
export function doctorPage(report: DoctorReport, style: PageStyle): string[] {
  const groups = GROUPS.flatMap(([severity, title]) => {
    const findings = report.findings.filter((finding) => finding.severity === severity)
    if (findings.length === 0) return []
    return ['', style.heading(title), ...findings.flatMap((each) => ['', ...findingLines(each, report.file, style)])]
  })
  const lines = [...overviewLines(report, style), ...groups]
  const fixed = report.fixed === null ? [] : ['', ...fixLines(report.fixed, style)]
  if (groups.length === 0) return [...lines, '', style.heading('No problems found (without asking a model).'), ...fixed]
  const hidden = report.findings.some((finding) => finding.examples.length > shownOf(finding).length)
  return hidden
    ? [...lines, '', style.faint(`--json lists up to 20 examples of each.`), ...fixed]
    : [...lines, ...fixed]
}

/** Says what --fix did. */
function fixLines({ path, rows, dropped, droppedPath, badRows, mendedRows, passages }: DoctorFix, style: PageStyle) {
  const taken = Object.entries(passages).filter(([, count]) => count > 0)
  const done = [
    ...(dropped > 0 ? [`${plural(dropped, 'repeated row')} left out, listed in ${droppedPath ?? 'no file'}`] : []),
    ...taken.map(([code, count]) => `${plural(count, 'passage')} taken out: ${code}`),
    ...(mendedRows > 0 ? [`${plural(mendedRows, 'bad row')} mended`] : []),
    ...(badRows > 0
      ? [`${plural(badRows, 'bad row')} left as ${badRows === 1 ? 'it is' : 'they are'}: mend by hand`]
      : []),
  ]
  const head = style.heading(
    `${nameOf(path)}: ${plural(rows, 'row')}${badRows > 0 ? ` and ${plural(badRows, 'bad row')}` : ''} written`,
  )
  return [head, ...(done.length === 0 ? ['nothing that can be mended safely'] : done).map((line) => `  ${line}`)]
}

function overviewLines({ file, format, rows, badRows, seconds, overview }: DoctorReport, style: PageStyle): string[] {
  const { passages, characters } = overview
  const ignored = passages.ignored > 0 ? `, ${counted(passages.ignored)} ignored` : ''
  const sharing =
    overview.rowsSharingQuery > 0
      ? `; ${plural(overview.rowsSharingQuery, 'row')} share a query with another row`
      : '; no two rows share a query'
  const table = [
    ['queries', `${counted(overview.distinctQueries)} distinct${sharing}`],
    ['', `${spread(characters.queries)} characters, ${compact(characters.queries.total)} in total`],
    [
      'passages',
      `${plural(passages.positive, 'positive')}, ${spread(overview.positivesPerRow)} per row; ` +
        `${plural(passages.negative, 'negative')}, ${spread(overview.negativesPerRow)} per row${ignored}`,
    ],
    ...originLines(overview),
    ['', `${spread(characters.passages)} characters, ${compact(characters.passages.total)} in total`],
    ...taskLines(overview).map((line, index) => [index === 0 ? 'tasks' : '', line]),
  ] as [string, string][]
  const bad = badRows > 0 ? ` and ${plural(badRows, 'bad row')}` : ''
  return [
    style.heading(`${nameOf(file)}: ${plural(rows, 'row')}${bad}, ${format} format`),
    ...(rows === 0 ? [] : table.flatMap(([name, text]) => hanging(`  ${name.padEnd(10)}`, text, style.width))),
    style.faint(`  ranges show min … median … max${seconds < 1 ? '' : `; checked in ${duration(seconds)}`}`),
  ]
}

/** Lists the origins of negatives, if the file records them. */
function originLines({ origins: { given, mined, generated } }: Overview): string[][] {
  if (mined + generated === 0) return []
  const parts = [
    ...(given > 0 ? [`${counted(given)} given`] : []),
    ...(mined > 0 ? [`${counted(mined)} mined`] : []),
    ...(generated > 0 ? [`${counted(generated)} generated`] : []),
  ]
  return [['', `negatives by origin: ${parts.join(', ')}`]]
}

const spread = ({ min, median, max }: Spread) =>
  min === max ? counted(min) : `${counted(min)} … ${counted(median)} … ${counted(max)}`

function findingLines(finding: Finding, file: string, style: PageStyle): string[] {
  const { title, count, noun, rows, share, parts, why, advice } = finding
  const digits = Math.max(...parts.map((part) => counted(part.count).length))
  const what = noun === 'row' ? plural(count, 'row') : `${many(count, noun)} in ${plural(rows, 'row')}`
  return [
    `  ${style.heading(title)}: ${what}, ${shareOf(share)}`,
    ...hanging('    ', why, style.width),
    ...parts.flatMap((part) => hanging(`    ${counted(part.count).padStart(digits)} `, part.text, style.width)),
    ...hanging('    → ', advice, style.width),
    ...shownOf(finding).flatMap((example) => exampleLines(example, file, style)),
  ]
}

const SHOWN = 3
const INDENT = 6
const NOTE_LINES = 3

/** Returns the examples to show. Bad rows take one line each and are all shown; examples with a query and a passage take three. */
function shownOf({ examples }: Finding): Example[] {
  return examples.every(({ query }) => query === undefined) ? examples : examples.slice(0, SHOWN)
}

function exampleLines({ line, note, query, label, passage }: Example, file: string, style: PageStyle): string[] {
  const place = `${nameOf(file)}:${line}`
  const texts = [
    ['query', query],
    [label ?? '', passage],
  ].filter((entry): entry is [string, string] => entry[1] !== undefined)
  const names = Math.max(...texts.map(([name]) => name.length))
  const fits = INDENT + widthOf(place) + 2 + widthOf(note) <= style.width
  const deeper = ' '.repeat(INDENT + 2)
  return [
    `${' '.repeat(INDENT)}${place}${fits ? `  ${oneLine(note)}` : ''}`,
    ...(fits ? [] : hanging(deeper, cut(note, NOTE_LINES * (style.width - INDENT - 2)), style.width)),
    ...texts.map(([name, text]) => {
      const snippet = cut(text, style.width - INDENT - names - 4)
      return style.faint(`${deeper}${name.padEnd(names)}  ${snippet || '(empty)'}`)
    }),
  ]
}

const nameOf = (file: string) => (file === '-' ? 'standard input' : file)
const many = (count: number, noun: string) =>
  noun === 'query' && count !== 1 ? `${counted(count)} queries` : plural(count, noun)
const shareOf = (share: number) =>
  share > 0 && share < 0.001 ? 'under 0.1% of the file' : `${percent(share)} of the file`
