// The differences between an arm and the baseline: passages relabelled, removed or added, and rows dropped or added.
import { textOf, type TrainingSet } from '../train/training-set.ts'

/** The changes of one row: numbers of texts, or passages as returned by `negativesOf`. */
export interface RowChange {
  /** Number of the row in the baseline. */
  row: number
  /** Number of the row in the arm. */
  into: number
  toPositive: number[]
  toNegative: number[]
  positivesRemoved: number[]
  negativesRemoved: number[]
  positivesAdded: number[]
  negativesAdded: number[]
}

export const KINDS = [
  'toPositive',
  'toNegative',
  'positivesRemoved',
  'negativesRemoved',
  'positivesAdded',
  'negativesAdded',
] as const
export type ChangeKind = (typeof KINDS)[number]

export interface Changes {
  rows: RowChange[]
  /** Numbers of baseline rows that the arm does not have. A row whose query changed counts as dropped and added. */
  dropped: number[]
  /** Number of rows that only the arm has. */
  added: number
}

/** Counts of passages by kind of change, and of rows. */
export type ChangeCounts = Record<ChangeKind, number> & { rows: number; dropped: number; added: number }

/** Returns the row numbers of a set by id. */
function rowsById(set: TrainingSet): Map<number, number> {
  return new Map(Array.from({ length: set.size }, (_, row) => [idOf(set, row), row]))
}

/** Returns 53 bits of the row's id, as many as a number holds. */
function idOf(set: TrainingSet, row: number): number {
  const [high, low] = set.codeOf(row)
  return (high >>> 0) * 2 ** 21 + (low >>> 11)
}

/** Compares two sets over the same texts. The order of rows and of passages does not matter. */
export function changesBetween(base: TrainingSet, arm: TrainingSet): Changes {
  const places = rowsById(arm)
  const rows: RowChange[] = []
  const dropped: number[] = []
  let kept = 0
  for (let row = 0; row < base.size; row++) {
    const into = places.get(idOf(base, row))
    if (into === undefined || arm.queryOf(into) !== base.queryOf(row)) {
      dropped.push(row)
      continue
    }
    kept += 1
    const change = changeOf(base, row, arm, into)
    if (KINDS.some((kind) => change[kind].length > 0)) rows.push(change)
  }
  return { rows, dropped, added: arm.size - kept }
}

/** Counts the passages that differ in rows of both sets: like `passagesChanged`, without storing which. */
export function passagesBetween(base: TrainingSet, arm: TrainingSet): number {
  const places = rowsById(arm)
  let sum = 0
  for (let row = 0; row < base.size; row++) {
    const into = places.get(idOf(base, row))
    if (into === undefined || arm.queryOf(into) !== base.queryOf(row)) continue
    const change = changeOf(base, row, arm, into)
    for (const kind of KINDS) sum += change[kind].length
  }
  return sum
}

function changeOf(base: TrainingSet, row: number, arm: TrainingSet, into: number): RowChange {
  const [positives, negatives] = [new Set(base.positivesOf(row)), new Map(Array.from(base.negativesOf(row), byText))]
  const [after, afterNegatives] = [new Set(arm.positivesOf(into)), new Map(Array.from(arm.negativesOf(into), byText))]
  const gone = [...positives].filter((text) => !after.has(text))
  const come = [...after].filter((text) => !positives.has(text))
  return withoutEmpty({
    row,
    into,
    toPositive: come.filter((text) => negatives.has(text)),
    toNegative: gone.filter((text) => afterNegatives.has(text)),
    positivesRemoved: gone.filter((text) => !afterNegatives.has(text)),
    positivesAdded: come.filter((text) => !negatives.has(text)),
    negativesRemoved: [...negatives]
      .filter(([text]) => !afterNegatives.has(text) && !after.has(text))
      .map(([, passage]) => passage),
    negativesAdded: [...afterNegatives]
      .filter(([text]) => !negatives.has(text) && !positives.has(text))
      .map(([, passage]) => passage),
  })
}

const NONE: number[] = []

/** In a large file many rows change, each in few ways, so all empty lists share one instance. */
function withoutEmpty(change: RowChange): RowChange {
  for (const kind of KINDS) if (change[kind].length === 0) change[kind] = NONE
  return change
}

const byText = (passage: number) => [textOf(passage), passage] as const

export function countsOf({ rows, dropped, added }: Changes): ChangeCounts {
  const counts = Object.fromEntries(
    KINDS.map((kind) => [kind, rows.reduce((sum, change) => sum + change[kind].length, 0)]),
  ) as Record<ChangeKind, number>
  return { ...counts, rows: rows.length, dropped: dropped.length, added }
}

/** Returns whether two sets over the same texts hold the same rows, including which passages were generated. */
export function holdSame(one: TrainingSet, other: TrainingSet): boolean {
  if (one.size !== other.size) return false
  const places = rowsById(other)
  return Array.from({ length: one.size }, (_, row) => row).every((row) => {
    const into = places.get(idOf(one, row))
    return (
      into !== undefined &&
      one.queryOf(row) === other.queryOf(into) &&
      isSameList(one.positivesOf(row), other.positivesOf(into)) &&
      isSameList(one.negativesOf(row), other.negativesOf(into))
    )
  })
}

/** Compares lists without repeated numbers, in any order. */
function isSameList(one: Uint32Array, other: Uint32Array): boolean {
  if (one.length !== other.length) return false
  const held = new Set(other)
  return one.every((each) => held.has(each))
}

/** Returns how many passages changed in any way. */
export const passagesChanged = (counts: ChangeCounts) => KINDS.reduce((sum, kind) => sum + counts[kind], 0)
