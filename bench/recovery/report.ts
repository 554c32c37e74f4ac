// The third step: the tables of bench/results/recovery.md.
import { crossedEffect } from '../../src/statistics/crossed.ts'
import type { Interval } from '../../src/statistics/intervals.ts'
import {
  CLEANINGS,
  isDrawn,
  placesIn,
  readJson,
  type ArmName,
  type Cleaning,
  type NumberedRow,
  type Places,
  type Result,
  type Truth,
} from './arms.ts'
import { added, precisionOf, recallOf, touchedIn, type LabelChanges } from './changes.ts'
import { differenceOf, wonBack, type ArmValues, type Recovery } from './effects.ts'
import type { Extent } from './prepare.ts'

const NAMES: Readonly<Record<ArmName, string>> = {
  untrained: 'untrained',
  clean: 'clean',
  dirty: 'dirty',
  'rlhn gpt-4o': 'rlhn, errs as GPT-4o',
  'rlhn 5%': 'rlhn, 5% errors',
  'arhn gpt-4o': 'arhn, errs as GPT-4o',
  'arhn 5%': 'arhn, 5% errors',
  'percpos 95%': 'percpos, 95%',
  'percpos fitted': 'percpos, share fitted',
  random: 'removed at random',
}

interface ReportInput {
  places: Places
  /** The halves of Cranfield form one collection. */
  parts: readonly string[]
  seeds: readonly number[]
}

/** Returns tables in Markdown, by collection. */
export function report(
  folder: string,
  parts: readonly string[],
  { rates, seeds, cleanings = CLEANINGS }: Extent,
): Map<string, string> {
  const groups = Map.groupBy(parts, (part) => part.replace(/-[ab]$/, ''))
  const places = placesIn(folder)
  return new Map([...groups].map(([name, of]) => [name, tables({ places, parts: of, seeds }, rates, cleanings)]))
}

/**
 * Inserts tables into a page, between `<!-- recovery:NAME -->` and `<!-- /recovery:NAME -->`.
 * @throws Error if the page has no such place
 */
export function withTables(page: string, found: ReadonlyMap<string, string>, suffix: string): string {
  return [...found].reduce((text, [name, table]) => {
    const [open, close] = [`<!-- recovery:${name}${suffix} -->`, `<!-- /recovery:${name}${suffix} -->`]
    const [start, end] = [text.indexOf(open), text.indexOf(close)]
    if (start === -1 || end === -1) throw new Error(`the page has no ${open} … ${close}`)
    return `${text.slice(0, start)}${open}\n${table}${text.slice(end)}`
  }, page)
}

function tables(from: ReportInput, rates: readonly number[], cleanings: readonly Cleaning[]): string {
  const clean = valuesOf(from, 0, 'clean')
  const dirtyRates = rates.filter((rate) => rate > 0)
  const dirt = dirtyRates.map((rate) => {
    const dirty = valuesOf(from, rate, 'dirty')
    const { mean, interval } = differenceOf(dirty, clean)
    return `| ${rate}% | ${value(dirty)} | ${points(mean)} (${points(interval.low)} to ${points(interval.high)}) |`
  })
  const lines = dirtyRates.flatMap((rate) => cleanings.map((arm) => cleaningLine(from, rate, arm, clean)))
  return `| rows with false negatives | nDCG@10 | points against 0% |
| --- | --- | --- |
| untrained | ${value(valuesOf(from, 0, 'untrained'))} | |
| 0% | ${value(clean)} | |
${dirt.join('\n')}

| rows | cleaned by | precision | recall | nDCG@10 | points against dirty | share won back |
| --- | --- | --- | --- | --- | --- | --- |
${lines.join('\n')}
`
}

function cleaningLine(from: ReportInput, rate: number, arm: ArmName, clean: ArmValues): string {
  const [dirty, cleaned] = [valuesOf(from, rate, 'dirty'), valuesOf(from, rate, arm)]
  const counts = countsOf(from, rate, arm)
  const { mean, interval } = differenceOf(cleaned, dirty)
  const cells = [
    `${rate}%`,
    NAMES[arm],
    share(precisionOf(counts)),
    share(recallOf(counts)),
    digits(crossedEffect(cleaned).mean),
    `${points(mean)} (${points(interval.low)} to ${points(interval.high)})`,
    shareWon(wonBack(cleaned, dirty, clean)),
  ]
  return `| ${cells.join(' | ')} |`
}

function valuesOf({ places, parts, seeds }: ReportInput, rate: number, arm: ArmName): ArmValues {
  return parts.map((part) => seeds.map((seed) => readJson<Result>(places.result(part, rate, arm, seed)).values))
}

function countsOf({ places, parts, seeds }: ReportInput, rate: number, arm: ArmName): LabelChanges {
  return added(
    parts.flatMap((part) => {
      const { plants } = readJson<Truth>(places.truth(part))
      const dirty = readJson<NumberedRow[]>(places.rows(part, rate, 'dirty', 0))
      return (isDrawn(arm) ? seeds : [0]).map((seed) =>
        touchedIn(dirty, readJson<NumberedRow[]>(places.rows(part, rate, arm, seed)), plants),
      )
    }),
  )
}

const digits = (number: number) => number.toFixed(4).replace(/^0/, '')
const share = (number: number) => number.toFixed(2).replace(/^0/, '')
const points = (number: number) => (100 * number).toFixed(2).replace('-', '−')
const between = ({ low, high }: Interval) => `${digits(low)}–${digits(high)}`

function value(values: ArmValues): string {
  const { mean, interval } = crossedEffect(values)
  return `${digits(mean)} (${between(interval)})`
}

function shareWon(won: Recovery | undefined): string {
  if (won === undefined) return 'none can be told'
  const percent = (number: number) =>
    (Number.isFinite(number) ? `${(100 * number).toFixed(0)}%` : '∞').replace('-', '−')
  return `${percent(won.share)} (${percent(won.interval.low)} to ${percent(won.interval.high)})`
}
