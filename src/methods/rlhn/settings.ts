// What RLHN is told besides the row.
import type { Row } from '../../rows/row.ts'
import type { Task } from '../../tasks/task.ts'
import type { Gate } from '../../method/cascade.ts'
import type { RlhnPrompt, RlhnStage } from './prompt.ts'

export interface RlhnSettings {
  /** Model identities in the order of the cascade: screen and judge, or one of them alone. */
  stages: { stage: RlhnStage; model: string; prompt: RlhnPrompt }[]
  taskOf: (row: Row) => Task
  /** Hard negatives shown in one call. Paper: 25. */
  maxPassages: number
  /** Whether negatives beyond `maxPassages` are asked about in further calls. */
  judgeBeyond: boolean
  /** Seed of the order in which the documents are shown, drawn per row; undefined keeps the row's order, as the paper does. */
  shuffleSeed: number | undefined
  /** Whether the whole row is shuffled before it is cut into calls, as before there were sets of prompts. */
  cutsShuffled?: boolean
  /** Share of the rows cleared by the screen that the judge sees anyway, 0 to 1, drawn from `spotCheckSeed`. */
  spotCheck: number
  spotCheckSeed: number
  /** Which rows the judge sees, in place of those that the screen flags; undefined for the cascade of the paper. */
  cascade?: { gate: Gate; scorer: string | undefined } | undefined
  /** Further orders in which a document that is called better is shown again. Paper: 0. */
  confirm: number
  /** Upper limit of a reply, in tokens. Paper: 4096. */
  maxTokens: number
  /** Paper: 0.1. */
  temperature: number
}
