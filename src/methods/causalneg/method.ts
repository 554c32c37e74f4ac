// CausalNeg, module 1: hard negatives written as counterfactuals, each of which breaks one requirement (arXiv 2606.01304).
//   1. Analyse: the requirements of the query, and how each critical one can be broken.
//   2. Write: at most N passages, each breaking one of them; then the gates (src/gates).
//   3. Verify (our addition): whether a passage fulfils each requirement, and whether it attempts an answer.
//   4. Decide (policy.ts): a passage that breaks its target, keeps to the subject and answers nothing becomes a negative.
import { failureOf } from './policy.ts'
import type { Analysis, Candidate, Evidence, Unread, Verification } from '../../evidence/evidence.ts'
import { labelled } from '../../rows/row.ts'
import type { Method } from '../../method/method.ts'
import { readAnalysis } from './analysis-reply.ts'
import { askedOf, askFor, unreadOf, type CausalnegSettings, type Subject } from './ask.ts'
import { analysisFormat } from './formats.ts'
import { analyseInSteps } from './small-analysis.ts'
import { strategyOrder, targetsOf, type Target } from './targets.ts'
import { judge, verify } from './verify.ts'
import { secondOrders, write, type RefusedCandidate } from './write.ts'

export function causalneg(settings: CausalnegSettings): Method {
  return async (row, ask) => {
    const task = settings.taskOf(row)
    if (task.exempt.includes('causalneg')) {
      return [{ kind: 'exempt', reason: `the task ${task.name} is exempt from causalneg` }]
    }
    if (labelled(row, 'positive').every(({ text }) => text.trim() === '')) {
      return [{ kind: 'exempt', reason: 'no positive has a text: nothing says what a relevant passage is like' }]
    }
    const subject = { row, task, settings, ask }
    const order = strategyOrder(settings.strategies, settings.seed, row.id)
    const analysis = await analyse(subject, order)
    if (analysis.kind === 'unread') return [analysis]
    const targets = targetsOf(analysis, order, settings.perRow)
    return targets.length === 0 ? [analysis] : [analysis, ...(await writeAll(subject, analysis, targets))]
  }
}

/** Step 1. */
export async function analyse(
  subject: Subject,
  strategies: Subject['settings']['strategies'],
): Promise<Analysis | Unread> {
  const { row, task, settings } = subject
  if (settings.prompts.small.has('analyse')) return analyseInSteps(subject, strategies)
  const messages = settings.prompts.analyse({ task, row, strategies })
  const format = analysisFormat(settings.strategies)
  const reading = await askFor(subject, { stage: 'analyse', part: '1', messages, format }, readAnalysis)
  if (!reading.read) return unreadOf(subject, 'analyse', [], reading)
  return { kind: 'analysis', stage: 'analyse', ...askedOf(subject, 'analyse'), ...reading.value }
}

/** Runs steps 2 and 3, repeats them for refused passages if the settings ask for it, and runs RLHN's judge at the end. */
async function writeAll(subject: Subject, analysis: Analysis, targets: Target[]): Promise<Evidence[]> {
  const { settings } = subject
  const orders = targets.map((target, index) => ({ number: index + 1, ...target }))
  const first = await write(subject, analysis, orders)
  const { candidates } = first
  const evidence: Evidence[] = [...candidates, ...first.unread, ...(await verifyAll(subject, analysis, candidates, 0))]
  const refused = settings.rewrites ? refusedIn(candidates, evidence, analysis, targets) : []
  if (refused.length > 0) {
    const second = await write(subject, analysis, secondOrders(refused), candidates)
    const verified = await verifyAll(subject, analysis, second.candidates, candidates.length)
    evidence.push(...second.candidates, ...second.unread, ...verified)
  }
  return [...evidence, ...(await judgeAll(subject, analysis, evidence))]
}

/** @param before how many candidates the row had before these */
async function verifyAll(
  subject: Subject,
  analysis: Analysis,
  candidates: Candidate[],
  before: number,
): Promise<Evidence[]> {
  if (subject.settings.verify === 'none') return []
  const calls = candidates.flatMap((candidate, index) =>
    candidate.fault ? [] : [verify(subject, analysis, candidate, String(before + index + 1))],
  )
  return Promise.all(calls)
}

/**
 * Returns the candidates that a gate or the verification refuses. One whose verification could not be read is not rewritten,
 * because no one knows what was wrong.
 */
function refusedIn(
  candidates: Candidate[],
  evidence: Evidence[],
  analysis: Analysis,
  targets: Target[],
): RefusedCandidate[] {
  return candidates.flatMap((candidate) => {
    const verification = verificationOf(candidate, evidence)
    const why = candidate.fault?.detail ?? (verification && failureOf(candidate, verification, analysis)?.text)
    if (why === undefined) return []
    const target = targets.find(
      ({ requirement, strategy }) => requirement === candidate.requirement && strategy === candidate.strategy,
    )
    return [{ candidate, why, how: target?.how ?? '' }]
  })
}

/** Judges the candidates that the requirements could let pass under some policy: no attempted answer, and the target does not hold. */
async function judgeAll(subject: Subject, analysis: Analysis, evidence: Evidence[]): Promise<Evidence[]> {
  if (subject.settings.verify !== 'requirements+judge') return []
  const lenient = { maxLost: Infinity, absentTarget: 'accept' } as const
  const hopeful = evidence
    .filter((item) => item.kind === 'candidate')
    .filter((candidate) => {
      const verification = candidate.fault ? undefined : verificationOf(candidate, evidence)
      return verification !== undefined && failureOf(candidate, verification, analysis, lenient) === undefined
    })
  return hopeful.length === 0 ? [] : judge(subject, hopeful)
}

function verificationOf({ passage }: Candidate, evidence: Evidence[]): Verification | undefined {
  return evidence.find((item): item is Verification => item.kind === 'verification' && item.passage === passage)
}
