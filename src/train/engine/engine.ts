// The training engine: takes bags of tokens, returns scores, takes a gradient of the scores, and updates the vectors. Its bits do not
// depend on the number of threads: they share slices of the dimensions, and the results of slices are added in slice order.
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { compileKernels, instantiate } from './kernels.ts'
import { ADAM, SLICE } from './sizes.ts'
import {
  BACKWARD,
  BACKWARD_NARROW,
  CONTROL,
  FORWARD,
  FORWARD_NARROW,
  layoutOf,
  paddedPassages,
  paddedQueries,
  STOP,
  type Capacity,
  type Layout,
  type MapLayout,
} from './layout.ts'
import type { SharedMemory } from './shared-memory.ts'
import { workOnSlices } from './slices.ts'
import type { ThreadData } from './thread.ts'
import { throughLengths, type Scores } from './scores.ts'
import { Tables } from './tables.ts'
import { TokenLists } from './token-lists.ts'

/**
 * Writes the entries of a bag, `token | count << 24`, from a position on and returns their number. For a map, the entries are the bits of
 * the numbers of a text's vector.
 */
export type CopyBag = (bag: number, into: Uint32Array, at: number) => number

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
  readonly #tables: Tables
  /** Undefined for a map. */
  readonly #lists: TokenLists | undefined
  #queries = 0
  #passages = 0

  /** @param threads total number, including this one; more than there are slices of 32 dimensions have no effect */
  constructor(capacity: Capacity, threads = availableParallelism()) {
    this.capacity = capacity
    const layout = layoutOf(capacity)
    const memory = new WebAssembly.Memory({ initial: layout.pages, maximum: layout.pages, shared: true })
    const module = compileKernels()
    // Where the types of browsers are loaded, too, a memory's buffer is never a shared one.
    const buffer = memory.buffer as ArrayBufferLike as SharedArrayBuffer
    const bags = paddedQueries(capacity.queries) + paddedPassages(capacity.passages)
    this.#layout = layout
    this.#buffer = buffer
    const entries = layout.map ? (bags * layout.map.width) / 4 : capacity.entries
    this.#entries = new Uint32Array(buffer, layout.entries, entries)
    this.#offsets = new Uint32Array(buffer, layout.offsets, bags + 1)
    this.#inverse = new Float32Array(buffer, layout.inverseLengths, bags)
    this.#own = new Float32Array(buffer, layout.own, bags)
    this.#tables = new Tables(buffer, layout, capacity)
    this.#lists = layout.map ? undefined : new TokenLists(buffer, layout, capacity)
    this.#shared = {
      control: new Int32Array(buffer),
      floats: new Float32Array(buffer),
      layout,
      kernels: instantiate(module, memory),
    }
    if (layout.map?.narrow)
      new Float32Array(buffer, layout.map.narrow.ones, Math.max(bags, layout.map.narrow.width / 4)).fill(1)
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
    if (this.#layout.map) {
      this.#placeVectors(first, bags, copy)
      return
    }
    let at = 0
    for (let bag = 0; bag < bags; bag++) {
      this.#offsets[bag] = at
      if (bag < queries) at += copy(bag, this.#entries, at)
      else if (bag >= first && bag - first < passages) at += copy(bag - first + queries, this.#entries, at)
    }
    this.#offsets[bags] = at
  }

  #placeVectors(first: number, texts: number, copy: CopyBag): void {
    const width = (this.#layout.map as MapLayout).width / 4
    for (let text = 0; text < texts; text++) {
      const at = text * width
      const isPadding = text < first ? text >= this.#queries : text - first >= this.#passages
      const written = isPadding ? 0 : copy(text < first ? text : text - first + this.#queries, this.#entries, at)
      this.#entries.fill(0, at + written, at + width)
    }
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
   * @param decay of a map towards the identity: the share of the learning rate by which each step shrinks what it has learnt
   */
  learn(
    loss: (scores: Scores, gradient: Scores, ofPassages: Scores) => number,
    rate: number,
    step: number,
    decay = 0,
  ): number {
    this.#forward(true)
    const { coefficients, ofPassages } = this.#layout
    const [scores, gradient] = [this.#scores(this.#layout.scores), this.#scores(coefficients)]
    const apart = ofPassages === coefficients ? gradient : this.#scores(ofPassages)
    const value = loss(scores, gradient, apart)
    throughLengths(scores, gradient, this.#inverse, this.#own)
    if (apart !== gradient) {
      const ofQueries = this.#own.slice(0, paddedQueries(scores.queries))
      throughLengths(scores, apart, this.#inverse, this.#own)
      this.#own.set(ofQueries)
    }
    const { control, floats } = this.#shared
    control[CONTROL.tokens] = this.#lists?.count ?? 0
    floats[CONTROL.rate] = rate / (1 - ADAM.first ** step)
    floats[CONTROL.secondScale] = 1 / (1 - ADAM.second ** step)
    floats[CONTROL.decay] = rate * decay
    this.#run(BACKWARD)
    this.#learnNarrow()
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

  /** Returns what is learnt, without padding: see `partsOf`. */
  readTable(): Float32Array {
    return this.#tables.read()
  }

  /** @param table as `readTable` returns it */
  writeTable(table: Float32Array): void {
    this.#tables.write(table)
  }

  /** Everything that steps change, in memory layout: the content of a checkpoint. */
  get state(): Uint8Array {
    return this.#tables.bytes(['table', 'first', 'second'])
  }

  /** What is learnt, in memory layout. */
  get table(): Uint8Array {
    return this.#tables.bytes(['table'])
  }

  async close(): Promise<void> {
    const { control } = this.#shared
    Atomics.store(control, CONTROL.phase, STOP)
    Atomics.add(control, CONTROL.generation, 1)
    Atomics.notify(control, CONTROL.generation)
    await Promise.all(this.#threads.map((thread) => thread.terminate()))
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
    const { map } = this.#layout
    if (map?.narrow) this.#run(FORWARD_NARROW, { slices: map.narrow.slices })
    const fill = () => this.#lists?.fill(this.#entries, this.#offsets, queries + passages)
    this.#run(FORWARD, { meanwhile: withLists ? fill : undefined })
    this.#invertLengths(queries + passages)
    const [stride, ofPassages] = [passages * 4, inverseLengths + queries * 4]
    kernels.scores(partials.at, partials.perSlice, slices, this.#queries, stride, inverseLengths, ofPassages, scores)
  }

  /** Adds up the gradient of x A, whose parts the slices have computed, and moves A. */
  #learnNarrow(): void {
    const { kernels } = this.#shared
    const { map, partials, slices } = this.#layout
    if (map?.narrow === undefined) return
    const { width, ones, gradient } = map.narrow
    const texts = paddedQueries(this.#queries) + paddedPassages(this.#passages)
    kernels.scores(partials.at, partials.perSlice, slices, texts, width, ones, ones, gradient)
    this.#run(BACKWARD_NARROW, { slices: map.narrow.slices })
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

  /** Runs a phase on all slices. @param options.meanwhile runs on this thread while the others begin */
  #run(
    phase: number,
    { slices = this.#layout.slices, meanwhile }: { slices?: number; meanwhile?: (() => void) | undefined } = {},
  ): void {
    const { control } = this.#shared
    Atomics.store(control, CONTROL.phase, phase)
    Atomics.store(control, CONTROL.slices, slices)
    Atomics.store(control, CONTROL.slicesDone, 0)
    Atomics.store(control, CONTROL.nextSlice, 0)
    Atomics.add(control, CONTROL.generation, 1)
    Atomics.notify(control, CONTROL.generation)
    meanwhile?.()
    workOnSlices(this.#shared)
    for (let done = 0, before = -1, times = 0; (done = Atomics.load(control, CONTROL.slicesDone)) < slices;) {
      times = done === before ? times : 0
      before = done
      if (Atomics.wait(control, CONTROL.slicesDone, done, STUCK_MS) === 'timed-out') times += 1
      if (times === STUCK_TIMES) throw new Error('a thread of the trainer does not answer')
    }
  }
}
