// The differences between an arm and the baseline: passages relabelled, removed or added, and rows dropped or added.
import { mix } from '../base/hash.ts'
import { PagedHashTable } from '../base/paged-hash-table.ts'
import { textOf, type TrainingSet } from '../train/training-set.ts'
import { KINDS, type ChangeKind } from './change-kinds.ts'
import { ChangeList, type RowChange } from './change-list.ts'

export interface Changes {
  rows: ChangeList
  /** Numbers of baseline rows that the arm does not have. A row whose query changed counts as dropped and added. */
  dropped: number[]
  /** Number of rows that only the arm has. */
  added: number
}

/** Counts of passages by kind of change, and of rows. */
export type ChangeCounts = Record<ChangeKind, number> & { rows: number; dropped: number; added: number }

type Code = readonly [number, number]

/** Keeps all 64 bits; the first number is spread evenly. */
const spread = ([high, low]: Code): Code => [mix(high, low), low >>> 0]

/** Returns a function that finds the row of a set with the 64 bits of an id. */
function rowsById(set: TrainingSet): (code: Code) => number | undefined {
  const rows = new PagedHashTable(spread)
  for (let row = 0; row < set.size; row++) rows.setIfNew(set.codeOf(row), row + 1)
  return (code) => {
    const found = rows.get(code)
    return found === 0 ? undefined : found - 1
  }
}

/** Compares two sets over the same texts. The order of rows and of passages does not matter. */
export function changesBetween(base: TrainingSet, arm: TrainingSet): Changes {
  const find = rowsById(arm)
  const rows = new ChangeList()
  const dropped: number[] = []
  let kept = 0
  for (let row = 0; row < base.size; row++) {
    const into = find(base.codeOf(row))
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
  const find = rowsById(arm)
  let sum = 0
  for (let row = 0; row < base.size; row++) {
    const into = find(base.codeOf(row))
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
  return {
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
  }
}

const byText = (passage: number) => [textOf(passage), passage] as const

export const countsOf = ({ rows, dropped, added }: Changes): ChangeCounts => ({
  ...rows.passages,
  rows: rows.length,
  dropped: dropped.length,
  added,
})

/** Returns whether two sets over the same texts hold the same rows, including which passages were generated. */
export function holdSame(one: TrainingSet, other: TrainingSet): boolean {
  if (one.size !== other.size) return false
  const find = rowsById(other)
  for (let row = 0; row < one.size; row++) {
    const into = find(one.codeOf(row))
    const isSame =
      into !== undefined &&
      one.queryOf(row) === other.queryOf(into) &&
      isSameList(one.positivesOf(row), other.positivesOf(into)) &&
      isSameList(one.negativesOf(row), other.negativesOf(into))
    if (!isSame) return false
  }
  return true
}

/** Compares lists without repeated numbers, in any order. */
function isSameList(one: Uint32Array, other: Uint32Array): boolean {
  if (one.length !== other.length) return false
  const held = new Set(other)
  return one.every((each) => held.has(each))
}

/** Returns how many passages changed in any way. */
export const passagesChanged = (counts: ChangeCounts) => KINDS.reduce((sum, kind) => sum + counts[kind], 0)
