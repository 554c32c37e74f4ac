// The policy of CausalNeg: which of the passages written for a row become its negatives (arXiv 2606.01304, module 1).
// A passage that was not verified, or whose verification could not be read, never does unless verification was switched off.
import type { Analysis, Candidate, Evidence, Fulfilment, Unread, Verification } from '../../evidence/evidence.ts'
import { fold, foldedFinder } from '../../likeness/fold.ts'
import { contentOf, labelled, type Passage, type Row } from '../../rows/row.ts'
import { COMMON_DEFAULTS, undecidedRow } from '../../policy/changes.ts'
import { noneAccepted } from '../../policy/discard.ts'
import type { Decision, Policy } from '../../policy/policy.ts'

export const VERIFY_MODES = ['none', 'requirements', 'requirements+judge'] as const
export const ABSENT_TARGETS = ['discard', 'accept'] as const

export interface CausalnegPolicyOptions {
  /** Checks that a passage must pass besides the gates: none, the requirements, or RLHN's judge as well. */
  verify: (typeof VERIFY_MODES)[number]
  /** Maximum number of passages added to a row. */
  perRow: number
  /** How many critical requirements besides its target a passage may lose before it is off-topic. */
  maxLost: number
  /** Treatment of a passage that does not mention its target requirement instead of breaking it. */
  absentTarget: (typeof ABSENT_TARGETS)[number]
}

export const CAUSALNEG_POLICY_DEFAULTS: CausalnegPolicyOptions = {
  verify: 'requirements',
  perRow: 3,
  maxLost: 1,
  absentTarget: 'discard',
}

/** Why a passage is not added: `code` is stable, `text` is for a person. */
export interface Discard {
  /** The name of a gate, or a code of this policy. */
  code: string
  text: string
}

/** Findings about one candidate. */
export interface Standing {
  candidate: Candidate
  verification: Verification | undefined
  /** Undefined if it is accepted. */
  discard: Discard | undefined
}

export function causalnegPolicy(options: CausalnegPolicyOptions = CAUSALNEG_POLICY_DEFAULTS): Policy {
  return (row, evidence) => {
    const unread = evidence.filter((item) => item.kind === 'unread')
    const [lost, ...more] = undecidingIn(evidence, unread)
    if (lost) return undecidedRow(row, [lost, ...more], COMMON_DEFAULTS)

    const standings = standingsIn(row, evidence, options)
    const analysis = analysisIn(evidence)
    const accepted = standings.filter(({ discard }) => discard === undefined)
    const added = accepted.map(({ candidate }) => passageOf(candidate, analysis, row))
    const discarded = standings.flatMap(({ candidate, discard }) =>
      discard === undefined ? [] : [{ passage: passageOf(candidate, analysis, row), ...discard }],
    )
    const base = { changes: [], falseNegatives: 0, unread, ...(discarded.length > 0 && { discarded }) }
    if (added.length > 0) return { ...base, outcome: 'changed', row: withAdded(row, added), added }
    return { ...base, outcome: 'kept', row, reason: reasonOf(evidence, standings) }
  }
}

/** Returns the unreadable calls without which nothing is known of the row: its analysis and the first writing. */
function undecidingIn(evidence: Evidence[], unread: Unread[]): Unread[] {
  const isWritten = evidence.some(({ kind }) => kind === 'candidate')
  return isWritten ? [] : unread.filter(({ stage }) => stage === 'analyse' || stage === 'write')
}

function reasonOf(evidence: Evidence[], standings: Standing[]): NonNullable<Decision['reason']> {
  const exempt = evidence.find(({ kind }) => kind === 'exempt')
  if (exempt?.kind === 'exempt') return { code: 'exempt', text: exempt.reason }
  if (standings.length === 0) {
    const isAnalysed = analysisIn(evidence) !== undefined
    return isAnalysed
      ? { code: 'nothing-to-write', text: 'no strategy can violate a critical requirement' }
      : { code: 'not-asked', text: 'no model was asked about this row' }
  }
  return noneAccepted(standings.flatMap(({ discard }) => discard ?? []))
}

/** Returns every candidate of a row, in the order of writing, with the reason to discard it. Reports use it as well. */
export function standingsIn(row: Row, evidence: Evidence[], options: CausalnegPolicyOptions): Standing[] {
  const analysis = analysisIn(evidence)
  const clashOf = clashFinder(row, options.perRow)
  return evidence
    .filter((item) => item.kind === 'candidate')
    .map((candidate): Standing => {
      const verification = evidence.find(
        (item): item is Verification => item.kind === 'verification' && item.passage === candidate.passage,
      )
      const discard = discardOf(candidate, verification, analysis, evidence, options) ?? clashOf(candidate)
      return { candidate, verification, discard }
    })
}

/**
 * Returns a function to call on the candidates in turn, for those without another reason to discard them. It returns the clash of a
 * candidate with the row, or with one accepted before; if it returns undefined, the candidate is accepted.
 */
