// The work of a slice when texts come as vectors x and a linear map over them is learnt: y = x W, or y = x + (x A) B with narrow
// matrices A and B. The slices of A are those of the rank, which have phases of their own; all others are slices of y.
import { CONTROL, type MapLayout, type NarrowLayout, type Region } from './layout.ts'
import { partOf, sizes, type SharedMemory } from './shared-memory.ts'
import { SLICE, SLICE_BYTES } from './sizes.ts'

/** Texts that share a map: the position of the first, their number, and which map. */
interface Side {
  from: number
  count: number
  side: number
}

function sidesOf(shared: SharedMemory): Side[] {
  const { queries, passages } = sizes(shared)
  if (mapOf(shared).sides === 1) return [{ from: 0, count: queries + passages, side: 0 }]
  return [
    { from: 0, count: queries, side: 0 },
    { from: queries, count: passages, side: 1 },
  ]
}

const mapOf = ({ layout }: SharedMemory) => layout.map as MapLayout
const narrowOf = (shared: SharedMemory) => mapOf(shared).narrow as NarrowLayout
/** Returns the address of the rows of one side in a slice of a table. */
const rowsOf = (table: Region, slice: number, rows: number) => partOf(table, slice) + rows * SLICE_BYTES

/** Computes a slice of x A. */
export function mapNarrow(shared: SharedMemory, slice: number): void {
  const { layout, kernels } = shared
  const { inputs, width } = mapOf(shared)
  const narrow = narrowOf(shared)
  for (const { from, count, side } of sidesOf(shared)) {
    const table = rowsOf(narrow.table, slice, side * inputs)
    const out = narrow.inner + from * narrow.width + slice * SLICE_BYTES
    const squares = partOf(layout.squares, slice) + from * 4
    kernels.map(layout.entries + from * width, width, inputs, table, count, 0, 0, out, narrow.width, squares)
  }
}

/** Computes a slice of y, and the squares of its parts. */
export function mapInputs(shared: SharedMemory, slice: number): void {
  const { layout, kernels } = shared
  const { width, rows, narrow } = mapOf(shared)
  for (const { from, count, side } of sidesOf(shared)) {
    const table = rowsOf(layout.table, slice, side * rows)
    const out = partOf(layout.vectors, slice) + from * SLICE_BYTES
    const squares = partOf(layout.squares, slice) + from * 4
    const whole = layout.entries + from * width
    const [x, stride] = narrow ? [narrow.inner + from * narrow.width, narrow.width] : [whole, width]
    const [residual, step] = narrow ? [whole + slice * SLICE_BYTES, width] : [0, 0]
    kernels.map(x, stride, rows, table, count, residual, step, out, SLICE_BYTES, squares)
  }
}

/** Computes what a slice adds to the gradient of x A: its gradient of y times its part of B. */
export function innerGradient(shared: SharedMemory, slice: number): void {
  const { layout, kernels } = shared
  const { rows, narrow } = mapOf(shared)
  if (narrow === undefined) return
  const columns = partOf(layout.columns, slice)
  for (const { from, count, side } of sidesOf(shared)) {
    kernels.transpose(rowsOf(layout.table, slice, side * rows), rows, columns, narrow.width)
    const gradients = partOf(layout.gradients, slice) + from * SLICE_BYTES
    kernels.dots(gradients, columns, count, narrow.width, partOf(layout.partials, slice) + from * narrow.width)
  }
}

/** Moves a slice of W, or of B. */
export function learnMap(shared: SharedMemory, slice: number): void {
  const { layout, floats, kernels } = shared
  const { width, rows, narrow } = mapOf(shared)
  const [texts, stride] = narrow ? [narrow.inner, narrow.width] : [layout.entries, width]
  const { rate, scale, decay } = settingsOf(shared)
  for (const { from, count, side } of sidesOf(shared)) {
    const [table, first, second] = [layout.table, layout.first, layout.second].map((region) =>
      rowsOf(region, slice, side * rows),
    ) as [number, number, number]
    const gradients = partOf(layout.gradients, slice) + from * SLICE_BYTES
    const x = texts + from * stride
    kernels.learn(table, first, second, rows, x, stride, gradients, SLICE_BYTES, count, rate, scale, decay)
    if (narrow === undefined) pullToIdentity(floats, table, slice, rows, decay)
  }
}

/** Completes the decay of W, which leads to the identity: what the diagonal lost is given back as a share of 1. */
function pullToIdentity(floats: Float32Array, table: number, slice: number, rows: number, decay: number): void {
  const from = slice * SLICE
  for (let row = from; row < Math.min(from + SLICE, rows); row++) {
    const at = (table + row * SLICE_BYTES) / 4 + row - from
    floats[at] = (floats[at] as number) + decay
  }
}

/** Moves a slice of A. */
export function learnNarrow(shared: SharedMemory, slice: number): void {
  const { layout, kernels } = shared
  const { inputs, width } = mapOf(shared)
  const narrow = narrowOf(shared)
  const { rate, scale, decay } = settingsOf(shared)
  for (const { from, count, side } of sidesOf(shared)) {
    const [table, first, second] = [narrow.table, narrow.first, narrow.second].map((region) =>
      rowsOf(region, slice, side * inputs),
    ) as [number, number, number]
    const x = layout.entries + from * width
    const gradients = narrow.gradient + from * narrow.width + slice * SLICE_BYTES
    kernels.learn(table, first, second, inputs, x, width, gradients, narrow.width, count, rate, scale, decay)
  }
}

function settingsOf({ floats }: SharedMemory) {
  const [rate, scale, decay] = [CONTROL.rate, CONTROL.secondScale, CONTROL.decay].map((at) => floats[at])
  return { rate: rate as number, scale: scale as number, decay: decay as number }
}
