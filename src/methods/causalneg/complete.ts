// Checks that the evidence of a row is complete: an evidence file that lost records must not look like one with fewer passages.
import { analysisIn } from './policy.ts'
import type { Row } from '../../rows/row.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import type { CausalnegSettings } from './ask.ts'
import { strategyOrder, targetsOf } from './targets.ts'

/** The settings with which the evidence was gathered. */
export type GatherConditions = Pick<CausalnegSettings, 'verify' | 'strategies' | 'seed' | 'perRow'>

/** Describes what is missing from a row's evidence; undefined if it is complete. */
export function missingIn(
  { id }: Pick<Row, 'id'>,
  evidence: Evidence[],
  { verify, strategies, seed, perRow }: GatherConditions,
): string | undefined {
  if (evidence.some(({ kind }) => kind === 'exempt')) return undefined
  const analysis = analysisIn(evidence)
  if (analysis === undefined) {
    return evidence.some((item) => item.kind === 'unread' && item.stage === 'analyse') ? undefined : 'its analysis'
  }
  const candidates = evidence.filter((item) => item.kind === 'candidate')
  const strange = candidates.find(({ requirement }) => requirement > analysis.requirements.length)
  const isUnwritten = evidence.some((item) => item.kind === 'unread' && item.stage === 'write')
  if (candidates.length === 0 && !isUnwritten) {
    const targets = targetsOf(analysis, strategyOrder(strategies, seed, id), perRow)
    return targets.length === 0 ? undefined : 'what was written for it'
  }
  if (strange) return `requirement ${strange.requirement}, which passage ${strange.passage} violates`
  if (verify === 'none') return undefined
  const told = new Set(
    evidence.flatMap((item) => {
      if (item.kind === 'verification') return [item.passage]
      return item.kind === 'unread' && item.stage === 'verify' ? item.passages : []
    }),
  )
  const lost = candidates.find(({ fault, passage }) => fault === undefined && !told.has(passage))
  return lost && `the verification of passage ${lost.passage}`
}
