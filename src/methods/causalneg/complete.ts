// Whether the evidence of a row is whole: a file of it that lost records must not pass for one with fewer passages.
import { analysisIn } from '../../decide/causalneg.ts'
import type { Evidence } from '../evidence.ts'

/**
 * What is missing of a row's evidence, in words; undefined where it is whole.
 * @param verify how it was gathered
 */
export function missingIn(evidence: Evidence[], verify: string): string | undefined {
  if (evidence.some(({ kind }) => kind === 'exempt')) return undefined
  const analysis = analysisIn(evidence)
  if (analysis === undefined) {
    return evidence.some((item) => item.kind === 'unread' && item.stage === 'analyse') ? undefined : 'its analysis'
  }
  const candidates = evidence.filter((item) => item.kind === 'candidate')
  const strange = candidates.find(({ requirement }) => requirement > analysis.requirements.length)
  if (strange) return `requirement ${strange.requirement}, which the passage ${strange.passage} breaks`
  if (verify === 'none') return undefined
  const told = new Set(
    evidence.flatMap((item) => {
      if (item.kind === 'verification') return [item.passage]
      return item.kind === 'unread' && item.stage === 'verify' ? item.passages : []
    }),
  )
  const lost = candidates.find(({ fault, passage }) => fault === undefined && !told.has(passage))
  return lost && `the verification of the passage ${lost.passage}`
}
