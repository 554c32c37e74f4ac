// The runs in a ledger: which settings asked about which input.

/** A run. The same input gathered with the same settings is the same run, however often it is started. */
export interface RunRecord {
  /** `r` and ten hex digits of a hash of input and settings. */
  id: string
  /** SHA-256 of the uncompressed input. */
  inputHash: string
  inputPath: string
  method: string
  /** Everything that decides what is asked, as JSON values. */
  settings: Record<string, unknown>
  /** Prompt ids with versions and the hash of their wording. */
  prompts: string[]
  startedMs: number
  updatedMs: number
  /** Whether every row has been processed. */
  gathered: boolean
}

/** What a run has cost so far, over all its starts, in billionths of a US dollar. */
export interface RunSpending {
  replies: number
  cost: number
  /** Replies whose cost is unknown. */
  unpriced: number
  /** What may have been billed for calls without a reply. */
  unsettled: number
}

/** What a run spends without a known cost, by stage. */
export interface UnpricedTokens {
  stage: string
  input: number
  output: number
  /** Replies that came without token counts. */
  uncounted: number
}

/** Some replies of a run, added up. */
export interface SpentAmong {
  replies: number
  /** Billionths of a US dollar. */
  cost: number
  /** When the last of them arrived. */
  lastMs: number
}

/** A part of the rows of a run that has been gathered. */
export interface FinishedShard {
  /** From 1. */
  number: number
  of: number
  /** Rows of the run, and of the shard. */
  total: number
  rows: number
}

export interface Runs {
  /** Starts or resumes a run. */
  start(run: Omit<RunRecord, 'startedMs' | 'updatedMs' | 'gathered'>): Promise<void>
  finishGathering(id: string): Promise<void>
  /** Notes that a shard of a run has been gathered. @returns how many of the shards of as many rows are */
  finishShard(id: string, shard: FinishedShard): Promise<number>
  /** Returns the shards of a run that have been gathered: by their number of rows and of shards, then by number. */
  shards(id: string): Promise<FinishedShard[]>
  get(id: string): Promise<RunRecord | undefined>
  /** Whether a request that the run was the last to send has no reply. */
  hasFailures(id: string): Promise<boolean>
  /** Returns the runs over an input, or all runs, the latest first. */
  list(inputHash?: string): Promise<RunRecord[]>
  /** Returns the tokens of a run's replies whose cost is unknown, by stage. */
  unpricedTokens(id: string): Promise<UnpricedTokens[]>
  /** Returns the number of the reply that arrived last, of any run; 0 if there is none. */
  lastReply(): Promise<number>
  /** Sums up a run's replies after the one of a number, up to that of another. */
  spentAmong(id: string, after: number, until: number): Promise<SpentAmong>
  spending(id: string): Promise<RunSpending>
}
