// What a plan takes, and what it finds out before its report is made.
import type { Ledger } from '../../llm/ledger/ledger.ts'
import type { ByStage } from './account.ts'
import type { PilotCost } from './pilot.ts'

/** What a plan takes besides the options of the run. */
export interface PlanSettings {
  /** Rows to ask about first; 0 for none. */
  pilot: number
  /** At which provider the price in batch is wanted; true for the one at whose place the models are, as without it. */
  batch: string | true | undefined
  /** Where the models of that provider are online; undefined where none is named, or its place is not known. */
  batchPlace?: string | undefined
  /** `[MODEL=]PATH` of tokenizers. */
  tokenizers: readonly string[]
  /** Calls and tokens a minute that a provider allows for each model. */
  rpm: number | undefined
  tpm: number | undefined
  /** Of prompts and replies together, at a server of the user's own. */
  tokensPerSecond: number | undefined
  gpus: number
  /** Rows whose requests are counted, at most; of more, a random sample is. */
  count: number
  /** Whether replies without a measure are taken to be as the method expects, and no range is given for them. */
  assumesReplies?: boolean | undefined
}

export interface Stored {
  ledger: Ledger | undefined
  /** As the user named it, or its usual place. */
  path: string
  pilot: PilotCost | undefined
  /** Requests of these runs that open batch jobs hold. */
  inJobs: number
}

/** The calls that check the models first, without those that are in the ledger. */
export interface CheckCalls {
  probes: number
  calls: number
  amounts: ByStage
  /** Those that are asked as well if these do not tell. */
  further: number
  more: ByStage
}
