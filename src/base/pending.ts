// Work that is under way and has to be waited for before what it uses is closed.

export class Pending {
  readonly #work = new Set<Promise<unknown>>()

  /** Adds work, and returns it as it is. */
  add<T>(work: Promise<T>): Promise<T> {
    const ended = work.catch(() => undefined).finally(() => this.#work.delete(ended))
    this.#work.add(ended)
    return work
  }

  /** Waits until everything has ended, well or badly, whatever is added meanwhile included. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work)
  }
}
