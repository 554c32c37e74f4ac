// Where the names of points stand, so that none is on another. Plot has no such thing. Positions in pixels.

export interface LabelledPoint {
  label: string
  at: number
  height: number
  /** Where the room for its label ends. */
  end: number
}

export interface LabelPlace {
  left: number
  /** The middle of its line. */
  base: number
  anchor: 'start' | 'end'
}

const [LETTER, LINE, GAP] = [7, 16, 11]
/** Between points that would stand on each other. */
const STEP = 13

/** Labels stand right of their points, or left of those near the edge, and none on another: the lower one moves down. */
export function labelPlaces<P extends LabelledPoint>(points: readonly P[]): (P & LabelPlace)[] {
  const taken: (LabelPlace & { from: number; to: number })[] = []
  const places = new Map<P & { edge: number }, LabelPlace>()
  const placed = apart(points)
  for (const point of placed.toSorted((one, other) => one.height - other.height)) {
    const width = LETTER * point.label.length
    const isRight = point.edge + GAP + width <= point.end
    const [from, to] = isRight ? [point.edge + GAP, point.edge + GAP + width] : [point.at - GAP - width, point.at - GAP]
    const base = taken
      .filter((other) => other.from < to && from < other.to)
      .reduce((lowest, other) => (Math.abs(other.base - lowest) < LINE ? other.base + LINE : lowest), point.height)
    const place: LabelPlace = { left: isRight ? from : to, base, anchor: isRight ? 'start' : 'end' }
    taken.push({ ...place, from, to })
    places.set(point, place)
  }
  return placed.map((point) => ({ ...point, ...(places.get(point) as LabelPlace) }))
}

/** Points that would stand on each other stand side by side. */
function apart<P extends LabelledPoint>(points: readonly P[]): (P & { edge: number })[] {
  const columns = Map.groupBy(points, ({ at }) => Math.round(at / STEP))
  const moved = new Map<P, { at: number; edge: number }>()
  for (const column of columns.values()) {
    const first = Math.min(...column.map(({ at }) => at))
    const edge = first + (column.length - 1) * STEP
    column.forEach((point, index) => moved.set(point, { at: first + index * STEP, edge }))
  }
  return points.map((point) => ({ ...point, ...(moved.get(point) as { at: number; edge: number }) }))
}
