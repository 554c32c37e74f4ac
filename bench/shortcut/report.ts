// The tables of the experiment: means over seeds, and differences of nDCG@10 with intervals over queries and seeds.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { meanOf, meanOrNull } from '../../src/statistics/mean.ts'
import { probeByText } from '../../src/commands/diagnose/shortcut/probe.ts'
import { crossedEffect } from '../../src/statistics/crossed.ts'
import type { Row } from '../../src/rows/row.ts'
import { ARMS, rowsOf, type FileName } from './arms.ts'
import { casesOf, type UnitDiagnosis, type Unit } from './unit.ts'

const MOST_SEEDS = 100

interface FileUnits {
  name: string
  units: Unit[]
}

/** @param work the folder of the trainings */
export function report(work: string, rows: { trained: readonly Row[]; held: readonly Row[] }): string[] {
  const arms = ARMS.map(({ name }) => ({ name, units: unitsOf(work, name) })).filter(({ units }) => units.length > 0)
  return [
    ...texts(rows),
    '',
    ...quality(arms),
    '',
    ...sources(arms, 'held', 'Rows of test queries, which nobody trained on'),
    '',
    ...sources(arms, 'trained', 'Rows that were trained on'),
    '',
    ...overSteps(arms),
  ]
}

function unitsOf(work: string, name: string): Unit[] {
  return Array.from({ length: MOST_SEEDS }, (_, seed) => join(work, `${name}.${seed}.json`))
    .filter(existsSync)
    .map((path) => JSON.parse(readFileSync(path, 'utf8')) as Unit)
}

function texts(rows: { trained: readonly Row[]; held: readonly Row[] }): string[] {
  const line = (file: FileName) => {
    const cells = [rows.trained, rows.held].map((of) => {
      const found = probeByText(casesOf(rowsOf(of, file)), 1)
      return found === null ? '' : withInterval(found.mean, found.interval, 3)
    })
    return rowOf([file, ...cells])
  }
  return [...head(['AUC by text', 'training rows', 'rows of test queries']), line('planted'), line('clean')]
}

function quality(arms: readonly FileUnits[]): string[] {
  const unitsNamed = (name: string) => arms.find((arm) => arm.name === name)?.units
  const lines = arms.map(({ name, units }) => {
    const mean = meanOf(units.map(({ ndcg }) => meanOf(ndcg)))
    const against = ['mined', 'mixed'].map((other) => difference(units, other === name ? undefined : unitsNamed(other)))
    return rowOf([name, mean.toFixed(4), ...against, String(units.length)])
  })
  return [...head(['arm', 'nDCG@10', 'points over mined', 'points over mixed', 'seeds']), ...lines]
}

/** Formats a difference in points, over the seeds that both have. */
function difference(units: readonly Unit[], others: readonly Unit[] | undefined): string {
  const pairs = units.flatMap((unit) => {
    const other = others?.find(({ seed }) => seed === unit.seed)
    return other ? [unit.ndcg.map((value, at) => 100 * (value - (other.ndcg[at] as number)))] : []
  })
  if (pairs.length < 2) return ''
  const { mean, interval, p } = crossedEffect([pairs])
  return `${withInterval(mean, interval, 2)}, p ${p.toFixed(3)}`
}

function sources(arms: readonly FileUnits[], which: 'held' | 'trained', title: string): string[] {
  const lines = arms.flatMap(({ name, units }) => {
    const files = Object.keys(units[0]?.[which] ?? {}) as FileName[]
    return files.map((file) => {
      const found = units.flatMap((unit) => unit[which][file] ?? [])
      const mean = (of: (each: UnitDiagnosis) => number | null | undefined, digits = 2) => spread(found.map(of), digits)
      return rowOf([
        name,
        file,
        mean(({ auc }) => auc.mean, 3),
        mean(({ information }) => information.observed, 3),
        mean(({ information }) => information.chance, 3),
        mean(({ dead }) => 100 * dead.generated.mean, 1),
        mean(({ dead }) => 100 * dead.mined.mean, 1),
        mean(({ gradients }) => gradients?.gradientShare),
        mean(({ gradients }) => gradients?.cosine),
        mean(({ clusters }) => 100 * clusters.observed, 1),
        mean(({ clusters }) => 100 * clusters.chance, 1),
      ])
    })
  })
  const columns = ['AUC', 'bits', 'by chance', 'dead generated %', 'dead mined %', 'gradient share', 'cosine']
  return [...head([`${title}: arm`, 'asked about', ...columns, 'in pure clusters %', 'by chance %']), ...lines]
}

function overSteps(arms: readonly FileUnits[]): string[] {
  const lines = arms.flatMap(({ name, units }) => {
    const last = units[0]?.steps.at(-1)
    if (last === undefined || last.rows === 0) return []
    const of = (epoch: number, key: 'gradientShare' | 'cosine' | 'alive' | 'evenShare') =>
      spread(
        units.map(({ steps }) => meanOrNull(steps.flatMap((step) => (step.epoch === epoch ? (step[key] ?? []) : [])))),
        2,
      )
    const keys = ['gradientShare', 'cosine', 'alive'] as const
    return [rowOf([name, of(1, 'evenShare'), ...keys.flatMap((key) => [of(1, key), of(last.epoch, key)])])]
  })
  const columns = ['gradient share', 'cosine', 'alive'].flatMap((what) => [`${what}, first epoch`, 'last'])
  return [...head(['while training: arm', 'even share', ...columns]), ...lines]
}

/** Formats the mean over seeds with the smallest and the largest value in brackets. */
function spread(values: readonly (number | null | undefined)[], digits: number): string {
  const known = values.filter((value) => typeof value === 'number')
  if (known.length === 0) return ''
  const [mean, least, most] = [meanOf(known), Math.min(...known), Math.max(...known)].map((each) =>
    each.toFixed(digits),
  )
  return least === most ? `${mean}` : `${mean} (${least}–${most})`
}

const withInterval = (mean: number, interval: { low: number; high: number } | null, digits: number) =>
  `${mean.toFixed(digits)}${interval === null ? '' : ` (${interval.low.toFixed(digits)} to ${interval.high.toFixed(digits)})`}`

const rowOf = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const head = (names: readonly string[]) => [rowOf(names), rowOf(names.map(() => '---'))]
