// RLHN for small models: each document is judged by itself, and only one that is relevant is compared with a positive of the row.
import { unitHash } from '../../base/hash.ts'
import type { ChatMessage } from '../../llm/chat.ts'
import { askUntilRead, type Reading } from '../../llm/read.ts'
import { isTooLong } from '../../llm/split.ts'
import {
  MOST_WORD_TOKENS,
  PREFERENCE_RULE,
  readPreference,
  readRelevance,
  RELEVANCE_RULE,
} from '../../prompts/one-word.ts'
import { labelled, type Passage } from '../../rows/row.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { orderOf, requestOf, stageOf, type Judged } from './judged.ts'
import { preferenceMessages, relevanceMessages } from './small-prompt.ts'

export async function judgeOneByOne(judged: Judged, documents: Passage[]): Promise<Evidence[]> {
  return Promise.all(documents.map((document, index) => judgeOne(judged, document, String(index + 1))))
}

async function judgeOne(judged: Judged, document: Passage, part: string): Promise<Evidence> {
  const { row, task, stage } = judged
  const { order = 1 } = stage
  // A document that is shown by itself has no order: only the comparison is made again.
  if (order === 1) {
    const relevance = relevanceMessages(task, row, document)
    const isRelevant = await askFor(judged, part, relevance, RELEVANCE_RULE, readRelevance)
    if (!isRelevant.read) return unread(judged, document, isRelevant)
    if (!isRelevant.value) return verdictOn(judged, document, 'irrelevant')
  }

  const [positive] = labelled(row, 'positive') as [Passage]
  const comesFirst = unitHash(`first ${row.id} ${document.id}`) < 0.5 === (order % 2 === 1)
  const [first, second] = comesFirst ? [document, positive] : [positive, document]
  const messages = preferenceMessages(task, row, first, second)
  const preferred = await askFor(judged, `${part}.compared`, messages, PREFERENCE_RULE, readPreference)
  if (!preferred.read) return unread(judged, document, preferred)
  if (preferred.value === 'equal') {
    const reason = 'It is relevant, and as good as the positive.'
    return stage.stage === 'judge'
      ? verdictOn(judged, document, 'better', reason, false)
      : verdictOn(judged, document, 'worse', reason)
  }
  return (preferred.value === 'first') === comesFirst
    ? verdictOn(judged, document, 'better', 'It is relevant, and better than the positive.', true)
    : verdictOn(judged, document, 'worse', 'It is relevant, and not as good as the positive.')
}

async function askFor<T>(
  judged: Judged,
  part: string,
  messages: ChatMessage[],
  rule: string,
  read: (text: string) => T,
): Promise<Reading<T>> {
  const request = requestOf(judged, part, messages)
  const maxTokens = Math.min(MOST_WORD_TOKENS, request.maxTokens)
  try {
    return await askUntilRead(judged.ask, { ...request, maxTokens }, read, { rule })
  } catch (error) {
    if (!isTooLong(error)) throw error
    return { read: false, why: 'too-long', detail: error.message, raw: undefined }
  }
}

function verdictOn({ stage }: Judged, { id }: Passage, verdict: string, reason?: string, strict?: boolean): Evidence {
  return {
    kind: 'verdict',
    passage: id,
    stage: stageOf(stage),
    model: stage.model,
    prompt: stage.prompt.version.name,
    verdict,
    ...orderOf(stage),
    ...(reason !== undefined && { reason }),
    ...(strict !== undefined && { strict }),
  }
}

function unread(
  { stage }: Judged,
  { id }: Passage,
  { why, detail, raw }: Extract<Reading<never>, { read: false }>,
): Evidence {
  return { kind: 'unread', stage: stageOf(stage), model: stage.model, passages: [id], why, detail, raw }
}
