// Sums up what each judge said: its figures, its verdicts, how it would do as a screen, and how judges agree with each other.
import { bearableAction, type Bounds } from '../../policy/bearable.ts'
import { figuresOf, precisionAmong, type JudgedPassage } from '../../judging/figures.ts'
import { positionBias } from '../../judging/positions.ts'
import type { SampledRow } from '../../judging/sample.ts'
import { agreementOf, agreementTable } from '../../statistics/agreement.ts'
import { sumOf } from '../../statistics/mean.ts'
import { shareOf } from '../../statistics/share.ts'
import type { JudgeName } from './names.ts'
import { isCalledRelevant, type Effort } from './opinion.ts'
import type { AskedRow } from './read.ts'
import type { AsScreen, JudgeReport, PairReport, VerdictReport } from './report.ts'
import type { JudgedOpinion, Verdicts } from './verdicts.ts'

/** A judge that was asked about the whole sample. */
export interface AskedJudge extends Verdicts {
  name: JudgeName
  sample: readonly SampledRow<AskedRow>[]
  effort: Effort
}

/** Relevant, but weaker than the positives: nothing to make a positive of. */
const WEAKER = 'worse'

export function judgeReport(
  { name: judge, passages, threshold, effort, sample }: AskedJudge,
  bounds: Bounds,
): JudgeReport {
  const { name, model, kind, isRecorded } = judge
  const placed = passages.flatMap(({ position, isRelevant, isCalledRelevant: call }) =>
    position === undefined || call === undefined ? [] : [{ position, isRelevant, isCalledRelevant: call }],
  )
  return {
    name,
    model,
    kind,
    isRecorded,
    figures: figuresOf(passages),
    verdicts: verdictReports(passages, bounds),
    unread: shareOf(passages.filter(({ verdict }) => verdict === undefined).length, passages.length),
    ...effort,
    threshold,
    positionBias: placed.length === 0 ? null : positionBias(placed),
    asScreen: kind === 'chat' ? asScreen(passages, sample) : null,
  }
}

function verdictReports(passages: readonly JudgedOpinion[], bounds: Bounds): VerdictReport[] {
  const words = passages.flatMap(({ verdict }) => (verdict !== undefined && isCalledRelevant(verdict) ? [verdict] : []))
  return [...new Set(words)].toSorted().map((verdict) => {
    const has = (passage: JudgedOpinion | undefined) => passage?.verdict === verdict
    const precision = precisionAmong(passages, (index) => has(passages[index]))
    const action = bearableAction(precision, bounds, verdict === WEAKER ? 'remove' : 'relabel')
    return { verdict, passages: passages.filter(has).length, precision, action }
  })
}

/** A screen sends whole rows on: a relevant passage is found if anything in its row is called relevant. A row that it could not read stays. */
function asScreen(passages: readonly JudgedOpinion[], sample: readonly SampledRow<AskedRow>[]): AsScreen {
  const sentOn = new Set(passages.filter(({ isCalledRelevant: call }) => call === true).map(({ row }) => row))
  const asSent = passages.map((passage): JudgedPassage => ({ ...passage, isCalledRelevant: sentOn.has(passage.row) }))
  const weights = sample.map(({ weight }) => weight)
  const rowsSentOn = sumOf(weights.filter((_weight, row) => sentOn.has(row))) / sumOf(weights)
  return { recall: figuresOf(asSent).recall, rowsSentOn }
}

export function pairReports(judges: readonly AskedJudge[]): PairReport[] {
  return judges.flatMap((one, index) =>
    judges.slice(index + 1).map((other): PairReport => {
      const both = one.passages.flatMap(({ isCalledRelevant: call }, at): [number, number][] => {
        const answer = other.passages[at]?.isCalledRelevant
        return call === undefined || answer === undefined ? [] : [[Number(call), Number(answer)]]
      })
      const { items, observed, kappa } = agreementOf(agreementTable(both, 2))
      return { judges: [one.name.name, other.name.name], passages: items, observed, kappa: items === 0 ? null : kappa }
    }),
  )
}
