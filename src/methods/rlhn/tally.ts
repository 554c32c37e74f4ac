// What RLHN counts besides outcomes: spot checks of the screen, and finds that further orders confirmed.
import { unreadOf } from '../../evidence/evidence.ts'
import type { ChatModel } from '../../llm/chat.ts'
import { ConfirmationCount, type Confirmation } from '../../policy/confirming.ts'
import type { DecidedRow } from '../../policy/decided.ts'
import type { Measured } from '../../policy/measured.ts'
import type { MethodTally } from '../../method/definition.ts'
import { policyOptionsOf, wantsConfirmed, type RlhnGatherValues, type RlhnPolicyValues } from './options.ts'
import { findsIn } from './policy.ts'
import { SpotCheckCount, type SpotCheck } from './spot-check.ts'

/** The fields that RLHN adds to a manifest. */
export interface RlhnSections {
  spotCheck: SpotCheck | null
  /** Finds shown again in further orders; null where nothing becomes a positive by a model's word, or none was to be confirmed. */
  confirmation: Confirmation | null
  /** What was measured of each kind of find, and the action that follows; null where actions are fixed. */
  measured: Measured | null
}

export class RlhnTally implements MethodTally {
  /** With a promised recall, what the judge sees of cleared rows is no spot check. */
  readonly #spotCheck: SpotCheckCount | undefined
  readonly #confirm: number
  readonly #confirmations: ConfirmationCount

  constructor(values: RlhnGatherValues & RlhnPolicyValues, models: readonly (string | ChatModel)[]) {
    this.#spotCheck = values.recall === undefined ? new SpotCheckCount() : undefined
    this.#confirm = policyOptionsOf(values).confirm
    this.#confirmations = new ConfirmationCount(this.#confirm, models, wantsConfirmed(values))
  }

  add(decided: DecidedRow): void {
    const { evidence } = decided
    this.#spotCheck?.add(decided)
    if (unreadOf(evidence).length > 0) return
    const finds = findsIn(evidence, this.#confirm).filter(({ verdict }) => verdict !== 'worse')
    this.#confirmations.add(finds.map(({ verdict }) => verdict === 'better'))
  }

  figures() {
    return {}
  }

  sections(): Omit<RlhnSections, 'measured'> & Record<string, unknown> {
    return { spotCheck: this.#spotCheck?.found ?? null, confirmation: this.#confirmations.found }
  }
}
