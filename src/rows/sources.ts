// How many negatives of each origin rows have. Trainers that tell mined from generated negatives by position need one count for all rows.
import { sumOf } from '../statistics/mean.ts'
import { labelled, type Origin, type Row } from './row.ts'

/** Rows with equal numbers of negatives from both sources. */
export interface SourceGroup {
  /** Negatives that no model wrote: mined or given. */
  mined: number
  generated: number
  /** Whether all mined negatives come before all generated ones. */
  isOrdered: boolean
  rows: number
}

export interface Sources {
  /** Negatives by origin. */
  negatives: Record<Origin, number>
  /** Rows with a generated negative. */
  rowsWithGenerated: number
  /** Rows whose negatives are all generated. */
  rowsGeneratedOnly: number
  /** Most rows first. */
  groups: SourceGroup[]
}

/** Returns the group of one row. */
export function groupOf(row: Row): Omit<SourceGroup, 'rows'> {
  const negatives = labelled(row, 'negative')
  const generated = negatives.filter(({ origin }) => origin === 'generated').length
  const mined = negatives.length - generated
  return { mined, generated, isOrdered: negatives.slice(0, mined).every(({ origin }) => origin !== 'generated') }
}

/** Counts over the rows of a file; memory grows only with the number of different groups. */
export class SourceCounts {
  #negatives: Record<Origin, number> = { given: 0, mined: 0, generated: 0 }
  #groups = new Map<string, SourceGroup>()

  add(row: Row): void {
    for (const { origin } of labelled(row, 'negative')) this.#negatives[origin] += 1
    const group = groupOf(row)
    const key = JSON.stringify(group)
    const known = this.#groups.get(key)
    if (known) known.rows += 1
    else this.#groups.set(key, { ...group, rows: 1 })
  }

  result(): Sources {
    const groups = [...this.#groups.values()].toSorted((one, other) => other.rows - one.rows)
    const rowsOf = (is: (group: SourceGroup) => boolean) => sumOf(groups.filter(is).map(({ rows }) => rows))
    return {
      negatives: { ...this.#negatives },
      rowsWithGenerated: rowsOf(({ generated }) => generated > 0),
      rowsGeneratedOnly: rowsOf(({ mined, generated }) => generated > 0 && mined === 0),
      groups,
    }
  }
}

/** Where a trainer splits the negatives of every row: the first `mined` are mined, the rest generated. */
export interface Split {
  mined: number
  /** Rows that it splits wrongly: too few or too many are mined, or the order is wrong. */
  wrongRows: number
}

/** Returns the count that splits the fewest rows wrongly; undefined if nothing is generated. */
export function bestSplit({ groups }: Pick<Sources, 'groups'>): Split | undefined {
  const counts = new Set(groups.filter(({ generated }) => generated > 0).map(({ mined }) => mined))
  const splits = [...counts].map((mined) => ({
    mined,
    wrongRows: sumOf(groups.filter((group) => !isSplitBy(mined, group)).map(({ rows }) => rows)),
  }))
  return splits.toSorted((one, other) => one.wrongRows - other.wrongRows || one.mined - other.mined)[0]
}

/** Returns whether a split after `count` negatives is right for rows of this group. */
export function isSplitBy(count: number, { mined, generated, isOrdered }: Omit<SourceGroup, 'rows'>): boolean {
  return generated === 0 ? mined <= count : isOrdered && mined === count
}

const SHOWN = 5

/** Describes the groups, as in `15 mined and 3 generated in 900 rows`; the rarest are combined. */
export function groupWords({ groups }: Pick<Sources, 'groups'>): string {
  // The split reports wrong order; distinguishing it here would name a group twice.
  const merged = new Map<string, { mined: number; generated: number; rows: number }>()
  for (const { mined, generated, rows } of groups) {
    const key = `${mined} ${generated}`
    merged.set(key, { mined, generated, rows: (merged.get(key)?.rows ?? 0) + rows })
  }
  const most = [...merged.values()].toSorted((one, other) => other.rows - one.rows)
  const shown = most
    .slice(0, SHOWN)
    .map(({ mined, generated, rows }) => `${mined} mined and ${generated} generated in ${inRows(rows)}`)
  const rest = most.slice(SHOWN)
  const others = rest.length > 0 ? [`other numbers in ${inRows(sumOf(rest.map(({ rows }) => rows)))}`] : []
  return [...shown, ...others].join('; ')
}

const inRows = (rows: number) => `${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}`
