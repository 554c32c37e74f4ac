// The findings of a pilot of writing: how many of the passages were accepted.
import { percentOf, shareOf, type Share } from '../../statistics/share.ts'
import type { PilotFindings, PilotObserver, ShareField } from '../../method/brought.ts'
import type { DecidedRow } from '../../policy/decided.ts'
import type { CausalnegPolicyOptions } from './policy.ts'
import { causalnegLines, CausalnegTally } from './tally.ts'

/** The least share of written passages that must be accepted, once this many were written. */
const LEAST_ACCEPTED = 0.2
const FEWEST_WRITTEN = 20

/** Shares in the report of a CausalNeg pilot. */
export interface CausalnegShares {
  /** Passages that were accepted, of those written; null for methods that write none. */
  accepted: Share | null
}

export const CAUSALNEG_SHARES: readonly ShareField[] = [
  { name: 'accepted', after: 'reasked', label: 'accepted', of: 'passages' },
]

export class CausalnegPilot implements PilotObserver {
  readonly #tally: CausalnegTally
  #written = 0
  #added = 0

  constructor(policy: CausalnegPolicyOptions) {
    this.#tally = new CausalnegTally(policy)
  }

  add(decided: DecidedRow): void {
    this.#tally.add(decided)
    this.#written += decided.evidence.filter(({ kind }) => kind === 'candidate').length
    this.#added += decided.decision.added?.length ?? 0
  }

  conclude(): PilotFindings {
    const accepted = shareOf(this.#added, this.#written)
    const isLow = accepted.of >= FEWEST_WRITTEN && accepted.hits / accepted.of < LEAST_ACCEPTED
    return {
      shares: { accepted },
      notes: causalnegLines(this.#tally.figures()),
      warnings: isLow ? [fewAccepted(accepted)] : [],
      tellsChanges: false,
    }
  }
}

const fewAccepted = (accepted: Share) =>
  `only ${percentOf(accepted)} of the passages were accepted: check with winnow explain why others were rejected, or try another model or --task`
