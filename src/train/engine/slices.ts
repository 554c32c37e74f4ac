// The work of every thread: take a free slice, run the phase on it, take the next.
import { CONTROL, FORWARD, type Layout, type Region } from './layout.ts'
import type { Kernels } from './kernels.ts'
import { SLICE_BYTES } from './sizes.ts'

export interface SharedMemory {
  control: Int32Array
  floats: Float32Array
  layout: Layout
  kernels: Kernels
}

/** Works until no slice is left. The thread that finishes the last one wakes the waiting thread. */
export function workOnSlices(shared: SharedMemory): void {
  const { control, layout } = shared
  for (;;) {
    const slice = Atomics.add(control, CONTROL.nextSlice, 1)
    if (slice >= layout.slices) return
    if (Atomics.load(control, CONTROL.phase) === FORWARD) forward(shared, slice)
    else backward(shared, slice)
    if (Atomics.add(control, CONTROL.slicesDone, 1) + 1 === layout.slices) Atomics.notify(control, CONTROL.slicesDone)
  }
}

const partOf = ({ at, perSlice }: Region, slice: number) => at + perSlice * slice
const sizes = ({ control }: SharedMemory) => {
  const [queries, passages] = [control[CONTROL.queries] as number, control[CONTROL.passages] as number]
  return { queries, passages, stride: passages * 4 }
}

function forward(shared: SharedMemory, slice: number): void {
  const { layout, kernels } = shared
  const { queries, passages, stride } = sizes(shared)
  const vectors = partOf(layout.vectors, slice)
  const columns = partOf(layout.columns, slice)
  const squares = partOf(layout.squares, slice)
  kernels.bags(partOf(layout.table, slice), layout.entries, layout.offsets, queries + passages, vectors, squares)
  kernels.transpose(vectors + queries * SLICE_BYTES, passages, columns, stride)
  kernels.dots(vectors, columns, queries, stride, partOf(layout.partials, slice))
}

function backward(shared: SharedMemory, slice: number): void {
  const { control, floats, layout, kernels } = shared
  const { queries, passages, stride } = sizes(shared)
  const ofQueries = partOf(layout.vectors, slice)
  const ofPassages = ofQueries + queries * SLICE_BYTES
  const gradients = partOf(layout.gradients, slice)
  const { coefficients, ofPassages: apart, own } = layout
  kernels.mix(coefficients, stride, 4, queries, passages, ofPassages, own, ofQueries, gradients)
  kernels.mix(
    apart,
    4,
    stride,
    passages,
    queries,
    ofQueries,
    own + queries * 4,
    ofPassages,
    gradients + queries * SLICE_BYTES,
  )
  kernels.update(
    partOf(layout.table, slice),
    partOf(layout.first, slice),
    partOf(layout.second, slice),
    layout.tokens,
    control[CONTROL.tokens] as number,
    layout.tokenOffsets,
    layout.tokenEntries,
    gradients,
    floats[CONTROL.rate] as number,
    floats[CONTROL.secondScale] as number,
  )
}
