// What was written for one row, explained: what the query needs, every candidate, and what became of it.
import { existsSync } from 'node:fs'
import type { Decision } from '../../decide/policy.ts'
import type { Analysis, Candidate, Evidence, Unread, Verdict, Verification } from '../../methods/evidence.ts'
import { readLines, textOf } from '../../rows/lines.ts'
import type { OutputPaths } from '../outputs.ts'
import { followed, type Followed } from './candidates.ts'

export interface ExplainedGrowth extends Pick<
  Analysis,
  'need' | 'meets' | 'boundary' | 'requirements' | 'perturbations'
> {
  candidates: ExplainedCandidate[]
}

export interface ExplainedCandidate extends Pick<
  Candidate,
  'passage' | 'title' | 'text' | 'strategy' | 'requirement' | 'rewrites' | 'attempt'
> {
  /** Whether it stands in the row. */
  isAdded: boolean
  /** Why it does not. */
  discarded: { code: string; text: string } | null
  verification: Pick<Verification, 'model' | 'attemptsAnswer' | 'requirements' | 'reason'> | null
  /** What else was said of it: by RLHN's judge, or that a call could not be read. */
  evidence: (Verdict | Unread)[]
  /** Its percentile among the mined negatives, 0 to 1; null where none was measured, or no output is explained. */
  hardness: number | null
}

/** What the lists beside an output say of one candidate. */
interface Noted {
  hardness: number | null
  /** Why it was discarded. */
  discarded: { code: string; text: string } | null
}

/** @param noted of an output, by passage id */
export function explainGrowth(
  evidence: readonly Evidence[],
  decision: Decision,
  noted: ReadonlyMap<string, Noted>,
): ExplainedGrowth | null {
  const analysis = evidence.find((item) => item.kind === 'analysis')
  if (analysis === undefined) return null
  const { need, meets, boundary, requirements, perturbations } = analysis
  const candidates = followed(evidence, decision).map((each) => explainCandidate(each, evidence, noted))
  return { need, meets, boundary, requirements, perturbations, candidates }
}

function explainCandidate(
  { candidate, verification, added, discarded }: Followed,
  evidence: readonly Evidence[],
  noted: ReadonlyMap<string, Noted>,
): ExplainedCandidate {
  const { passage, title, text, strategy, requirement, rewrites, attempt, fault } = candidate
  const there = fault ? undefined : noted.get((added ?? discarded?.passage)?.id ?? passage)
  const gone = there?.discarded ?? (discarded ? { code: discarded.code, text: discarded.text } : null)
  return {
    passage,
    ...(title !== undefined && { title }),
    text,
    strategy,
    requirement,
    ...(rewrites !== undefined && { rewrites }),
    attempt,
    isAdded: added !== undefined && gone === null,
    discarded: gone,
    verification: verification ? saidIn(verification) : null,
    evidence: fault ? [] : evidence.filter((item) => isAbout(item, passage)),
    hardness: there?.hardness ?? null,
  }
}

const saidIn = ({ model, attemptsAnswer, requirements, reason }: Verification) => ({
  model,
  attemptsAnswer,
  requirements,
  ...(reason !== undefined && { reason }),
})

const isAbout = (item: Evidence, passage: string): item is Verdict | Unread =>
  (item.kind === 'verdict' && item.passage === passage) || (item.kind === 'unread' && item.passages.includes(passage))

/** What the lists beside an output say of the passages that were written for the row of a line, by passage id. */
export async function notedIn({ sidecars }: OutputPaths, line: number): Promise<Map<string, Noted>> {
  const noted = new Map<string, Noted>()
  for (const path of [sidecars.changes, sidecars.discarded]) {
    if (!existsSync(path)) continue
    for await (const lines of readLines(path)) {
      for (const each of lines) {
        const record = JSON.parse(textOf(each)) as ListedPassage
        if (record.line !== line || record.hardness === undefined) continue
        const { passage, hardness, code, reason: text } = record
        noted.set(passage, { hardness, discarded: code === undefined ? null : { code, text } })
      }
    }
  }
  return noted
}

interface ListedPassage {
  line: number
  passage: string
  /** Not there for changes of labels. */
  hardness?: number | null
  code?: string
  reason: string
}
