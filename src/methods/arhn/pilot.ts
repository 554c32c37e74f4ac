// The findings of an ARHN pilot: the share of positives without an answer. If it is high, the task does not fit.
import { isAbove, percentOf, shareOf, type Share } from '../../statistics/share.ts'
import type { PilotFindings, PilotObserver, ShareField } from '../../method/brought.ts'
import type { DecidedRow } from '../../policy/decided.ts'
import { answersIn } from './answers.ts'
import { AsShownCount, asShownWarning } from './as-shown.ts'

const MOST_SILENT = 0.2
/** Positives that a dataset must have in the pilot before its share is meaningful. */
const FEWEST_POSITIVES = 20

/** Shares in the report of an ARHN pilot. */
export interface ArhnShares {
  /** Positives in which the method finds no answer; null for methods that do not look. */
  positivesWithoutAnswer: Share | null
}

export const ARHN_SHARES: readonly ShareField[] = [
  { name: 'positivesWithoutAnswer', after: 'removed', label: 'no answer', of: 'positives' },
]

export class ArhnPilot implements PilotObserver {
  readonly #asShown = new AsShownCount()
  readonly #hasOneOrder: boolean
  readonly #byDataset = new Map<string, { silent: number; positives: number }>()

  /** @param hasOneOrder whether every list is shown in one order alone */
  constructor(hasOneOrder: boolean) {
    this.#hasOneOrder = hasOneOrder
  }

  add({ entry: { row }, evidence }: DecidedRow): void {
    this.#asShown.add(evidence)
    const { silent, positives } = answersIn(row, evidence)
    const counts = this.#byDataset.get(row.dataset ?? '') ?? { silent: 0, positives: 0 }
    this.#byDataset.set(row.dataset ?? '', {
      silent: counts.silent + silent.length,
      positives: counts.positives + positives.length,
    })
  }

  conclude(): PilotFindings {
    const counts = [...this.#byDataset.values()]
    if (counts.length === 0) return {}
    const sum = (key: 'silent' | 'positives') => counts.reduce((total, each) => total + each[key], 0)
    const all = shareOf(sum('silent'), sum('positives'))
    const whole = isAbove(all, MOST_SILENT) ? [`${misfit(all)}; ${CHOOSE_TASK}`] : []
    return {
      shares: { positivesWithoutAnswer: all },
      warnings: [...whole, ...this.#datasetWarnings(), ...this.#orderWarnings()],
    }
  }

  #orderWarnings(): string[] {
    const { isMost, share } = this.#asShown
    return isMost && this.#hasOneOrder ? [asShownWarning(share)] : []
  }

  /** The task may fit a file as a whole and still not fit one of its datasets. */
  #datasetWarnings(): string[] {
    if (this.#byDataset.size < 2) return []
    return [...this.#byDataset].flatMap(([dataset, { silent, positives }]) => {
      const share = shareOf(silent, positives)
      if (positives < FEWEST_POSITIVES || !isAbove(share, MOST_SILENT)) return []
      return [`${misfit(share)} of the dataset ${dataset || '(none)'}; ${CHOOSE_TASK}`]
    })
  }
}

const CHOOSE_TASK = 'choose another --task or write your own; for passages that are not answers, use --method rlhn'
const misfit = (share: Share) => `${percentOf(share)} of the positives have no answer under this task`
