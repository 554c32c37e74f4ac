// CausalNeg's verification: whether a candidate fulfils each requirement, and RLHN's judge on top.
import { labelled, type Passage } from '../../rows/row.ts'
import type { Analysis, Candidate, Evidence, Fulfilment, Unread, Verification } from '../../evidence/evidence.ts'
import { readRelevance, RELEVANCE_RULE } from '../../prompts/one-word.ts'
import { readReasoned } from '../rlhn/reasoned.ts'
import { relevanceMessages } from '../rlhn/small-prompt.ts'
import { askedOf, askFor, askSmall, unreadOf, type Subject } from './ask.ts'
import { verificationFormat } from './formats.ts'
import { attemptQuestion, fulfilmentQuestion } from './small-prompt.ts'
import { readVerification } from './verification-reply.ts'

/** Makes one call for one candidate. */
export async function verify(
  subject: Subject,
  analysis: Analysis,
  candidate: Candidate,
  part: string,
): Promise<Verification | Unread> {
  const { row, task, settings } = subject
  if (settings.prompts.small.has('verify')) return verifyInSteps(subject, analysis, candidate, part)
  const count = analysis.requirements.length
  const messages = settings.prompts.verify({ task, row, analysis, passage: candidate })
  const reading = await askFor(
    subject,
    { stage: 'verify', part, messages, format: verificationFormat(count, settings.prompts.givesReasons) },
    (text) => readVerification(text, count),
  )
  const { passage } = candidate
  if (!reading.read) return unreadOf(subject, 'verify', [passage], reading)
  return { kind: 'verification', stage: 'verify', passage, ...askedOf(subject, 'verify'), ...reading.value }
}

/** Makes a call for each requirement, and one for whether the text attempts an answer. */
async function verifyInSteps(
  subject: Subject,
  { boundary, requirements }: Analysis,
  candidate: Candidate,
  part: string,
): Promise<Verification | Unread> {
  const { passage } = candidate
  const [attempt, each] = await Promise.all([
    askSmall(subject, 'verify', `${part}.answers`, attemptQuestion(subject, boundary, candidate)),
    Promise.all(
      requirements.map(({ text }, at) =>
        askSmall(subject, 'verify', `${part}.${at + 1}`, fulfilmentQuestion(subject, text, candidate)),
      ),
    ),
  ])
  if (!attempt.read) return unreadOf(subject, 'verify', [passage], attempt)
  const found: Fulfilment[] = []
  for (const reading of each) {
    if (!reading.read) return unreadOf(subject, 'verify', [passage], reading)
    found.push(reading.value)
  }
  const asked = askedOf(subject, 'verify')
  return {
    kind: 'verification',
    stage: 'verify',
    passage,
    ...asked,
    attemptsAnswer: attempt.value,
    requirements: found,
  }
}

/** Makes one call for all candidates: whether RLHN's judge would find any of them relevant. A small judge is asked about each by itself. */
export async function judge(subject: Subject, candidates: Candidate[]): Promise<Evidence[]> {
  const { row, task, settings } = subject
  const documents = candidates.map(asPassage)
  if (settings.judgePrompt.isOneByOne) return Promise.all(documents.map((each, at) => judgeOne(subject, each, at + 1)))
  const shown = { ...row, passages: [...labelled(row, 'positive'), ...documents] }
  const messages = settings.judgePrompt.render(task, shown, documents)
  const reading = await askFor(subject, { stage: 'judge', part: '1', messages }, (text) =>
    readReasoned(text, documents, settings.judgePrompt.form),
  )
  const ids = candidates.map(({ passage }) => passage)
  if (!reading.read) return [unreadOf(subject, 'judge', ids, reading)]
  const { better, worse, reasonFor } = reading.value
  return ids.map((passage, index): Evidence => {
    const document = index + 1
    const verdict = better.includes(document) ? 'better' : worse.includes(document) ? 'worse' : 'irrelevant'
    const reason = reasonFor(document)
    const known = { ...askedOf(subject, 'judge'), verdict, ...(reason !== undefined && { reason }) }
    return { kind: 'verdict', passage, stage: 'judge', ...known }
  })
}

/** The comparison with a positive is left out: whatever is relevant is refused. */
async function judgeOne(subject: Subject, document: Passage, number: number): Promise<Evidence> {
  const { row, task } = subject
  const messages = relevanceMessages(task, row, document)
  const question = { messages, rule: RELEVANCE_RULE, read: readRelevance }
  const reading = await askSmall(subject, 'judge', String(number), question)
  const passage = document.id
  if (!reading.read) return unreadOf(subject, 'judge', [passage], reading)
  const known = { kind: 'verdict', passage, stage: 'judge', ...askedOf(subject, 'judge') } as const
  return reading.value
    ? { ...known, verdict: 'worse', reason: 'It is relevant; it was not compared with a positive.' }
    : { ...known, verdict: 'irrelevant' }
}

const asPassage = ({ passage, text, title }: Candidate): Passage => ({
  id: passage,
  text,
  ...(title !== undefined && { title }),
  label: 'negative',
  origin: 'generated',
})
