// The training engine: takes bags of tokens, returns scores, takes a gradient of the scores, and updates the vectors. Its bits do not
// depend on the number of threads: they share slices of the dimensions, and the results of slices are added in slice order.
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { compileKernels, instantiate } from './kernels.ts'
import { ADAM, SLICE } from './sizes.ts'
import {
  BACKWARD,
  CONTROL,
  FORWARD,
  layoutOf,
  paddedPassages,
  paddedQueries,
  STOP,
  type Capacity,
  type Layout,
  type Region,
} from './layout.ts'
import { workOnSlices, type SharedMemory } from './slices.ts'
import type { ThreadData } from './thread.ts'
import { TokenLists } from './token-lists.ts'

/** Writes the entries of a bag, `token | count << 24`, from a position on and returns their number. */
export type CopyBag = (bag: number, into: Uint32Array, at: number) => number

/** Cosines of queries [rows] and passages [columns], row by row, `stride` apart; columns beyond `passages` are padding. */
export interface Scores {
  values: Float32Array
  queries: number
  passages: number
  stride: number
}

/** Longer than any phase takes, unless the whole process was suspended, so it must happen twice in a row. */
const STUCK_MS = 60_000
const STUCK_TIMES = 2

export class Engine {
  readonly capacity: Capacity
  readonly #layout: Layout
  readonly #shared: SharedMemory
  readonly #threads: Worker[]
  readonly #buffer: SharedArrayBuffer
  readonly #entries: Uint32Array
  readonly #offsets: Uint32Array
  readonly #inverse: Float32Array
  readonly #own: Float32Array
  readonly #lists: TokenLists
  #queries = 0
  #passages = 0

