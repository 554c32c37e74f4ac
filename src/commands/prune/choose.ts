// Decides which datasets are pruned, kept or undecided. Pure: from effects on two halves of the queries to verdicts.
import type { Effect } from '../../statistics/crossed.ts'
import { holm } from '../../statistics/holm.ts'

const LEVEL = 0.05

/** The effect of leaving a dataset out, on one half of the queries. */
export interface HalfEffect {
  /** Difference from the arm with everything. */
  effect: Effect
  /** Difference from the arm without as many random rows; undefined without controls. */
  beyondRandom: Effect | undefined
}

export interface Choice {
  isChosen: boolean
  /** p-value of the hypothesis "leaving it out gains nothing, or no more than random rows do", adjusted for all datasets. */
  pHolm: number
}

/**
 * Chooses the datasets whose removal gains on one half of the queries beyond chance (p < .05 after Holm): against everything, and, with
 * controls, against as many random rows, whichever is less certain. Only gains count, so the probability that any is chosen wrongly is half
 * of the level, and both halves together stay within it.
 */
export function chooseOn(effects: readonly HalfEffect[]): Choice[] {
  const adjusted = holm(effects.map(chanceOfNoGain))
  const gains = effects.map(({ effect }) => effect.mean)
  const chosen = notAll(
    adjusted.map((p) => p < LEVEL),
    gains,
  )
  return adjusted.map((pHolm, index) => ({ isChosen: chosen[index] as boolean, pHolm }))
}

function chanceOfNoGain({ effect, beyondRandom }: HalfEffect): number {
  const all = beyondRandom === undefined ? [effect] : [effect, beyondRandom]
  return all.some(({ mean }) => mean <= 0) ? 1 : Math.max(...all.map(({ p }) => p))
}

/** Something must be left to train on: if all datasets are flagged, the one whose removal gains least stays. */
function notAll(flags: readonly boolean[], gains: readonly number[]): boolean[] {
  if (!flags.every(Boolean)) return [...flags]
  const least = gains.indexOf(Math.min(...gains))
  return flags.map((flag, index) => flag && index !== least)
}

/** Everything known about leaving one dataset out. */
export interface Findings {
  halves: readonly [HalfEffect & Choice, HalfEffect & Choice]
  /** The mean of both halves. */
  effect: Effect
  /** p-value of this effect, two-sided, adjusted for all datasets. */
  pHolm: number
  /** Effect on each evaluation set, over all its queries. */
  sets: readonly { set: string; effect: Effect }[]
}

type DatasetVerdict = 'pruned' | 'kept' | 'undecided'

/** Reasons for a verdict; words.ts puts them into sentences. */
type Grounds = 'harmful' | 'needed' | 'protected' | 'harmless' | 'unconfirmed' | 'unclear' | 'the-last' | 'untrained'

export interface DatasetJudgement {
  verdict: DatasetVerdict
  grounds: Grounds
  /** Evaluation sets that lose when it is left out. */
  neededBy: string[]
}

export interface Rules {
  keepIfAnyLoses: boolean
  /** The smallest gain that matters. */
  leastHarm: number
}

/** Judges all datasets that were left out. */
export function judge(findings: readonly Findings[], rules: Rules): DatasetJudgement[] {
  const judged = findings.map((each) => judgeOne(each, rules))
  const goes = notAll(
    judged.map(({ verdict }) => verdict === 'pruned'),
    findings.map(({ effect }) => effect.mean),
  )
  return judged.map((each, index) =>
    each.verdict === 'pruned' && !goes[index] ? { ...each, verdict: 'kept', grounds: 'the-last' } : each,
  )
}

function judgeOne(findings: Findings, { keepIfAnyLoses, leastHarm }: Rules): DatasetJudgement {
  const { halves, effect, pHolm, sets } = findings
  const neededBy = sets.filter((each) => each.effect.mean < 0 && each.effect.p < LEVEL).map(({ set }) => set)
  const [one, other] = halves
  const isChosen = one.isChosen || other.isChosen
  if ((one.isChosen && isGain(other)) || (other.isChosen && isGain(one))) {
    return keepIfAnyLoses && neededBy.length > 0
      ? { verdict: 'kept', grounds: 'protected', neededBy }
      : { verdict: 'pruned', grounds: 'harmful', neededBy }
  }
  if (effect.mean < 0 && pHolm < LEVEL) return { verdict: 'kept', grounds: 'needed', neededBy }
  if (!isChosen && effect.interval.high < leastHarm) return { verdict: 'kept', grounds: 'harmless', neededBy }
  return { verdict: 'undecided', grounds: isChosen ? 'unconfirmed' : 'unclear', neededBy }
}

/** Returns whether the half that did not choose shows a gain as well. */
const isGain = ({ effect, beyondRandom }: HalfEffect) => effect.mean > 0 && (beyondRandom?.mean ?? 1) > 0
