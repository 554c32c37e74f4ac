// A batch job while its requests are collected: its place in the ledger, and the file of its lines.
import { randomBytes } from 'node:crypto'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Pending } from '../../base/pending.ts'
import { openSink, type LineSink } from '../../base/sink.ts'
import type { NewBatch } from '../ledger/batch-record.ts'
import type { Claim, ClaimAnswer } from '../ledger/claim.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { BatchJob, BatchLimits } from './provider.ts'

/** A job whose lines are all written. */
export type ReadyJob = Omit<BatchJob, 'submittedMs'> & { tokens: number }

/** What one request takes up in a job. */
export interface Size {
  bytes: number
  tokens: number
}

export class Draft {
  readonly job: NewBatch
  readonly #ledger: Ledger
  readonly #path: string
  readonly #sink: Promise<LineSink>
  readonly #taken = { requests: 0, bytes: 0, tokens: 0 }
  readonly #adding = new Pending()
  #granted = 0

  private constructor(ledger: Ledger, job: NewBatch, folder: string) {
    this.#ledger = ledger
    this.job = job
    this.#path = join(folder, `${job.id}.jsonl`)
    // In the ledger first: a file that no job names is never submitted.
    this.#sink = ledger.batches.begin(job).then(() => openSink(this.#path))
    // Whoever adds or closes gets the error.
    this.#sink.catch(() => undefined)
  }

  static begin(ledger: Ledger, job: Omit<NewBatch, 'id'>, folder: string): Draft {
    return new Draft(ledger, { ...job, id: newId(job.model) }, folder)
  }

  /** Reserves room for a request. @returns false if there is none */
  reserve({ bytes, tokens }: Size, limits: BatchLimits): boolean {
    const taken = this.#taken
    const isFull =
      taken.requests + 1 > limits.requests ||
      taken.bytes + bytes > limits.bytes ||
      (limits.tokens !== undefined && taken.tokens + tokens > limits.tokens)
    // The first always fits: what is too large alone is for the provider to refuse.
    if (isFull && taken.requests > 0) return false
    taken.requests += 1
    taken.bytes += bytes
    taken.tokens += tokens
    return true
  }

  /** Claims a request for which room was reserved, and writes its line if it is granted. */
  add(claim: Omit<Claim, 'batch'>, batch: Omit<NonNullable<Claim['batch']>, 'id'>, line: string): Promise<ClaimAnswer> {
    return this.#adding.add(this.#add({ ...claim, batch: { ...batch, id: this.job.id } }, line))
  }

  async #add(claim: Claim, line: string): Promise<ClaimAnswer> {
    const sink = await this.#sink
    const answer = await this.#ledger.claim(claim)
    if (answer.state === 'granted') {
      this.#granted += 1
      await sink.write(`${line}\n`)
    }
    return answer
  }

  /** Completes the file. @returns undefined if no request was granted; nothing of the job is left then */
  async close(): Promise<ReadyJob | undefined> {
    await this.#adding.settled()
    const { id, model } = this.job
    const sink = await this.#sink
    if (this.#granted === 0) {
      await sink.abort()
      await this.#ledger.batches.discard(id)
      return undefined
    }
    await sink.commit()
    const { size: bytes } = await stat(this.#path)
    const { tokens } = this.#taken
    await this.#ledger.batches.change(id, { bytes, tokens })
    return { id, model, path: this.#path, requests: this.#granted, bytes, tokens }
  }

  /** Gives the requests back and removes the file. */
  async discard(): Promise<void> {
    await this.#adding.settled()
    await (await this.#sink).abort()
    await rm(this.#path, { force: true })
    await this.#ledger.batches.discard(this.job.id)
  }
}

/** A name that shows the model, as files are named by it. */
function newId(model: string): string {
  const name = model
    .replace(/.*\//, '')
    .replace(/[^\w.-]+/g, '-')
    .slice(0, 40)
  return `${name}-${randomBytes(5).toString('hex')}`
}
