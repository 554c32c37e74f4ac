// Explains the passages written for a row: what the query needs, and the outcome of each passage.
import { percent } from '../../base/format.ts'
import { oneLine } from '../../base/text.ts'
import type { Analysis, Candidate, Evidence, Unread, Verdict, Verification } from '../../evidence/evidence.ts'
import type { Explainer, Paragraph } from '../../method/brought.ts'
import { HARDNESS, valuesBy, type DecidedRow } from '../../policy/decided.ts'
import { TOO_EASY, withoutAdded } from '../../policy/discard.ts'
import { followed, hardnessOf, type CandidateHistory } from './candidates.ts'
import { analysisIn } from './policy.ts'

/** The fields that CausalNeg adds to an explanation. */
export interface CausalnegExplained {
  /** The analysis of the query; null if nothing was to be written for the row. */
  analysis: Analysis | null
  /** The passages written for the row, in the order of writing. */
  candidates: ExplainedCandidate[]
}

/** A passage written for the row. */
interface ExplainedCandidate extends Omit<Candidate, 'kind' | 'stage' | 'fault'> {
  /** Why it is not in the row; null if it is, or if the row could not be decided. */
  discarded: { code: string; text: string } | null
  /** The verifier's findings; null if none was asked or its reply could not be read. */
  verification: Omit<Verification, 'kind' | 'stage' | 'passage'> | null
  /** Other evidence about it: the judge's verdict, or why a call about it could not be read. */
  evidence: (Verdict | Unread)[]
  /** Its percentile among the mined negatives of the row, 0 to 1, in an output; null if it was not measured. */
  hardness: number | null
}

export const causalnegExplainer: Explainer = {
  fields: [
    { name: 'analysis', after: 'passages' },
    { name: 'candidates', after: 'passages', none: [] },
  ],
  of: (decided): CausalnegExplained & Record<string, unknown> => ({
    analysis: analysisIn(decided.evidence) ?? null,
    candidates: followed(decided.evidence, decided.decision).map((each) => explainCandidate(each, decided)),
  }),
  paragraphs: (values) => paragraphsOf(values as unknown as CausalnegExplained),
  recall,
}

/** Restores the easy passages from the lists, because finding them again would need an encoder. */
function recall(decided: DecidedRow, records: readonly Record<string, unknown>[]): DecidedRow {
  const { entry, decision } = decided
  const listed = new Map<string, PassageRecord>()
  for (const record of records as unknown as PassageRecord[]) {
    // A second passage of the same text that a gate stopped tells nothing about the first.
    if (record.hardness !== undefined && !listed.has(record.passage)) listed.set(record.passage, record)
  }
  const easy = (decision.added ?? []).flatMap((passage) => {
    const { code, reason: text = '' } = listed.get(passage.id) ?? {}
    return code === TOO_EASY ? [{ passage, code, text }] : []
  })
  const remarks = [...listed].map(([passage, { hardness: value = null }]) => ({
    passage,
    stage: HARDNESS,
    by: undefined,
    value,
  }))
  return { ...decided, decision: withoutAdded(entry.row, decision, easy), remarks }
}

interface PassageRecord {
  passage: string
  /** Missing for label changes. */
  hardness?: number | null
  /** Why it was discarded. */
  code?: string
  reason: string
}

function explainCandidate(each: CandidateHistory, decided: DecidedRow): ExplainedCandidate {
  const { candidate, verification, discarded } = each
  const { kind: _kind, stage: _stage, fault, ...rest } = candidate
  const { kind: _of, stage: _asked, passage: _id, ...found } = verification ?? {}
  const said = decided.evidence.filter((item) => item.kind === 'verdict' || item.kind === 'unread')
  return {
    ...rest,
    discarded: discarded ? { code: discarded.code, text: discarded.text } : null,
    verification: verification ? (found as ExplainedCandidate['verification']) : null,
    evidence: fault ? [] : said.filter((item) => isAbout(item, candidate.passage)),
    hardness: hardnessOf(each, valuesBy(decided, HARDNESS)) ?? null,
  }
}

const isAbout = (item: Evidence, passage: string): boolean =>
  item.kind === 'unread' ? item.passages.includes(passage) : 'passage' in item && item.passage === passage

/** Lines of a passage that are shown. */
const OPENING_LINES = 3

function paragraphsOf({ analysis, candidates }: CausalnegExplained): Paragraph[] {
  if (analysis === null) return []
  return [
    ...analysisParagraphs(analysis),
    ...candidates.flatMap((candidate) => candidateParagraphs(candidate, analysis)),
  ]
}

function analysisParagraphs(analysis: Analysis): Paragraph[] {
  const { need, meets, boundary, requirements, perturbations, model } = analysis
  return [
    { mark: '', text: `analysis by ${model}`, tone: 'heading', isApart: true },
    ...Object.entries({ need, meets, boundary }).map(([name, text]) => ({
      mark: `  ${name.padEnd(9)}`,
      text: oneLine(text),
    })),
    ...requirements.flatMap(({ text, isCritical }, index): Paragraph[] => [
      { mark: `  ${`${index + 1}.`.padEnd(4)}`, text: `${isCritical ? 'critical' : 'minor'}: ${oneLine(text)}` },
      ...perturbations
        .filter(({ requirement }) => requirement === index + 1)
        .map(({ strategy, how }): Paragraph => {
          return { mark: '      ', text: how === '' ? strategy : `${strategy}: ${oneLine(how)}`, tone: 'faint' }
        }),
    ]),
  ]
}

function candidateParagraphs(candidate: ExplainedCandidate, { requirements }: Analysis): Paragraph[] {
  const { passage, title, text, strategy, requirement, rewrites, attempt, discarded, hardness, model } = candidate
  const facts = [
    `violates requirement ${requirement} by ${strategy}`,
    ...(attempt === 2 ? ['rewritten'] : []),
    ...(rewrites === undefined ? [] : [`based on ${oneLine(rewrites)}`]),
    `by ${model}`,
  ]
  const fate = discarded ? `discarded (${discarded.code})` : 'added'
  const opening = oneLine(title ? `${title} — ${text}` : text)
  return [
    {
      mark: '  ',
      text: `${fate}  ${passage}: ${facts.join(', ')}`,
      isApart: true,
      ...(discarded === null && { tone: 'heading' }),
    },
    ...(opening === '' ? [] : [{ text: opening, tone: 'faint', lines: OPENING_LINES } as const]),
    ...(discarded ? [{ margin: 'why', text: oneLine(discarded.text) }] : []),
    ...verificationParagraphs(candidate, requirements.length),
    ...candidate.evidence.map((item) => ({ margin: item.stage, text: oneLine(saidIn(item)) })),
    ...(hardness === null
      ? []
      : [{ margin: 'hardness', text: `percentile ${percent(hardness, 0)} of the row's mined negatives` }]),
  ]
}

function saidIn(item: Verdict | Unread): string {
  if (item.kind === 'unread') return `unreadable: ${item.why}: ${item.detail}`
  return `${item.verdict}${item.reason ? `: ${item.reason}` : ''}`
}

function verificationParagraphs({ verification }: ExplainedCandidate, count: number): Paragraph[] {
  if (verification === null) return []
  const { attemptsAnswer, requirements, reason, model } = verification
  const each = requirements.slice(0, count).map((fulfilment, index) => `${index + 1} ${fulfilment}`)
  const answer = attemptsAnswer ? 'attempts an answer' : 'does not attempt an answer'
  return [{ margin: 'verify', text: `${each.join(', ')}; ${answer}${reason ? `: ${oneLine(reason)}` : ''} (${model})` }]
}
