// The third step: the tables of bench/results/recovery.md.
import { crossedEffect, type Effect } from '../../src/statistics/crossed.ts'
import type { Interval } from '../../src/statistics/intervals.ts'
import { planted } from '../laboratories/damage.ts'
import type { LaboratoryResult } from '../laboratories/train.ts'
import { ARMS, armAt, JUDGES, placesIn, readJson, type JudgeName } from './arms.ts'
import { added, precisionOf, recallOf, touchedIn, type LabelChanges } from './changes.ts'
import { differenceOf, wonBack, type ArmValues, type Recovery } from './effects.ts'
import { readLines, type TrainingRow } from './rows.ts'

const WORDS: Readonly<Record<string, string>> = {
  uniform: 'errs as GPT-4o, alike',
  likeness: 'errs as GPT-4o, by likeness',
  '5%': '5% errors',
  removed: 'all finds removed',
  half: 'half made positive',
  few: '2 of 23 made positive',
  measured: 'measured policy',
}

/** Returns the words for an arm, such as `rlhn, 5% errors, all finds removed`. */
function wordsFor(arm: string): string {
  if (arm === 'random') return 'removed at random'
  if (arm.startsWith('percpos'))
    return arm.replace('percpos 95%', 'percpos, 95%').replace('percpos fitted', 'percpos, share fitted')
  return arm
    .split(' ')
    .map((part) => WORDS[part] ?? part)
    .join(', ')
}

export interface ReportRequest {
  folder: string
  laboratory: string
  rates: readonly number[]
  seeds: readonly number[]
}

/** Returns tables in Markdown by name: what was changed, and what that did on each collection. */
export function report(request: ReportRequest): Map<string, string> {
  const result = readJson<LaboratoryResult>(placesIn(request.folder).result(request.laboratory))
  const effects = result.collections.map((name, at) => [name, effectTables(request, result, at)] as const)
  return new Map([['changes', changesTable(request)], ['measured', measuredTable(request)], ...effects])
}

/**
 * Inserts tables into a page, between `<!-- recovery:NAME -->` and `<!-- /recovery:NAME -->`.
 * @throws Error if the page has no such place
 */
export function withTables(page: string, found: ReadonlyMap<string, string>, suffix = ''): string {
  return [...found].reduce((text, [name, table]) => {
    const [open, close] = [`<!-- recovery:${name}${suffix} -->`, `<!-- /recovery:${name}${suffix} -->`]
    const [start, end] = [text.indexOf(open), text.indexOf(close)]
    if (start === -1 || end === -1) throw new Error(`the page has no ${open} … ${close}`)
    return `${text.slice(0, start)}${open}\n${table}${text.slice(end)}`
  }, page)
}

const cleanings = ARMS.filter((arm) => arm !== 'dirty')

function changesTable({ folder, rates, seeds }: ReportRequest): string {
  const places = placesIn(folder)
  const clean = readLines<TrainingRow>(places.clean)
  const damaged = new Map(
    rates.flatMap((rate) =>
      seeds.map((seed) => [`${rate} ${seed}`, planted(clean, 'both', rate / 100, seed)] as const),
    ),
  )
  const lines = cleanings.map((arm) => {
    const cells = rates.map((rate) => {
      const counts = seeds.map((seed) =>
        touchedIn(damaged.get(`${rate} ${seed}`) ?? [], readLines<TrainingRow>(places.rows(rate, arm, seed))),
      )
      return changesCell(added(counts), seeds.length)
    })
    return [wordsFor(arm), ...cells]
  })
  return table(['cleaned by', ...rates.map((rate) => `${rate}% of the rows`)], lines)
}

function changesCell(counts: LabelChanges, seeds: number): string {
  const made = (counts.plantedMadePositive + counts.othersMadePositive) / seeds
  const wrong = counts.othersMadePositive / seeds
  const positives = made === 0 ? '' : `; ${made.toFixed(0)} positives, ${wrong.toFixed(0)} of them wrong`
  return `${share(precisionOf(counts))}, ${share(recallOf(counts))}${positives}`
}

