// The ledger: every completion that a model returned, addressed by what was asked. It is a file, or a PostgreSQL database for many machines.
import type { ChatReply } from '../chat.ts'
import type { Batches } from './batch-record.ts'
import type { Claim, ClaimAnswer, Release } from './claim.ts'
import type { LedgerContents } from './contents.ts'
import type { LedgerEntry } from './entry.ts'
import type { Runs } from './run-record.ts'

export interface OpenOptions {
  /** Whether a missing ledger is an error. Default: it is created. */
  mustExist?: boolean
  /** Whether a ledger that may not be written can be opened all the same, to be read. */
  orRead?: boolean
  /** Receives a sentence when a database cannot be reached for a while. */
  onNotice?: ((sentence: string) => void) | undefined
  /** Milliseconds for which a database that cannot be reached is tried again. Default: five minutes. */
  patienceMs?: number | undefined
}

/** Why a request has no reply, according to the last run that sent it. */
export interface Failure {
  code: string
  message: string
  run: string
}

/** A reply found in the ledger, with its cost. */
export interface StoredReply extends ChatReply {
  /** Billionths of a US dollar; null when unknown. */
  cost: number | null
}

/** Where, when and for which run a reply was given. */
export interface Provenance {
  model: string
  endpoint: string
  /** The run that paid for it; later runs get it free. */
  run: string
  createdMs: number
  latencyMs: number
}

/** How replies are counted by where they come from. */
export interface SourceCount {
  stage: string
  prompt: string
  model: string
  replies: number
}

/** Keys are those of `requestKey`. Every method throws a WinnowError that names the ledger if it cannot be read or written. */
export interface Ledger {
  /** The file, or the address of the database without its login. */
  readonly path: string
  /** Whether every read waits for a server, so that many at once are faster than one after the other. */
  readonly isRemote: boolean
  readonly runs: Runs
  readonly batches: Batches

  /** Returns the first reply to each request, or undefined, in the order of the keys. */
  find(keys: readonly Buffer[]): Promise<(StoredReply | undefined)[]>
  /** As `find`, without token counts and cost, which deciding does not need. */
  findTexts(keys: readonly Buffer[]): Promise<(ChatReply | undefined)[]>
  /** Returns where the first reply to a request came from, or undefined. Meant for single rows. */
  provenanceOf(key: Buffer): Promise<Provenance | undefined>

  /** Prepares for writing ahead of the first reply. */
  startWriting(): void
  /** Waits until all pending writes are done, and gives back what writing takes. A later write begins it anew. No claim may be open. */
  stopWriting(): Promise<void>
  /** Appends a reply and ends its claim. Resolves once it is committed. */
  append(entry: LedgerEntry): Promise<void>
  /** Claims a request before it is sent. A granted claim ends with `append` or `release`. */
  claim(claim: Claim): Promise<ClaimAnswer>
  /** Ends the claim of a request that got no reply. It is written with the next group, and `settled` waits for it. */
  release(release: Release): void
  /** Whether a process is sending the request. */
  isClaimed(key: Buffer): Promise<boolean>
  /** Records why a request got no reply. */
  fail(key: Buffer, failure: Failure): Promise<void>
  failureOf(key: Buffer): Promise<Failure | undefined>
  /** Resolves once all pending writes are done. */
  settled(): Promise<void>

  /** Counts the replies of a method by stage, prompt version and model. */
  repliesOf(method: string): Promise<SourceCount[]>
  contents(): Promise<LedgerContents>
  /** Runs work that only reads, on the ledger as it is now, regardless of what is appended meanwhile. */
  reading<T>(work: () => Promise<T>): Promise<T>
  /** Waits for pending appends and closes the ledger. */
  close(): Promise<void>
}

/** Returns the first reply to one request, or undefined. */
export const findOne = async (ledger: Pick<Ledger, 'find'>, key: Buffer): Promise<StoredReply | undefined> =>
  (await ledger.find([key]))[0]
