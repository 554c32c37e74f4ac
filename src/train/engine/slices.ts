// The work of every thread: take a free slice, run the phase on it, take the next.
import { BACKWARD, BACKWARD_NARROW, CONTROL, FORWARD, FORWARD_NARROW } from './layout.ts'
import { innerGradient, learnMap, learnNarrow, mapInputs, mapNarrow } from './map.ts'
import { partOf, sizes, type SharedMemory } from './shared-memory.ts'
import { SLICE_BYTES } from './sizes.ts'

/** Works until no slice is left. The thread that finishes the last one wakes the waiting thread. */
export function workOnSlices(shared: SharedMemory): void {
  const { control } = shared
  for (;;) {
    const slice = Atomics.add(control, CONTROL.nextSlice, 1)
    const slices = Atomics.load(control, CONTROL.slices)
    if (slice >= slices) return
    WORK[Atomics.load(control, CONTROL.phase)]?.(shared, slice)
    if (Atomics.add(control, CONTROL.slicesDone, 1) + 1 === slices) Atomics.notify(control, CONTROL.slicesDone)
  }
}

const WORK: Record<number, (shared: SharedMemory, slice: number) => void> = {
  [FORWARD_NARROW]: mapNarrow,
  [FORWARD]: forward,
  [BACKWARD]: backward,
  [BACKWARD_NARROW]: learnNarrow,
}

function forward(shared: SharedMemory, slice: number): void {
  const { layout, kernels } = shared
  const { queries, passages, stride } = sizes(shared)
  const vectors = partOf(layout.vectors, slice)
  const columns = partOf(layout.columns, slice)
  const squares = partOf(layout.squares, slice)
  const table = partOf(layout.table, slice)
  if (layout.map) mapInputs(shared, slice)
  else kernels.bags(table, layout.entries, layout.offsets, queries + passages, vectors, squares)
  kernels.transpose(vectors + queries * SLICE_BYTES, passages, columns, stride)
  kernels.dots(vectors, columns, queries, stride, partOf(layout.partials, slice))
}

function backward(shared: SharedMemory, slice: number): void {
  const { layout, kernels } = shared
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
  if (layout.map) {
    innerGradient(shared, slice)
    learnMap(shared, slice)
  } else updateTokens(shared, slice)
}

function updateTokens({ control, floats, layout, kernels }: SharedMemory, slice: number): void {
  kernels.update(
    partOf(layout.table, slice),
    partOf(layout.first, slice),
    partOf(layout.second, slice),
    layout.tokens,
    control[CONTROL.tokens] as number,
    layout.tokenOffsets,
    layout.tokenEntries,
    partOf(layout.gradients, slice),
    floats[CONTROL.rate] as number,
    floats[CONTROL.secondScale] as number,
  )
}
