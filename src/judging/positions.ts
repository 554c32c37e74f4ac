// Position bias: whether a judge's verdict depends on where in the prompt a passage stood.
import { chiSquareAbove } from '../statistics/distributions.ts'
import { sumOf } from '../statistics/mean.ts'

/** One verdict and the place of its passage. */
export interface PlacedCall {
  /** From 1, within its call. */
  position: number
  isRelevant: boolean
  isCalledRelevant: boolean
}

interface PositionBin {
  /** The first and the last position. */
  from: number
  to: number
  passages: number
  called: number
}

export interface PositionBias {
  bins: PositionBin[]
  chiSquare: number
  degrees: number
  /** The chance of so large a chi-square if positions do not matter. */
  p: number
}

const MOST_BINS = 5
/** The rule of thumb for the chi-square approximation (Cochran 1954). */
const LEAST_EXPECTED = 5

/**
 * Tests verdicts against positions by chi-square, among relevant and irrelevant passages apart, so that a retriever that puts relevant
 * passages first does not look like a bias. Null where there are too few calls to test.
 */
export function positionBias(calls: readonly PlacedCall[]): PositionBias | null {
  for (let count = MOST_BINS; count >= 2; count--) {
    const bins = binsOf(calls, count)
    const parts = [true, false].flatMap(
      (relevant) =>
        chiSquareOf(
          calls.filter(({ isRelevant }) => isRelevant === relevant),
          bins,
        ) ?? [],
    )
    if (bins.length < 2 || parts.length === 0) continue
    const chiSquare = sumOf(parts)
    const degrees = parts.length * (bins.length - 1)
    return { bins, chiSquare, degrees, p: chiSquareAbove(chiSquare, degrees) }
  }
  return null
}

/** Runs of positions with about as many passages each. */
function binsOf(calls: readonly PlacedCall[], count: number): PositionBin[] {
  const sorted = calls.map(({ position }) => position).toSorted((one, other) => one - other)
  /** The bin of a position is that of the middle one of its passages. */
  const binOf = (position: number) => {
    const middle = (sorted.indexOf(position) + sorted.lastIndexOf(position)) / 2
    return Math.floor((middle * count) / sorted.length)
  }
  const groups = Map.groupBy([...new Set(sorted)], binOf)
  return [...groups.values()].map((positions) => {
    const [from, to] = [positions[0] as number, positions.at(-1) as number]
    const inside = calls.filter(({ position }) => position >= from && position <= to)
    return {
      from,
      to,
      passages: inside.length,
      called: inside.filter(({ isCalledRelevant }) => isCalledRelevant).length,
    }
  })
}

/** Undefined where too few calls are expected in some bin. */
function chiSquareOf(calls: readonly PlacedCall[], bins: readonly PositionBin[]): number | undefined {
  const share = calls.filter(({ isCalledRelevant }) => isCalledRelevant).length / calls.length
  const cells = bins.flatMap(({ from, to }) => {
    const inside = calls.filter(({ position }) => position >= from && position <= to)
    const called = inside.filter(({ isCalledRelevant }) => isCalledRelevant).length
    return [
      { seen: called, expected: inside.length * share },
      { seen: inside.length - called, expected: inside.length * (1 - share) },
    ]
  })
  if (!cells.every(({ expected }) => expected >= LEAST_EXPECTED)) return undefined
  return sumOf(cells.map(({ seen, expected }) => (seen - expected) ** 2 / expected))
}
