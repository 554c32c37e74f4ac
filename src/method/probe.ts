// How a method lets its models be checked before they are believed: it asks about a probe, a row in which two candidates are known for
// certain (canaries), and says how its evidence about them reads.
import { sendingWith, type Sending } from '../llm/sending.ts'
import type { Ask } from '../llm/chat.ts'
import type { Evidence, Unread } from '../evidence/evidence.ts'
import type { Find } from '../policy/measured.ts'
import type { Row } from '../rows/row.ts'

/** A row that was made up to see whether a model can judge. */
export interface Probe {
  /** The row that it was made from, as the run asks about it. */
  of: Row
  /** What is shown: two of its negatives are canaries. */
  row: Row
  /** Ids of the canaries. */
  irrelevant: string
  relevant: string
  /** Whether it shows the candidates of another probe in the opposite order. */
  isTurned: boolean
}

/** What a model said about one passage of a probe. */
interface PassageReading {
  stage: string
  model: string
  passage: string
  says: 'relevant' | 'irrelevant' | 'unread'
  /** Names the list in which it was shown beside others; missing where it was shown alone. The readings of a list are in the order shown. */
  list?: string
  /** Its words on the passage. */
  reason?: string
  /** Whether the reply is unread because its reasoning copies the documents. */
  isCopy?: true
  /** Whether the reason begins with the words that the prompt demands; missing where it demands none. */
  isWorded?: boolean
}

/** A ranking that a model gave. */
interface RankingReading {
  stage: string
  model: string
  /** Ids in the order shown. */
  shown: string[]
  /** 1 is the best. */
  ranks: number[]
}

export interface ProbeReadings {
  passages: PassageReading[]
  rankings: RankingReading[]
  /** What the policy would act upon; missing where actions cannot follow from measured precision. */
  finds?: Find[]
}

/** How the models of a method are checked. */
export interface JudgeCheck {
  /** Most candidates that a probe shows, canaries included. */
  candidates: number
  /** Calls that a probe makes beyond those for its row, as a share of the calls that a row makes: what it costs. */
  cost: number
  /** Creates what asks about a probe, for models of these identities, by stage. */
  create(identities: Record<string, string>): (probe: Probe, ask: Ask) => Promise<ProbeReadings>
}

/** Returns the check, every request of which has the settings of the run's requests. */
export const checkSending = (sending: Sending | undefined, check: JudgeCheck): JudgeCheck => ({
  ...check,
  create: (identities) => sendingWith(sending, check.create(identities)),
})

/** Reads the verdicts of stages that show all candidates in one list. */
export function verdictReadings(evidence: Evidence[], isRelevant: (verdict: string) => boolean): PassageReading[] {
  return evidence.flatMap((item): PassageReading[] => {
    if (item.kind === 'unread') return unreadReadings(item)
    if (item.kind !== 'verdict') return []
    const { stage, model, passage, verdict, reason } = item
    const says = isRelevant(verdict) ? 'relevant' : 'irrelevant'
    return [{ stage, model, passage, says, list: stage, ...(reason !== undefined && { reason }) }]
  })
}

export const unreadReadings = ({ stage, model, passages, why }: Unread): PassageReading[] =>
  passages.map((passage) => ({ stage, model, passage, says: 'unread', ...(why === 'copied' && { isCopy: true }) }))
