// CausalNeg's verification: whether a candidate fulfils each requirement, and RLHN's judge on top.
import { labelled, type Passage } from '../../rows/row.ts'
import type { Analysis, Candidate, Evidence, Unread, Verification } from '../../evidence/evidence.ts'
import { readReasoned } from '../rlhn/reasoned.ts'
import { askedOf, askFor, unreadOf, type Subject } from './ask.ts'
import { verificationFormat } from './formats.ts'
import { readVerification } from './verification-reply.ts'

/** Makes one call for one candidate. */
export async function verify(
  subject: Subject,
  analysis: Analysis,
  candidate: Candidate,
  part: string,
): Promise<Verification | Unread> {
  const { row, task, settings } = subject
  const count = analysis.requirements.length
  const messages = settings.prompts.verify({ task, row, analysis, passage: candidate })
  const reading = await askFor(
    subject,
    { stage: 'verify', part, messages, format: verificationFormat(count) },
    (text) => readVerification(text, count),
  )
  const { passage } = candidate
  if (!reading.read) return unreadOf(subject, 'verify', [passage], reading)
  return { kind: 'verification', stage: 'verify', passage, ...askedOf(subject, 'verify'), ...reading.value }
}

/** Makes one call for all candidates: whether RLHN's judge would find any of them relevant. */
export async function judge(subject: Subject, candidates: Candidate[]): Promise<Evidence[]> {
  const { row, task, settings } = subject
  const documents = candidates.map(asPassage)
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

const asPassage = ({ passage, text, title }: Candidate): Passage => ({
  id: passage,
  text,
  ...(title !== undefined && { title }),
  label: 'negative',
  origin: 'generated',
})
