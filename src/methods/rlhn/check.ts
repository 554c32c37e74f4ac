// How RLHN's models are checked: the method itself asks about a probe, and what it finds better or worse it calls relevant.
import type { Evidence } from '../../evidence/evidence.ts'
import type { Find } from '../../policy/measured.ts'
import type { Method } from '../../method/method.ts'
import { verdictReadings, type JudgeCheck } from '../../method/probe.ts'

/** The words with which the prompt has a comparison begin. */
const PREFERENCE = /^\W*(?:strictly better|equal|worse)\b/i

/**
 * @param settings candidates shown in one call, and what a probe costs
 * @param findsIn what the policy would act upon
 */
export function rlhnCheck(
  settings: Pick<JudgeCheck, 'candidates' | 'cost'>,
  create: (identities: Record<string, string>) => Method,
  findsIn: (evidence: Evidence[]) => Find[],
): JudgeCheck {
  return {
    ...settings,
    create: (identities) => {
      const method = create(identities)
      return async ({ row }, ask) => {
        const evidence = await method(row, ask)
        const passages = verdictReadings(evidence, (verdict) => verdict !== 'irrelevant')
        return {
          passages: passages.map((reading) => {
            const { list: _list, reason: _reason, ...alone } = reading
            if (areAlone(reading.stage, evidence)) return alone
            if (reading.says !== 'relevant') return reading
            return { ...reading, isWorded: PREFERENCE.test(reading.reason ?? '') }
          }),
          rankings: [],
          finds: findsIn(evidence),
        }
      }
    },
  }
}

/** Whether a stage was shown its passages one by one: they have no places, and the answer is a word without a reason. */
const areAlone = (stage: string, evidence: Evidence[]): boolean =>
  evidence.some((item) => item.kind === 'verdict' && item.stage === stage && item.prompt.includes('.small@'))
