// How RLHN scores passages: by the verdicts of the stage that decides.
import { decidingStage } from '../../evidence/evidence.ts'
import { positiveScores, VERDICT_SCORES, type Scale } from '../../method/scale.ts'
import { CONFIRM } from '../../policy/confirming.ts'
import { policyOptionsOf, type RlhnValues } from './options.ts'
import { findsIn, type RlhnFind } from './policy.ts'

const BY_FIND: Readonly<Record<RlhnFind['verdict'], number>> = {
  better: VERDICT_SCORES.above,
  unconfirmed: VERDICT_SCORES.below,
  worse: VERDICT_SCORES.below,
}

export const RLHN_SCALES: readonly Scale[] = [
  {
    name: 'verdict',
    range: '0 to 3',
    meaning:
      'as good as the positives or better 3 (in every order that was to confirm it; or else 1), positive of the row 2, relevant but worse 1, irrelevant 0, by the last model that judged the row',
    scorer: (options, surveyed) => {
      const { confirm } = policyOptionsOf(options as RlhnValues, surveyed)
      return (row, evidence) => {
        const stage = decidingStage(evidence.filter((item) => !('stage' in item) || item.stage !== CONFIRM))
        const verdicts = evidence.filter((item) => item.kind === 'verdict')
        const judged = verdicts.filter((item) => item.stage === stage)
        const cleared = judged.map(({ passage }): [string, number] => [passage, VERDICT_SCORES.irrelevant])
        const found = findsIn(evidence, confirm).map(({ verdict, item }): [string, number] => [
          item.passage,
          BY_FIND[verdict],
        ])
        return new Map([...positiveScores(row, evidence), ...cleared, ...found])
      }
    },
  },
]
