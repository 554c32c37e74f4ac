// How RLHN scores passages: by the verdicts of the stage that decides.
import { decidingStage } from '../../evidence/evidence.ts'
import { positiveScores, VERDICT_SCORES, type Scale } from '../scale.ts'

const BY_VERDICT: Readonly<Record<string, number>> = {
  better: VERDICT_SCORES.above,
  worse: VERDICT_SCORES.below,
  irrelevant: VERDICT_SCORES.irrelevant,
}

export const RLHN_SCALES: readonly Scale[] = [
  {
    name: 'verdict',
    range: '0 to 3',
    meaning:
      'better than the positives 3, positive of the row 2, relevant but worse 1, irrelevant 0, by the last model that judged the row',
    scorer: () => (row, evidence) => {
      const stage = decidingStage(evidence)
      const judged = evidence.flatMap((item): [string, number][] => {
        const score = item.kind === 'verdict' && item.stage === stage ? BY_VERDICT[item.verdict] : undefined
        return score === undefined || item.kind !== 'verdict' ? [] : [[item.passage, score]]
      })
      return new Map([...positiveScores(row, evidence), ...judged])
    },
  },
]
