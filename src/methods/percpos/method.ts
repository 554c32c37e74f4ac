// percpos: scores a row's passages with an encoder or a reranker and suspects negatives that come close to a positive's score (the baseline
// of RLHN, arXiv 2505.16967; TopK-PercPos of NV-Retriever, arXiv 2407.15831).
//   1. Score the positives and the negatives of a row against its query.
//   2. Decide (policy.ts): a negative that reaches a share of the positives' score is a suspected false negative.
import type { Ask, ChatRequest } from '../../llm/chat.ts'
import { askUntilRead } from '../../llm/read.ts'
import { readScores } from '../../llm/scoring.ts'
import type { Passage, Row } from '../../rows/row.ts'
import type { Task } from '../../tasks/task.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import type { Method } from '../../method/method.ts'
import { splitting } from '../../llm/split.ts'
import { PERCPOS_PROMPT, pairsOf } from './request.ts'

export interface PercposSettings {
  /** Identity of the scorer. */
  scorer: string
  taskOf: (row: Row) => Task
  /** Passages scored in one call. */
  passagesPerCall: number
}

export const SCORE_STAGE = 'score'

export function percpos(settings: PercposSettings): Method {
  return async (row, ask) => {
    const task = settings.taskOf(row)
    if (task.exempt.includes('percpos'))
      return [{ kind: 'exempt', reason: `the task ${task.name} is exempt from percpos` }]

    const passages = row.passages.filter(({ label }) => label !== 'ignored')
    const parts = partsOf(passages, settings.passagesPerCall)
    const score = (part: Passage[], name: string) => scorePart(row, part, name, settings, ask)
    const tooLong = (part: Passage[], { message }: Error) => [unread(settings, part, 'too-long', message, undefined)]
    const found = await Promise.all(parts.map((part, index) => splitting(part, String(index + 1), score, tooLong)))
    return found.flat()
  }
}

function partsOf(passages: Passage[], size: number): Passage[][] {
  return Array.from({ length: Math.ceil(passages.length / size) }, (_all, index) =>
    passages.slice(index * size, (index + 1) * size),
  )
}

/** Makes one call, with one score per passage. */
async function scorePart(
  row: Row,
  passages: Passage[],
  part: string,
  settings: PercposSettings,
  ask: Ask,
): Promise<Evidence[]> {
  const { scorer: model } = settings
  const prompt = PERCPOS_PROMPT.name
  const request: ChatRequest = {
    model,
    messages: pairsOf(row, passages),
    temperature: 0,
    maxTokens: 0,
    sample: 0,
    source: { method: 'percpos', stage: SCORE_STAGE, prompt, row: row.id, query: row.query, part, attempt: 1 },
  }
  const reading = await askUntilRead(ask, request, (text) => readScores(text, passages.length), { isCorrected: false })
  if (!reading.read) return [unread(settings, passages, reading.why, reading.detail, reading.raw)]
  return passages.map(({ id }, index): Evidence => {
    const score = reading.value[index] as number
    return { kind: 'score', passage: id, stage: SCORE_STAGE, model, prompt, score }
  })
}

function unread(
  { scorer }: PercposSettings,
  passages: Passage[],
  why: string,
  detail: string,
  raw: string | undefined,
): Evidence {
  return {
    kind: 'unread',
    stage: SCORE_STAGE,
    model: scorer,
    passages: passages.map(({ id }) => id),
    why,
    detail,
    raw,
  }
}
