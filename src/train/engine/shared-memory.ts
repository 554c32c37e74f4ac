// The memory that all threads share, as each of them sees it.
import { CONTROL, type Layout, type Region } from './layout.ts'
import type { Kernels } from './kernels.ts'

export interface SharedMemory {
  control: Int32Array
  floats: Float32Array
  layout: Layout
  kernels: Kernels
}

/** Returns the address of a slice's part of a region. */
export const partOf = ({ at, perSlice }: Region, slice: number) => at + perSlice * slice
/** The bags of a step, with padding, and the bytes of a row of scores. */
export const sizes = ({ control }: SharedMemory) => {
  const [queries, passages] = [control[CONTROL.queries] as number, control[CONTROL.passages] as number]
  return { queries, passages, stride: passages * 4 }
}
