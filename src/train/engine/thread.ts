// A thread of the engine: sleeps until a phase starts.
import { workerData } from 'node:worker_threads'
import { instantiate } from './kernels.ts'
import { CONTROL, STOP, type Layout } from './layout.ts'
import type { SharedMemory } from './shared-memory.ts'
import { workOnSlices } from './slices.ts'

export interface ThreadData {
  module: WebAssembly.Module
  memory: WebAssembly.Memory
  layout: Layout
}

const { module, memory, layout } = workerData as ThreadData
const control = new Int32Array(memory.buffer)
const shared: SharedMemory = {
  control,
  floats: new Float32Array(memory.buffer),
  layout,
  kernels: instantiate(module, memory),
}

for (let seen = 0; ;) {
  Atomics.wait(control, CONTROL.generation, seen)
  seen = Atomics.load(control, CONTROL.generation)
  if (Atomics.load(control, CONTROL.phase) === STOP) break
  workOnSlices(shared)
}
