// Control arms: as many passages changed, or rows dropped, as in an arm, but drawn at random. What an arm gains beyond its
// controls is due to which passages it chose.
import { mix } from '../base/hash.ts'
import { randomFrom } from '../base/random.ts'
import { textOf, type TrainingSet } from '../train/training-set.ts'
import type { Changes } from './row-changes.ts'
import { RowEdits } from './row-edits.ts'

const DRAW = { changed: 11, dropped: 12 } as const

/** Returns the baseline without as many random rows as an arm dropped. Every seed draws different ones. */
export function droppedAtRandom(base: TrainingSet, count: number, seed: number): TrainingSet {
  const random = randomFrom(mix(seed, DRAW.dropped))
  const gone = new Set(sampleOf(base.size, count, random))
  const set = base.emptied()
  for (let row = 0; row < base.size; row++) {
    if (!gone.has(row))
      set.addNumbered(base.codeOf(row), base.queryOf(row), base.positivesOf(row), base.negativesOf(row))
  }
  return set.seal()
}

/**
 * Returns the baseline with as many passages changed in each way as in an arm, drawn at random; passages that the arm added go to random
 * rows. No row loses its last positive, so fewer change if there are not enough. Every seed draws different ones.
 */
export function changedAtRandom(base: TrainingSet, changes: Changes, seed: number): TrainingSet {
  const random = randomFrom(mix(seed, DRAW.changed))
  const edits = new RowEdits(base)
  changeNegatives(base, changes, edits, random)
  changePositives(base, changes, edits, random)
  dealOut(base, changes, edits, random)
  const set = base.emptied()
  for (let row = 0; row < base.size; row++) {
    const edit = edits.isEdited(row) ? edits.of(row) : undefined
    const [positives, negatives] = edit
      ? [edit.positives, edit.negatives.values()]
      : [base.positivesOf(row), base.negativesOf(row)]
    set.addNumbered(base.codeOf(row), base.queryOf(row), positives, negatives)
  }
  return set.seal()
}

/** Turns some negatives into positives and removes others. */
function changeNegatives(base: TrainingSet, { rows }: Changes, edits: RowEdits, random: () => number): void {
  const { toPositive: relabelled, negativesRemoved: removed } = rows.passages
  const places = placesOf(base, (row) => base.negativesOf(row).length)
  sampleOf(places.count, relabelled + removed, random).forEach((place, index) => {
    const { row, at } = places.find(place)
    const text = textOf(base.negativesOf(row)[at] as number)
    edits.add(row, 'dropNegative', text)
    if (index < relabelled) edits.add(row, 'addPositive', text)
  })
}

/** Turns some positives into negatives and removes others. */
function changePositives(base: TrainingSet, { rows }: Changes, edits: RowEdits, random: () => number): void {
  const { toNegative: relabelled, positivesRemoved: removed } = rows.passages
  if (relabelled + removed === 0) return
  const places = placesOf(base, (row) => base.positivesOf(row).length)
  let done = 0
  for (const place of sampleOf(places.count, places.count, random)) {
    if (done === relabelled + removed) return
    const { row, at } = places.find(place)
    if (edits.of(row).positives.size === 1) continue
    const text = base.positivesOf(row)[at] as number
    edits.add(row, 'dropPositive', text)
    if (done < relabelled) edits.add(row, 'addNegative', text)
    done += 1
  }
}

/** Attempts to find a row that does not have the passage. */
const TRIES = 100

function dealOut(base: TrainingSet, { rows }: Changes, edits: RowEdits, random: () => number): void {
  const give = (edit: 'addPositive' | 'addNegative', passage: number) => {
    for (let tries = 0; tries < TRIES; tries++) {
      const row = Math.floor(random() * base.size)
      const { positives, negatives } = edits.of(row)
      if (positives.has(textOf(passage)) || negatives.has(textOf(passage))) continue
      edits.add(row, edit, passage)
      return
    }
  }
  for (const { positivesAdded, negativesAdded } of rows) {
    for (const text of positivesAdded) give('addPositive', text)
    for (const passage of negativesAdded) give('addNegative', passage)
  }
}

/** Numbers the passages of all rows as one list: returns their count and a function that finds the row at a position. */
function placesOf(base: TrainingSet, lengthOf: (row: number) => number) {
  const starts = new Float64Array(base.size + 1)
  for (let row = 0; row < base.size; row++) starts[row + 1] = (starts[row] as number) + lengthOf(row)
  const find = (place: number) => {
    let [low, high] = [0, base.size]
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((starts[middle] as number) <= place) low = middle
      else high = middle
    }
    return { row: low, at: place - (starts[low] as number) }
  }
  return { count: starts[base.size] as number, find }
}

/** Draws distinct integers below `size` in random order: as many as wanted, or all (Fisher and Yates, storing only what moved). */
function sampleOf(size: number, wanted: number, random: () => number): number[] {
  const moved = new Map<number, number>()
  return Array.from({ length: Math.min(size, wanted) }, (_, index) => {
    const other = index + Math.floor(random() * (size - index))
    const drawn = moved.get(other) ?? other
    moved.set(other, moved.get(index) ?? index)
    return drawn
  })
}
