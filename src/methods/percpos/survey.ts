// Surveys the scores of a whole file before any row is decided: fits the share, counts what each share would
// suspect, and stops implausible runs.
import { nearestRank } from '../../statistics/quantiles.ts'
import { standingsIn } from './policy.ts'
import type { Row } from '../../rows/row.ts'
import type { Figures, Survey, SurveyOutcome } from '../../method/definition.ts'
import type { Refusal } from '../../rows/scan.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { givenShare, type PercposPolicyValues } from './options.ts'
import { fittedShare, RatioSample, reaching } from '../../statistics/ratios.ts'
import { percent } from './lines.ts'

/** Suspected shares above which a person is warned, and above which nothing is written without --force. */
const WARN_ABOVE = 0.3
const STOP_ABOVE = 0.6

/** Quantiles of the negatives to report, and shares for which to report how many negatives they would suspect. */
const QUANTILES = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99]
const SHARES = [0.8, 0.9, 0.95, 0.975, 0.99, 1, 1.05]
const TARGETS = [0.01, 0.02, 0.05, 0.1, 0.2]

export class PercposSurvey implements Survey {
  readonly isNeeded: boolean
  readonly #values: PercposPolicyValues
  readonly #share: number | undefined
  readonly #sample = new RatioSample('percpos')
  #atZero = 0

  constructor(values: PercposPolicyValues) {
    this.#values = values
    this.#share = givenShare(values)
    this.isNeeded = this.#share === undefined
  }

  add(row: Row, evidence: Evidence[]): void {
    if (evidence.some(({ kind }) => kind === 'unread')) return
    const standings = standingsIn(row, evidence, this.#values.bar)
    const [first] = standings
    if (first === undefined) return
    if (first.bar <= 0) this.#atZero += 1
    this.#sample.add(
      row.id,
      standings.map(({ reached }) => reached),
    )
  }

  conclude(): SurveyOutcome {
    const { rows, reached } = this.#sample.drawn()
    const share = this.#share ?? fittedShare(reached, this.#values.targetShare ?? 0)
    const suspected = share === undefined ? 0 : reaching(reached, share)
    const entries = (name: string, keys: number[], valueOf: (key: number) => number | null) =>
      keys.map((key) => [`${name}${key}`, valueOf(key)] as const)
    const figures: Figures = {
      rowsScored: this.#sample.rows,
      rowsSampled: rows,
      negativesSampled: reached.length,
      share: share ?? null,
      targetShare: this.#values.targetShare ?? null,
      suspected,
      rowsWithBarAtOrBelowZero: this.#atZero,
      ...Object.fromEntries(entries('quantile', QUANTILES, (part) => nearestRank(reached, part))),
      ...Object.fromEntries(entries('suspectedAt', SHARES, (at) => reaching(reached, at))),
      ...Object.fromEntries(entries('shareFor', TARGETS, (target) => fittedShare(reached, target) ?? null)),
    }
    const part = suspected / Math.max(1, reached.length)
    const refusal = this.#refusal(part, reached)
    return { figures, warnings: refusal ? [] : warningsOf(part), ...(refusal && { refusal }) }
  }

  #refusal(part: number, reached: Float64Array): Refusal | undefined {
    const canBeFitted = reached.length === 0 || fittedShare(reached, this.#values.targetShare ?? 0) !== undefined
    if (this.isNeeded && !canBeFitted) return unfitted(reached)
    return part > STOP_ABOVE && !this.#values.force ? tooMany(part, canBeFitted) : undefined
  }
}

function warningsOf(part: number): string[] {
  if (part <= WARN_ABOVE) return []
  return [
    `${percent(part)} of the negatives are suspected, more than ${percent(WARN_ABOVE)}: few training sets have that many false negatives; ` +
      'inspect some, or fit the share to the scorer with --target-share',
  ]
}

function tooMany(part: number, canBeFitted: boolean): Refusal {
  return {
    reason: `${percent(part)} of the negatives are suspected, more than ${percent(STOP_ABOVE)}`,
    hint: canBeFitted
      ? 'Fit the share to the scorer with --target-share 5%, give another --share, or continue anyway with --force. The scores are kept.'
      : `${LOOK} To continue anyway: --force. The scores are kept.`,
  }
}

const LOOK = 'Check the scorer: positives score 0, so no share of their score is meaningful.'

/** If positives score 0, a negative that also scores 0 counts as infinitely far above the bar, so no share excludes it. */
function unfitted(reached: Float64Array): Refusal {
  const endless = reaching(reached, Infinity)
  return {
    reason: `no share can be fitted: ${endless} of ${reached.length} negatives do not score below positives that score 0`,
    hint: `${LOOK} The scores are kept.`,
  }
}
