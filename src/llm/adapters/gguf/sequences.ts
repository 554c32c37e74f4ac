// Hands out the sequences of a context. Each call gets the free sequence that shares the longest beginning with its prompt.
import type { Sequence } from './llama.ts'

export class SequencePool {
  readonly #free: Sequence[]
  readonly #waiting: { resolve: () => void; reject: (reason: unknown) => void }[] = []

  constructor(sequences: Sequence[]) {
    this.#free = [...sequences]
  }

  /**
   * Waits for a sequence, first come first served, and works with it.
   * @param work receives the number of prompt tokens that the sequence already holds
   * @throws the signal's reason if it is aborted before a sequence is free
   */
  async use<T>(
    tokens: readonly number[],
    signal: AbortSignal,
    work: (sequence: Sequence, cached: number) => Promise<T>,
  ): Promise<T> {
    while (this.#free.length === 0) await this.#turn(signal)
    signal.throwIfAborted()
    const { sequence, cached } = this.#take(tokens)
    try {
      return await work(sequence, cached)
    } finally {
      this.#free.push(sequence)
      this.#waiting.shift()?.resolve()
    }
  }

  #take(tokens: readonly number[]): { sequence: Sequence; cached: number } {
    const shared = this.#free.map((sequence) => sequence.compareContextTokens(tokens).firstDifferentIndex)
    const cached = Math.max(...shared)
    const [sequence] = this.#free.splice(shared.indexOf(cached), 1)
    return { sequence: sequence as Sequence, cached }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiter = { resolve, reject }
    const abort = () => {
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
      reject(signal.reason)
    }
    this.#waiting.push(waiter)
    signal.addEventListener('abort', abort, { once: true })
    await promise.finally(() => signal.removeEventListener('abort', abort))
  }
}
