// How a stage of RLHN judges the documents of a row: those of a call in one list, or each by itself.
import { askUntilRead } from '../../llm/read.ts'
import type { Passage } from '../../rows/row.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { splitting } from '../../llm/split.ts'
import { orderOf, requestOf, stageOf, type Judged } from './judged.ts'
import { judgeOneByOne } from './one-by-one.ts'
import { readReasoned } from './reasoned.ts'

/** @param parts the documents of each call */
export async function judgeAll(judged: Judged, parts: Passage[][]): Promise<Evidence[]> {
  if (judged.stage.prompt.isOneByOne) return judgeOneByOne(judged, parts.flat())
  const judge = (documents: Passage[], part: string) => judgePart(judged, documents, part)
  const tooLong = (documents: Passage[], { message }: Error) => [
    unread(judged, documents, 'too-long', message, undefined),
  ]
  const found = await Promise.all(parts.map((part, index) => splitting(part, String(index + 1), judge, tooLong)))
  return found.flat()
}

/** Makes one call; its reply, once read, becomes one verdict per document. */
async function judgePart(judged: Judged, documents: Passage[], part: string): Promise<Evidence[]> {
  const { row, task, stage } = judged
  const request = requestOf(judged, part, stage.prompt.render(task, row, documents))
  const read = (text: string) => readReasoned(text, documents, stage.prompt.form)
  const reading = await askUntilRead(judged.ask, request, read, { rule: stage.prompt.rule })
  if (!reading.read) return [unread(judged, documents, reading.why, reading.detail, reading.raw)]

  const { better, worse, reasonFor, isStrictlyBetter } = reading.value
  const by = { stage: stageOf(stage), model: stage.model, prompt: stage.prompt.version.name }
  return documents.map(({ id }, index) => {
    const document = index + 1
    const verdictIs = (verdict: string) =>
      ({ kind: 'verdict', passage: id, ...by, verdict, ...orderOf(stage) }) as const
    if (!better.includes(document) && !worse.includes(document)) return verdictIs('irrelevant')
    const verdict = better.includes(document) ? 'better' : 'worse'
    const reason = reasonFor(document)
    // The screen's `better` is strict by definition; the judge's only if it says so.
    const strict = verdict === 'better' && (isStrictlyBetter(document) ?? (stage.stage === 'screen' || undefined))
    return { ...verdictIs(verdict), ...(reason !== undefined && { reason }), ...(strict !== undefined && { strict }) }
  })
}

function unread(
  { stage }: Judged,
  documents: Passage[],
  why: string,
  detail: string,
  raw: string | undefined,
): Evidence {
  const passages = documents.map(({ id }) => id)
  return { kind: 'unread', stage: stageOf(stage), model: stage.model, passages, why, detail, raw }
}
