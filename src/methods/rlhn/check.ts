// How RLHN's models are checked: the method itself asks about a probe, and what it finds better or worse it calls relevant.
import type { Method } from '../method.ts'
import { verdictReadings, type JudgeCheck } from '../probe.ts'

/** The words with which the prompt has a comparison begin. */
const PREFERENCE = /^\W*(?:strictly better|equal|worse)\b/i

/** @param settings candidates shown in one call, and what a probe costs */
export function rlhnCheck(
  settings: Pick<JudgeCheck, 'candidates' | 'cost'>,
  create: (identities: Record<string, string>) => Method,
): JudgeCheck {
  return {
    ...settings,
    create: (identities) => {
      const method = create(identities)
      return async ({ row }, ask) => {
        const passages = verdictReadings(await method(row, ask), (verdict) => verdict !== 'irrelevant')
        return {
          passages: passages.map((reading) =>
            reading.says === 'relevant' ? { ...reading, isWorded: PREFERENCE.test(reading.reason ?? '') } : reading,
          ),
          rankings: [],
        }
      }
    },
  }
}
