// One connection to a database, made again when it is lost. Every statement that goes through it may be repeated.
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, types, type QueryArrayConfig } from 'pg'
import type { Address } from './address.ts'
import { cannot, failureOf, type DatabaseFailure } from './failures.ts'

/** How long a statement is tried again while the server is away. */
const PATIENCE_MS = 300_000
const FIRST_WAIT_MS = 50
const MOST_WAIT_MS = 2_000
/** A restart of the server is no news. */
const SAY_AFTER_MS = 3_000
const CONNECT_MS = 10_000
/** A statement of the daily work that takes longer hangs on a dead connection. */
const HANGS_MS = 20_000

const INT8 = 20
const NUMERIC = 1700
/** Counts and amounts stay far below 2^53. */
const asNumbers = {
  getTypeParser: ((oid: number, format: 'text') =>
    oid === INT8 || oid === NUMERIC ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
}

type Value = string | number | boolean | null | Buffer | readonly Buffer[] | readonly string[]

export interface SessionOptions {
  /** What the session is for, in messages: `read` or `write to`. */
  does: 'read' | 'write to'
  patienceMs?: number | undefined
  onNotice?: ((sentence: string) => void) | undefined
}

export class Session {
  readonly #address: Address
  readonly #options: SessionOptions
  #client: { client: Client; socket: Socket } | undefined
  /** Statements go one after the other. */
  #last: Promise<unknown> = Promise.resolve()
  #begin: string | undefined
  #isClosed = false

  constructor(address: Address, options: SessionOptions) {
    this.#address = address
    this.#options = options
  }

  /**
   * Runs a statement, again and again over new connections while the server is away.
   * @param isLong whether it may take minutes
   * @throws WinnowError that names the ledger
   */
  async query<Row>(text: string, values: readonly Value[] = [], isLong = false): Promise<Row[]> {
    const run = async (client: Client) => (await client.query({ text, values: [...values] })).rows as Row[]
    return this.#inTurn(() => this.#patiently(run, isLong))
  }

  /** As `query`, with each row as an array. */
  async arrays<Row extends unknown[]>(text: string, values: readonly Value[] = []): Promise<Row[]> {
    const config: QueryArrayConfig = { text, values: [...values], rowMode: 'array' }
    return this.#inTurn(() => this.#patiently(async (client) => (await client.query(config)).rows as Row[], false))
  }

  /** Runs a statement once. @throws the driver's error */
  once<Row>(text: string, values: readonly Value[] = []): Promise<Row[]> {
    return this.#inTurn(async () => {
      const { client } = await this.#connected()
      return (await client.query({ text, values: [...values] })).rows as Row[]
    })
  }

  /** Begins a transaction, which is begun anew when the connection is lost. */
  async begin(statement: string): Promise<void> {
    await this.query(statement)
    this.#begin = statement
  }

  async commit(): Promise<void> {
    this.#begin = undefined
    // Nothing was written: a lost connection has ended the transaction, too.
    await this.#inTurn(async () => this.#client?.client.query('COMMIT')).catch(() => this.#drop())
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#last.catch(() => undefined)
    const ended = this.#client?.client.end()
    await ended?.catch(() => undefined)
    this.#client = undefined
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async #patiently<T>(run: (client: Client) => Promise<T>, isLong: boolean): Promise<T> {
    const { does, patienceMs = PATIENCE_MS } = this.#options
    const started = performance.now()
    let hasSaid = false
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, MOST_WAIT_MS)) {
      try {
        return await this.#attempt(run, isLong)
      } catch (error) {
        this.#drop()
        const failure = failureOf(error)
        const waited = performance.now() - started
        if (!failure.passes) throw cannot(does, this.#address.shown, failure)
        if (this.#isClosed || waited > patienceMs) {
          throw cannot(does, this.#address.shown, failure, `tried for ${Math.round(waited / 1000)} s`)
        }
        if (!hasSaid && waited > SAY_AFTER_MS) this.#say(failure, patienceMs)
        hasSaid ||= waited > SAY_AFTER_MS
        await sleep(wait * (0.5 + Math.random() / 2))
      }
    }
  }

  #say({ why }: DatabaseFailure, patienceMs: number): void {
    const seconds = Math.round(patienceMs / 1000)
    this.#options.onNotice?.(
      `the ledger ${this.#address.shown} cannot be used now: ${why}; trying again for up to ${seconds} s`,
    )
  }

  async #attempt<T>(run: (client: Client) => Promise<T>, isLong: boolean): Promise<T> {
    const { client, socket } = await this.#connected()
    const timer = isLong ? undefined : setTimeout(() => socket.destroy(), HANGS_MS)
    try {
      return await run(client)
    } finally {
      clearTimeout(timer)
    }
  }

  async #connected(): Promise<{ client: Client; socket: Socket }> {
    if (this.#client !== undefined) return this.#client
    const socket = new Socket()
    const client = new Client({
      connectionString: this.#address.connection,
      stream: () => socket,
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: CONNECT_MS,
      application_name: 'winnow',
      types: asNumbers,
    })
    const made = { client, socket }
    client.on('error', () => {
      if (this.#client === made) this.#client = undefined
    })
    try {
      await client.connect()
      if (this.#begin !== undefined) await client.query(this.#begin)
    } catch (error) {
      socket.destroy()
      throw error
    }
    this.#client = made
    return made
  }

  /** Gives the connection up. */
  #drop(): void {
    this.#client?.socket.destroy()
    this.#client = undefined
  }
}