interface MeasuredVerdicts {
  verdicts: Record<string, { finds: number; right: number; atLeast: number | null; action: string }>
}

function measuredTable({ folder, rates, seeds }: ReportRequest): string {
  const places = placesIn(folder)
  const line = (rate: number, judge: JudgeName): string[] => {
    const all = seeds.map((seed) => readJson<MeasuredVerdicts>(places.measured(rate, judge, seed)).verdicts)
    const verdicts = ['better', 'worse'].map((verdict) => {
      const actions = all.map((each) => each[verdict]?.action ?? 'keep')
      const counts = ['relabel', 'remove', 'keep'].map((action) => [
        action,
        actions.filter((each) => each === action).length,
      ])
      return counts
        .filter(([, count]) => count !== 0)
        .map(([action, count]) => `${action} ${count}`)
        .join(', ')
    })
    return [`${rate}%`, WORDS[judge] as string, ...verdicts]
  }
  return table(
    ['rows hit', 'judge', 'finds called better', 'other finds'],
    rates.flatMap((rate) => JUDGES.map((judge) => line(rate, judge))),
  )
}

function effectTables({ rates }: ReportRequest, { arms, untrained }: LaboratoryResult, set: number): string {
  const of = (name: string): ArmValues => [arms[name]?.[set] ?? []]
  const clean = of('clean')
  const dirt = rates.map((rate) => {
    const dirty = of(armAt(rate, 'dirty'))
    return [`${rate}%`, value(dirty), effect(differenceOf(dirty, clean))]
  })
  const head = ['rows with false negatives', 'nDCG@10', 'points against 0%']
  const first = table(head, [['untrained', value([untrained[set] ?? []]), ''], ['0%', value(clean), ''], ...dirt])
  const gained = cleanings.map((arm) => [
    wordsFor(arm),
    ...rates.map((rate) => effect(differenceOf(of(armAt(rate, arm)), of(armAt(rate, 'dirty'))))),
  ])
  const shares = cleanings.map((arm) => [
    wordsFor(arm),
    ...rates.map((rate) => shareWon(wonBack(of(armAt(rate, arm)), of(armAt(rate, 'dirty')), clean))),
  ])
  const columns = rates.map((rate) => `${rate}% of the rows`)
  const isTold = shares.some((cells) => cells.slice(1).some((cell) => cell !== NONE))
  return [
    first,
    `Points against the dirty rows:\n\n${table(['cleaned by', ...columns], gained)}`,
    ...(isTold ? [`Share of the loss that is won back:\n\n${table(['cleaned by', ...columns], shares)}`] : []),
  ].join('\n')
}

const table = (head: readonly string[], lines: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |\n`).join('')
const digits = (number: number) => number.toFixed(4).replace(/^0/, '')
const share = (number: number) => (Number.isNaN(number) ? '–' : number.toFixed(2).replace(/^0/, ''))
const points = (number: number) => (100 * number).toFixed(2).replace('-', '−')
const between = ({ low, high }: Interval) => `${digits(low)}–${digits(high)}`

function effect({ mean, interval: { low, high } }: Effect): string {
  const text = `${points(mean)} (${points(low)} to ${points(high)})`
  return low > 0 || high < 0 ? `**${text}**` : text
}

function value(values: ArmValues): string {
  const { mean, interval } = crossedEffect(values)
  return `${digits(mean)} (${between(interval)})`
}

/** The loss itself may be chance. */
const NONE = 'none can be told'

function shareWon(won: Recovery | undefined): string {
  if (won === undefined) return NONE
  const percent = (number: number) =>
    (Number.isFinite(number) ? `${(100 * number).toFixed(0)}%` : '∞').replace('-', '−')
  return `${percent(won.share)} (${percent(won.interval.low)} to ${percent(won.interval.high)})`
}
