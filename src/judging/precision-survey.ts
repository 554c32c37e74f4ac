// Measures the precision of each kind of find before any row is decided: on gold, by the run's own verdicts; else on the canaries of the
// check; or it is given.
import { UsageError } from '../base/errors.ts'
import { definedIn } from '../base/defined.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { Figures, Finds, Survey, SurveyOutcome } from '../method/definition.ts'
import {
  atLeastOf,
  measuredActions,
  precisionGiven,
  UNCONFIRMED,
  type Measured,
  type MeasuredValues,
  type PrecisionSource,
} from '../policy/measured.ts'
import { labelled, type Row } from '../rows/row.ts'
import type { OnWarning } from '../rows/judgements.ts'
import type { Share } from '../statistics/share.ts'
import type { CheckReport } from './check.ts'
import { precisionAmong, type JudgedPassage } from './figures.ts'
import { readGold, type Gold } from './gold.ts'

/** What is known of a kind of find. */
interface Known {
  finds: number | null
  right: number | null
  low: number | null
}

interface GoldPassage extends JudgedPassage {
  verdict: string | undefined
}

type Values = MeasuredValues & Record<string, unknown>

export const goldOf = (
  path: string,
  { relevanceLevel }: Pick<MeasuredValues, 'relevanceLevel'>,
  onWarning?: OnWarning,
) => readGold(path, { relevanceLevel, ...(onWarning && { onWarning }) })

export class PrecisionSurvey implements Survey {
  readonly isNeeded = true
  readonly #finds: Finds
  readonly #values: Values
  readonly #source: PrecisionSource
  readonly #canaries: Record<string, Share>
  #gold: Gold | undefined
  #rows = 0
  readonly #passages: GoldPassage[] = []

  /**
   * @param check what the canaries showed, if there were any
   * @throws UsageError if nothing can be measured
   */
  constructor(finds: Finds, values: Values, check: CheckReport | undefined) {
    this.#finds = finds
    this.#values = values
    this.#source = sourceOf(values)
    if (this.#source === 'canaries' && (check === undefined || check.leftOut !== null)) throw nothingToMeasure()
    this.#canaries = check?.finds ?? {}
  }

  /** Only gold takes a look at the rows. */
  get isDone(): boolean | undefined {
    return this.#source === 'gold' ? undefined : true
  }

  async prepare(): Promise<void> {
    const { gold } = this.#values
    if (gold !== undefined) this.#gold = await goldOf(gold, this.#values)
  }

  add(row: Row, evidence: Evidence[]): void {
    const judged = labelled(row, 'negative').flatMap(({ id }) => {
      const truth = this.#gold?.verdictOf(row.id, id)
      return truth === 'relevant' || truth === 'irrelevant' ? [{ id, isRelevant: truth === 'relevant' }] : []
    })
    const found = judged.length === 0 ? undefined : this.#finds.in(row, evidence, this.#values)
    if (found === undefined) return
    const verdicts = new Map(found.map(({ passage, verdict }) => [passage, verdict]))
    for (const { id, isRelevant } of judged) {
      const verdict = verdicts.get(id)
      const isCalledRelevant = verdict !== undefined
      this.#passages.push({ row: this.#rows, weight: 1, isRelevant, isCalledRelevant, verdict })
    }
    this.#rows += 1
  }

  conclude(): SurveyOutcome {
    const { bearing } = this.#finds
    const known = Object.keys(bearing).map((verdict) => [verdict, this.#knownOf(verdict)] as const)
    const figures: Figures = Object.fromEntries(
      known.flatMap(([verdict, { finds, right, low }]) => [
        [`${verdict}Finds`, finds],
        [`${verdict}Right`, right],
        [atLeastOf(verdict), low],
      ]),
    )
    const actions = measuredActions(bearing, this.#values, figures)
    const { gold = null, relabelFrom, removeFrom } = this.#values
    const verdicts = known.map(([verdict, { finds, right, low }]) => {
      return [verdict, { finds, right, atLeast: low, action: actions[verdict] }]
    })
    const measured = {
      source: this.#source,
      gold: this.#source === 'gold' ? gold : null,
      relabelFrom,
      removeFrom,
      verdicts: Object.fromEntries(verdicts),
    } as Measured
    const isAnything = known.some(([, { low }]) => low !== null)
    return { figures, warnings: isAnything ? [] : [NOTHING], sections: { measured } }
  }

  #knownOf(verdict: string): Known {
    if (this.#source === 'given') {
      const low = precisionGiven(this.#values, this.#finds.bearing).get(verdict) ?? null
      return { finds: null, right: null, low }
    }
    if (this.#source === 'canaries') {
      // Canaries are shown in one order: what is found in them is confirmed or not.
      const kind = verdict === UNCONFIRMED ? this.#finds.confirmed : verdict
      const { hits, of, interval95 } = this.#canaries[kind] ?? { hits: 0, of: 0, interval95: undefined }
      return { finds: of, right: hits, low: interval95 === undefined ? null : roundedDown(interval95.low) }
    }
    const isIt = (index: number) => this.#passages[index]?.verdict === verdict
    const those = this.#passages.filter((each) => each.verdict === verdict)
    const { low } = precisionAmong(this.#passages, isIt)
    const right = those.filter(({ isRelevant }) => isRelevant).length
    return { finds: those.length, right, low: low === null ? null : roundedDown(low) }
  }
}

const sourceOf = ({ gold, precision }: MeasuredValues): PrecisionSource =>
  precision.length > 0 ? 'given' : gold === undefined ? 'canaries' : 'gold'

/** What is told, and decided upon, is never above what was measured. */
const roundedDown = (share: number) => Math.floor(share * 10_000) / 10_000

const NOTHING =
  '--policy measured: nothing was found whose precision could be measured, so every find stays where it is; label more passages with --gold'

/** @param why what the check could not be made for */
export function nothingToMeasure(why?: string): UsageError {
  return new UsageError(
    `--policy measured: there is nothing to measure by${why === undefined ? '' : ` (the check is left out: ${why})`}`,
    {
      hint: 'Give --gold FILE with what people say of some passages (docs/judges.md), or the --precision that the manifest of an earlier run tells.',
    },
  )
}

/** Several surveys in one pass over the rows. */
export class Surveys implements Survey {
  readonly #all: readonly Survey[]

  constructor(all: readonly Survey[]) {
    this.#all = all
  }

  get isNeeded(): boolean {
    return this.#all.some(({ isNeeded }) => isNeeded)
  }

  get isDone(): boolean | undefined {
    if (this.#all.every(({ isDone }) => isDone === true)) return true
    return this.#all.some(({ isDone }) => isDone === undefined) ? undefined : false
  }

  async prepare(): Promise<void> {
    for (const survey of this.#all) await survey.prepare?.()
  }

  add(row: Row, evidence: Evidence[]): void {
    for (const survey of this.#all) if (survey.isDone !== true) survey.add(row, evidence)
  }

  conclude(): SurveyOutcome {
    const all = this.#all.map((survey) => survey.conclude())
    return {
      figures: Object.assign({}, ...all.map(({ figures }) => figures)) as Figures,
      warnings: all.flatMap(({ warnings }) => warnings),
      sections: Object.assign({}, ...all.map(({ sections }) => sections)) as Record<string, unknown>,
      ...definedIn({ refusal: all.find(({ refusal }) => refusal)?.refusal }),
    }
  }
}
