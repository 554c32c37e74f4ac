// Collects requests that have no reply into batch jobs: one model a job, cut by requests, bytes and estimated tokens.
import { rm } from 'node:fs/promises'
import { worstCase, type Cap } from '../cap.ts'
import type { ChatRequest, Price } from '../chat.ts'
import { CallError } from '../errors.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { promptBytesOf } from '../usage.ts'
import { Draft, type ReadyJob } from './draft.ts'
import type { BatchLimits, BatchProvider } from './provider.ts'

/** A model as a provider's batch API knows it. */
export interface BatchedModel {
  /** Its name there. */
  name: string
  identity: string
  /** Of a batch; undefined if unknown. */
  price: Price | undefined
  /** Returns the body of a request to OpenAI's `/chat/completions`. */
  body(request: ChatRequest): Record<string, unknown>
}

interface CollectorOptions {
  ledger: Ledger
  run: string
  provider: BatchProvider
  limits: BatchLimits
  /** Where the files of lines are written until they are submitted. */
  folder: string
  cap: Cap | undefined
}

/** How often a request that got no result is sent in all. */
const MOST_ATTEMPTS = 3
/** The code of a request that is longer than its model's context. */
const TOO_LONG = 'too-long'
/** Tokens are longer than this on average, so that estimates are rather high. */
const BYTES_PER_TOKEN = 3

export class Collector {
  readonly #options: CollectorOptions
  #limits: BatchLimits
  readonly #drafts = new Map<string, Draft>()
  readonly #closing: Promise<void>[] = []
  #ready: ReadyJob[] = []
  /** What a request needed for which the cap left no room; undefined where it did for all. */
  outOfRoom: { spent: number; amount: number } | undefined

  constructor(options: CollectorOptions) {
    this.#options = options
    this.#limits = options.limits
  }

  /**
   * Puts a request into a job, unless one has it or its reply has come.
   * @throws CallError if it has been in as many jobs as it may, or the provider cannot be asked so
   */
  async add(request: ChatRequest, key: Buffer, model: BatchedModel): Promise<void> {
    const { provider, run, cap } = this.#options
    const id = key.toString('hex')
    const line = provider.line({ id, request, model: model.name, body: model.body(request) })
    const amount = model.price === undefined ? 0 : worstCase(request, model.price)
    const { source, sample } = request
    const { method, stage, prompt, row, attempt } = source
    const about = { method, stage, prompt, row, attempt, sample, promptBytes: promptBytesOf(request) }
    const claim = { key, run, amount, cap: cap && cap.most - cap.unrecorded }
    const draft = this.#draftFor(model, request, line)
    const answer = await draft.add(claim, { about, mostAttempts: MOST_ATTEMPTS }, line)
    if (answer.state === 'no-room') this.outOfRoom = { spent: answer.spent, amount }
    if (answer.state === 'given-up') {
      throw new CallError(answer.code, answer.message, { remedy: answer.code === TOO_LONG ? 'split' : 'give-up' })
    }
  }

  /** Closes all open jobs and returns those that are ready and were not taken before. @throws WinnowError if one cannot be written */
  async take(): Promise<ReadyJob[]> {
    for (const draft of this.#drafts.values()) this.#close(draft)
    this.#drafts.clear()
    await Promise.all(this.#closing.splice(0))
    const ready = this.#ready
    this.#ready = []
    return ready
  }

  /** Makes later jobs half as large as one that was refused. @param tokens of that one */
  shrink(tokens: number): void {
    this.#limits = { ...this.#limits, tokens: Math.max(1, Math.floor(tokens / 2)) }
  }

  /** Gives back what was collected and not taken. */
  async discard(): Promise<void> {
    const drafts = [...this.#drafts.values()]
    this.#drafts.clear()
    await Promise.allSettled([...this.#closing, ...drafts.map((draft) => draft.discard())])
    for (const { id, path } of this.#ready.splice(0)) {
      await rm(path, { force: true })
      await this.#options.ledger.batches.discard(id)
    }
  }

  #draftFor(model: BatchedModel, request: ChatRequest, line: string): Draft {
    const { ledger, run, provider, folder } = this.#options
    const limits = this.#limits
    const size = { bytes: Buffer.byteLength(line) + 1, tokens: tokensOf(request) }
    const open = this.#drafts.get(model.identity)
    if (open?.reserve(size, limits)) return open
    if (open) this.#close(open)
    const { name, identity, price = null } = model
    const { name: providerName, endpoint } = provider
    const draft = Draft.begin(ledger, { run, provider: providerName, endpoint, model: name, identity, price }, folder)
    draft.reserve(size, limits)
    this.#drafts.set(identity, draft)
    return draft
  }

  #close(draft: Draft): void {
    const closing = this.#finish(draft)
    // Whoever takes the jobs gets the error.
    closing.catch(() => undefined)
    this.#closing.push(closing)
  }

  async #finish(draft: Draft): Promise<void> {
    const ready = await draft.close()
    if (ready) this.#ready.push(ready)
  }
}

/** Estimates the input tokens of a request, on the high side. */
const tokensOf = ({ messages }: ChatRequest): number =>
  Math.ceil(messages.reduce((sum, { content }) => sum + Buffer.byteLength(content) + 12, 12) / BYTES_PER_TOKEN)