  /** @param threads total number, including this one; more than there are slices of 32 dimensions have no effect */
  constructor(capacity: Capacity, threads = availableParallelism()) {
    this.capacity = capacity
    const layout = layoutOf(capacity)
    const memory = new WebAssembly.Memory({ initial: layout.pages, maximum: layout.pages, shared: true })
    const module = compileKernels()
    const { buffer } = memory
    const bags = paddedQueries(capacity.queries) + paddedPassages(capacity.passages)
    this.#layout = layout
    this.#buffer = buffer
    this.#entries = new Uint32Array(buffer, layout.entries, capacity.entries)
    this.#offsets = new Uint32Array(buffer, layout.offsets, bags + 1)
    this.#inverse = new Float32Array(buffer, layout.inverseLengths, bags)
    this.#own = new Float32Array(buffer, layout.own, bags)
    this.#lists = new TokenLists(buffer, layout, capacity)
    this.#shared = {
      control: new Int32Array(buffer),
      floats: new Float32Array(buffer),
      layout,
      kernels: instantiate(module, memory),
    }
    const others = Math.min(threads, layout.slices) - 1
    const workerData: ThreadData = { module, memory, layout }
    this.#threads = Array.from({ length: Math.max(0, others) }, () => {
      const thread = new Worker(new URL(import.meta.url.endsWith('.ts') ? 'thread.ts' : 'thread.js', import.meta.url), {
        workerData,
      })
      thread.unref()
      return thread
    })
  }

  /** Places the bags of a step, queries first. @param copy is called once per bag, in order */
  place(queries: number, passages: number, copy: CopyBag): void {
    this.#queries = queries
    this.#passages = passages
    const first = paddedQueries(queries)
    const bags = first + paddedPassages(passages)
    let at = 0
    for (let bag = 0; bag < bags; bag++) {
      this.#offsets[bag] = at
      if (bag < queries) at += copy(bag, this.#entries, at)
      else if (bag >= first && bag - first < passages) at += copy(bag - first + queries, this.#entries, at)
    }
    this.#offsets[bags] = at
  }

  /** Returns the cosines of the placed bags. The array belongs to the engine and is valid until the next call. */
  score(): Scores {
    this.#forward(false)
    return this.#scores(this.#layout.scores)
  }

  /**
   * Runs one step: computes scores, calls `loss`, and updates every token that occurs.
   * @param loss writes its gradient with respect to the scores, zeros included, and returns its value. If passages are set apart, it writes
   * two: the gradient for queries and the one for passages; otherwise both are the same array
   * @param rate learning rate
   * @param step from 1
   */
  learn(loss: (scores: Scores, gradient: Scores, ofPassages: Scores) => number, rate: number, step: number): number {
    this.#forward(true)
    const { coefficients, ofPassages } = this.#layout
    const [scores, gradient] = [this.#scores(this.#layout.scores), this.#scores(coefficients)]
    const apart = ofPassages === coefficients ? gradient : this.#scores(ofPassages)
    const value = loss(scores, gradient, apart)
    this.#throughLengths(scores, gradient)
    if (apart !== gradient) {
      const ofQueries = this.#own.slice(0, paddedQueries(scores.queries))
      this.#throughLengths(scores, apart)
      this.#own.set(ofQueries)
    }
    const { control, floats } = this.#shared
    control[CONTROL.tokens] = this.#lists.count
    floats[CONTROL.rate] = rate / (1 - ADAM.first ** step)
    floats[CONTROL.secondScale] = 1 / (1 - ADAM.second ** step)
    this.#run(BACKWARD)
    return value
  }

  /** Returns the cosine of two passages of the step. Call it while the scores of the step are valid. */
  cosineOf(one: number, other: number): number {
    const { vectors, slices } = this.#layout
    const first = paddedQueries(this.#queries)
    const all = this.#shared.floats
    let sum = 0
    for (let slice = 0; slice < slices; slice++) {
      const start = (vectors.at + vectors.perSlice * slice) / 4
      const [from, to] = [start + (first + one) * SLICE, start + (first + other) * SLICE]
      for (let at = 0; at < SLICE; at++) sum += (all[from + at] as number) * (all[to + at] as number)
    }
    return sum * (this.#inverse[first + one] as number) * (this.#inverse[first + other] as number)
  }

  /** Returns the vectors of all tokens, without padding, as one array [tokens × dimensions]. */
  readTable(): Float32Array {
    const { tokens, dimensions } = this.capacity
    const table = new Float32Array(tokens * dimensions)
    for (let slice = 0; slice < this.#layout.slices; slice++) {
      const part = this.#part(this.#layout.table, slice)
      const width = Math.min(SLICE, dimensions - slice * SLICE)
      for (let token = 0; token < tokens; token++) {
        table.set(part.subarray(token * SLICE, token * SLICE + width), token * dimensions + slice * SLICE)
      }
    }
    return table
  }

  writeTable(table: Float32Array): void {
    const { tokens, dimensions } = this.capacity
    for (let slice = 0; slice < this.#layout.slices; slice++) {
      const part = this.#part(this.#layout.table, slice)
      const width = Math.min(SLICE, dimensions - slice * SLICE)
      for (let token = 0; token < tokens; token++) {
        const at = token * dimensions + slice * SLICE
        part.set(table.subarray(at, at + width), token * SLICE)
      }
    }
  }

  /** Everything that steps change, in memory layout: the content of a checkpoint. */
  get state(): Uint8Array {
    const { table, first, second, slices } = this.#layout
    const regions = [table, first, second]
    const size = regions.reduce((sum, { perSlice }) => sum + perSlice * slices, 0)
    return new Uint8Array(this.#buffer, table.at, size)
  }

  /** The vectors of all tokens, in memory layout. */
  get table(): Uint8Array {
    const { table, slices } = this.#layout
    return new Uint8Array(this.#buffer, table.at, table.perSlice * slices)
  }

  async close(): Promise<void> {
    const { control } = this.#shared
    Atomics.store(control, CONTROL.phase, STOP)
    Atomics.add(control, CONTROL.generation, 1)
    Atomics.notify(control, CONTROL.generation)
    await Promise.all(this.#threads.map((thread) => thread.terminate()))
  }

  #part({ at, perSlice }: Region, slice: number): Float32Array {
    return new Float32Array(this.#buffer, at + perSlice * slice, this.capacity.tokens * SLICE)
  }

  #scores(at: number): Scores {
    const [queries, passages] = [this.#queries, this.#passages]
    const stride = paddedPassages(passages)
    return { values: new Float32Array(this.#buffer, at, queries * stride), queries, passages, stride }
  }

  #forward(withLists: boolean): void {
    const { control, kernels } = this.#shared
    const { partials, scores, inverseLengths, slices } = this.#layout
    const [queries, passages] = [paddedQueries(this.#queries), paddedPassages(this.#passages)]
    control[CONTROL.queries] = queries
    control[CONTROL.passages] = passages
    this.#run(FORWARD, () => withLists && this.#lists.fill(this.#entries, this.#offsets, queries + passages))
    this.#invertLengths(queries + passages)
    const [stride, ofPassages] = [passages * 4, inverseLengths + queries * 4]
    kernels.scores(partials.at, partials.perSlice, slices, this.#queries, stride, inverseLengths, ofPassages, scores)
  }

  /** Computes 1 / length of each bag's vector; 0 for a vector of length 0. */
  #invertLengths(bags: number): void {
    const { squares, slices } = this.#layout
    const [all, apart] = [this.#shared.floats, squares.perSlice / 4]
    for (let bag = 0; bag < bags; bag++) {
      let sum = 0
      for (let slice = 0, at = squares.at / 4 + bag; slice < slices; slice++, at += apart) sum += all[at] as number
      this.#inverse[bag] = sum > 0 ? 1 / Math.sqrt(sum) : 0
    }
  }

  /**
   * Turns the gradient of the cosines into coefficients of the sums: for u = s / |s|, the gradient of s is (g − (g·u) u) / |s|, and
   * g·u is the sum of gradient times score.
   */
  #throughLengths(scores: Scores, gradient: Scores): void {
    const { queries, passages, stride } = scores
    const [inverse, own] = [this.#inverse, this.#own]
    const first = paddedQueries(queries)
    own.fill(0, 0, first + stride)
    for (let query = 0; query < queries; query++) {
      const ofQuery = inverse[query] as number
      let along = 0
      for (let passage = 0, at = query * stride; passage < passages; passage++, at++) {
        const slope = gradient.values[at] as number
        const product = slope * (scores.values[at] as number)
        along += product
        own[first + passage] = (own[first + passage] as number) + product
        gradient.values[at] = slope * ofQuery * (inverse[first + passage] as number)
      }
      gradient.values.fill(0, query * stride + passages, (query + 1) * stride)
      own[query] = along * ofQuery * ofQuery
    }
    for (let bag = first; bag < first + passages; bag++) {
      own[bag] = (own[bag] as number) * (inverse[bag] as number) ** 2
    }
    // Padding rows take part in the products of passages.
    const { buffer, byteOffset } = gradient.values
    new Float32Array(buffer, byteOffset, first * stride).fill(0, queries * stride)
  }

  /** Runs a phase on all slices. @param meanwhile runs on this thread while the others begin */
  #run(phase: number, meanwhile?: () => void): void {
    const { control, layout } = this.#shared
    Atomics.store(control, CONTROL.phase, phase)
    Atomics.store(control, CONTROL.slicesDone, 0)
    Atomics.store(control, CONTROL.nextSlice, 0)
    Atomics.add(control, CONTROL.generation, 1)
    Atomics.notify(control, CONTROL.generation)
    meanwhile?.()
    workOnSlices(this.#shared)
    for (let done = 0, before = -1, times = 0; (done = Atomics.load(control, CONTROL.slicesDone)) < layout.slices;) {
      times = done === before ? times : 0
      before = done
      if (Atomics.wait(control, CONTROL.slicesDone, done, STUCK_MS) === 'timed-out') times += 1
      if (times === STUCK_TIMES) throw new Error('a thread of the trainer does not answer')
    }
  }
}