function clashFinder(row: Row, perRow: number): (candidate: Candidate) => Discard | undefined {
  const findPositive = foldedFinder(labelled(row, 'positive').map(contentOf))
  const findNegative = foldedFinder(labelled(row, 'negative').map(contentOf))
  const texts = new Set<string>()
  const targets = new Set<string>()
  return (candidate) => {
    const text = fold(candidate.text)
    const target = `${candidate.requirement} ${candidate.strategy}`
    if (text === '') return { code: 'empty', text: 'it has no text' }
    if (findPositive(candidate.text) !== -1) return { code: 'copies-positive', text: 'a positive has its text' }
    if (findNegative(candidate.text) !== -1) return { code: 'copies-negative', text: 'a negative has its text' }
    if (texts.has(text)) return { code: 'copies-candidate', text: 'a passage added before has its text' }
    if (targets.has(target)) return { code: 'second-version', text: 'its first version was accepted' }
    if (texts.size >= perRow) return { code: 'beyond', text: `the row has ${perRow} already` }
    texts.add(text)
    targets.add(target)
    return undefined
  }
}

/** Returns why a gate, the verification or the judge refuses a candidate. */
function discardOf(
  candidate: Candidate,
  verification: Verification | undefined,
  analysis: Analysis | undefined,
  evidence: Evidence[],
  options: CausalnegPolicyOptions,
): Discard | undefined {
  const { fault, passage } = candidate
  if (fault) return { code: fault.gate, text: fault.detail }
  if (options.verify === 'none') return undefined
  if (verification === undefined || analysis === undefined) return unverified('verify', passage, evidence)
  const failure = failureOf(candidate, verification, analysis, options)
  if (failure || options.verify === 'requirements') return failure
  const verdict = evidence.find((item) => item.kind === 'verdict' && item.stage === 'judge' && item.passage === passage)
  if (verdict?.kind !== 'verdict') return unverified('judge', passage, evidence)
  if (verdict.verdict === 'irrelevant') return undefined
  return { code: 'judged-relevant', text: `the judge finds it relevant: ${verdict.reason ?? verdict.verdict}` }
}

function unverified(stage: string, passage: string, evidence: Evidence[]): Discard {
  const call = evidence.find(
    (item) => item.kind === 'unread' && item.stage === stage && item.passages.includes(passage),
  )
  const why = call?.kind === 'unread' ? `${call.why}: ${call.detail}` : 'it was never asked about'
  return { code: 'unverified', text: `${stage}: ${why}` }
}

/** Returns why a readable verification refuses a candidate; undefined if it accepts it. */
export function failureOf(
  { requirement }: Pick<Candidate, 'requirement'>,
  { attemptsAnswer, requirements: found, reason }: Verification,
  { requirements }: Analysis,
  { maxLost, absentTarget }: Pick<CausalnegPolicyOptions, 'maxLost' | 'absentTarget'> = CAUSALNEG_POLICY_DEFAULTS,
): Discard | undefined {
  const target = found[requirement - 1]
  if (found.length !== requirements.length || target === undefined) {
    return { code: 'unverified', text: `verify: it speaks of ${found.length} requirements of ${requirements.length}` }
  }
  if (attemptsAnswer) return { code: 'answers', text: `it attempts an answer${reason ? `: ${reason}` : ''}` }
  const named = `requirement ${requirement}, ${JSON.stringify(requirements[requirement - 1]?.text)},`
  if (target === 'holds') return { code: 'target-holds', text: `${named} holds, and should be broken` }
  if (target === 'absent' && absentTarget === 'discard') {
    return { code: 'target-absent', text: `it says nothing of ${named} which it should break` }
  }
  const lost = lostBeside(requirement, found).filter((number) => requirements[number - 1]?.isCritical)
  if (lost.length <= maxLost) return undefined
  return { code: 'off-topic', text: `besides its target it loses the critical requirements ${lost.join(', ')}` }
}

/** Returns the numbers of the requirements, besides the target, that do not hold. */
export function lostBeside(target: number, found: readonly Fulfilment[]): number[] {
  return found.flatMap((each, index) => (index + 1 === target || each === 'holds' ? [] : [index + 1]))
}

export function analysisIn(evidence: Evidence[]): Analysis | undefined {
  return evidence.find((item): item is Analysis => item.kind === 'analysis')
}

function passageOf(
  { passage, text, title, strategy, requirement }: Candidate,
  analysis: Analysis | undefined,
  row: Row,
) {
  const isTaken = row.passages.some(({ id }) => id === passage)
  return {
    id: isTaken ? `${passage}#2` : passage,
    text,
    ...(title !== undefined && { title }),
    label: 'negative',
    origin: 'generated',
    generation: { strategy, requirement: analysis?.requirements[requirement - 1]?.text ?? '' },
  } satisfies Passage
}

/** Returns the row with the added negatives after its own. */
function withAdded(row: Row, added: Passage[]): Row {
  const ignored = labelled(row, 'ignored')
  return { ...row, passages: [...labelled(row, 'positive'), ...labelled(row, 'negative'), ...added, ...ignored] }
}
