// The jobs of batch APIs in a ledger. Before a job is submitted it is written here with each of its requests, which belong to it until each
// has a reply, has failed or is found missing: nothing is submitted twice, and nothing is lost.
import type { Price } from '../chat.ts'
import type { BatchedSource } from './claim.ts'

/**
 * `collecting` while requests are added; `submitting` from before the provider is called until its answer is written here; `submitted` until
 * every request has an end; then `done`.
 */
export type BatchPhase = 'collecting' | 'submitting' | 'submitted' | 'done'

export interface NewBatch {
  /** Unique over all ledgers; the provider is given it. */
  id: string
  run: string
  /** As in `--batch`. */
  provider: string
  /** Without credentials. */
  endpoint: string
  /** The model's name at the provider. */
  model: string
  /** The model's identity in keys. */
  identity: string
  /** What its results cost; null if unknown. */
  price: Price | null
}

export interface BatchRecord extends NewBatch {
  phase: BatchPhase
  /** The provider's id, once it is known. */
  remote: string | null
  /** What the provider said last, or why the job ended. */
  said: string
  /** Requests in all, and how many of them ended how; the rest is open. */
  requests: number
  answered: number
  failed: number
  missing: number
  bytes: number
  /** Estimated input tokens. */
  tokens: number
  /** The most that its open requests can cost, in billionths of a US dollar. */
  held: number
  createdMs: number
  /** When its submission was begun; null before. */
  submittedMs: number | null
  endedMs: number | null
  /** Whether the process that collects or submits it is gone. */
  isAbandoned: boolean
}

/** A request that an open job waits for. */
export interface BatchedRequest {
  key: Buffer
  batch: string
  /** The most that it can cost, in billionths of a US dollar. */
  amount: number
  about: BatchedSource
}

/** A job that a process makes its own: a new one, or one whose process is gone. */
export type JobChange = { begin: NewBatch } | { takeOver: string }

export type BatchChange = Partial<Pick<BatchRecord, 'phase' | 'remote' | 'said' | 'bytes' | 'tokens'>>

export interface Batches {
  /** Writes a job that this process will collect requests for; they are added by `Ledger.claim`. */
  begin(job: NewBatch): Promise<void>
  /** Changes a job. The time of a new phase is noted. */
  change(id: string, change: BatchChange): Promise<void>
  /** Makes an abandoned job this process's own. @returns false if another process was first, or its process is not gone */
  takeOver(id: string): Promise<boolean>
  /** Removes a job of which nothing was submitted, with its requests. */
  discard(id: string): Promise<void>
  /** Returns the jobs of a run, or of all, the oldest first. */
  list(run?: string): Promise<BatchRecord[]>
  /** Returns the requests among these that an open job waits for, in the order of the keys. */
  waiting(keys: readonly Buffer[]): Promise<(BatchedRequest | undefined)[]>
  /** Returns some of the requests that a job waits for, by key, after that of another. */
  open(id: string, after: Buffer | undefined, most: number): Promise<BatchedRequest[]>
}
