// The inner loops of training as WebAssembly SIMD, assembled when training begins. Every kernel works on one slice: 32
// dimensions of all vectors. Nothing in them depends on how many threads share the slices, and none uses relaxed
// arithmetic: the same input gives the same bits.
import { compile } from 'watr'
import { KERNELS } from './kernel-text.ts'
import { MAP_KERNELS } from './map-kernels.ts'

/** Pointers are byte addresses in the shared memory; `*Stride` values are in bytes. */
export interface Kernels {
  /** Sums the vectors of each bag's entries [bags × 32] and the squares of each sum. */
  bags(table: number, entries: number, offsets: number, bags: number, out: number, squares: number): void
  /** Writes `rows` vectors as columns. */
  transpose(vectors: number, rows: number, out: number, outStride: number): void
  /** Computes inner products of this slice: queries [n × 32] with passages stored as columns [32 × stride]. */
  dots(queries: number, columns: number, queryCount: number, stride: number, out: number): void
  /** Adds the inner products of all slices in slice order and scales each by the two inverse lengths. */
  scores(
    partials: number,
    sliceStride: number,
    slices: number,
    queryCount: number,
    stride: number,
    inverseQueries: number,
    inversePassages: number,
    out: number,
  ): void
  /** out[r] = Σ_c coefficients[r, c] · vectors[c] − own[r] · self[r]: the gradient of sums of which only the direction matters. */
  mix(
    coefficients: number,
    rowStride: number,
    columnStride: number,
    rows: number,
    columns: number,
    vectors: number,
    own: number,
    self: number,
    out: number,
  ): void
  /** Gathers the gradient of each token that occurs and moves its vector by Adam. Other tokens stay as they are. */
  update(
    table: number,
    first: number,
    second: number,
    tokens: number,
    tokenCount: number,
    offsets: number,
    entries: number,
    gradients: number,
    rate: number,
    secondScale: number,
  ): void
  /**
   * out[r] = residual[r] + Σ_c inputs[r, c] · table[c], and the squares of each sum. A residual at address 0 is none; its stride is then 0,
   * too.
   */
  map(
    inputs: number,
    stride: number,
    columns: number,
    table: number,
    rows: number,
    residual: number,
    residualStride: number,
    out: number,
    outStride: number,
    squares: number,
  ): void
  /**
   * Moves every row of a table by Adam along Σ_r inputs[r, row] · gradients[r], after scaling it by 1 − decay (decoupled weight decay,
   * Loshchilov and Hutter 2019, algorithm 2).
   */
  learn(
    table: number,
    first: number,
    second: number,
    rows: number,
    inputs: number,
    stride: number,
    gradients: number,
    gradientStride: number,
    count: number,
    rate: number,
    secondScale: number,
    decay: number,
  ): void
}

/** Assembles the kernels; every thread makes its own instance over the shared memory. */
export function compileKernels(): WebAssembly.Module {
  const text = `(module (import "shared" "memory" (memory 1 65536 shared)) ${[...KERNELS, ...MAP_KERNELS].join('\n')})`
  return new WebAssembly.Module(Uint8Array.from(compile(text)))
}

export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, { shared: { memory } }).exports as unknown as Kernels
}
