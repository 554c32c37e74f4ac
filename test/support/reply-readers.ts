// Every reader of replies, with replies that it can read, and what must hold of whatever it makes of any other text.
import { scoresIn } from '../../src/encoders/servers/rerank.ts'
import { replyFrom } from '../../src/llm/adapters/openai.ts'
import type { ChatRequest } from '../../src/llm/chat.ts'
import { CallError, StopRun } from '../../src/llm/errors.ts'
import { FormCheck, orderFormat } from '../../src/llm/form.ts'
import { UnreadableReply, withoutThinking } from '../../src/llm/read.ts'
import { readScores } from '../../src/llm/scoring.ts'
import { believedUsage, promptBytesOf } from '../../src/llm/usage.ts'
import {
  isUnread,
  readExtraction,
  readExtractions,
  readRanking,
  readStepExtractions,
  readSteps,
  type ReplyPart,
} from '../../src/methods/arhn/reply.ts'
import { readAnalysis } from '../../src/methods/causalneg/analysis-reply.ts'
import { readVerification } from '../../src/methods/causalneg/verification-reply.ts'
import { readWriting } from '../../src/methods/causalneg/writing-reply.ts'
import { rlhnPrompt } from '../../src/methods/rlhn/prompt.ts'
import { readReasoned } from '../../src/methods/rlhn/reasoned.ts'
import { readPreference, readRelevance } from '../../src/prompts/one-word.ts'
import type { Passage } from '../../src/rows/row.ts'

export interface ReplyReader {
  /** @throws UnreadableReply, or the error that its callers expect; any other error is a fault */
  read(text: string): unknown
  /** Whether an error is one that its callers expect. */
  expects(error: unknown): boolean
  /** Texts to begin with. */
  seeds: readonly string[]
}

const passage: Passage = {
  id: 'p',
  title: 'The lines',
  text: 'The lines crossed at noon, and nobody saw it. '.repeat(40),
  label: 'negative',
  origin: 'given',
}
const many = (count: number) => Array.from({ length: count }, () => passage)

function assert(holds: boolean, what: string): void {
  if (!holds) throw new TypeError(`the reader's result is wrong: ${what}`)
}

/** A reader of what a model wrote: whatever it returns must hold. */
function ofWords<T>(reader: (text: string) => T, isSound: (value: T) => boolean, ...seeds: string[]): ReplyReader {
  return {
    read: (said) => {
      const value = reader(withoutThinking(said))
      assert(isSound(value), JSON.stringify(value))
    },
    expects: (error) => error instanceof UnreadableReply,
    seeds,
  }
}

/** A reader of the JSON that a server sent. */
function ofJson(read: (value: unknown) => void, expects: (error: unknown) => boolean, ...seeds: string[]): ReplyReader {
  return {
    read: (text) => {
      const value = parsed(text)
      if (value !== undefined) read(value)
    },
    expects,
    seeds,
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isAmong = (numbers: readonly number[], count: number): boolean =>
  new Set(numbers).size === numbers.length &&
  numbers.every((number) => Number.isInteger(number) && number >= 1 && number <= count)

const isVerbatim = (part: ReplyPart): boolean => {
  if (part === null || isUnread(part)) return true
  const whole = [...(part.in === 'title' ? (passage.title ?? '') : passage.text)]
  return part.text !== '' && whole.slice(part.start, part.end).join('') === part.text
}

const REQUEST: ChatRequest = {
  model: 'm',
  messages: [{ role: 'user', content: 'Which of them is better? '.repeat(10) }],
  temperature: 0,
  maxTokens: 64,
  sample: 0,
  source: { method: 'arhn', stage: 'rank', prompt: 'arhn.rank@1', row: 'r', query: 'q', part: '1', attempt: 1 },
}

const isCount = (count: number) => Number.isSafeInteger(count) && count >= 0

const VERDICT =
  '<thinking> Doc (1): it names the noon. Doc (2): another day. </thinking> <preference> Doc (1): better than the ground truth </preference> ' +
  '<verdict> <better> better: [Doc (1)] </better>, <worse> worse: [Doc (2)] </worse> </verdict>'
const ANALYSIS = {
  need: 'when they crossed',
  meets: 'it says when',
  boundary: 'a time of day',
  requirements: ['names the lines', 'gives a time', 'of that day', 'they crossed'].map((text, at) => ({
    text,
    critical: at < 2,
  })),
  perturbations: [{ requirement: 2, strategy: 'attribute_shift', how: 'another time' }],
}
const WRITTEN = {
  passages: [1, 2, 3].map((number) => ({ number, title: 'Lines', text: `They met on day ${number}.`, rewrites: 1 })),
}
const VERIFIED = {
  attempts_answer: false,
  requirements: ['holds', 'violated', 'absent', 'holds', 'holds'].map((status, at) => ({ number: at + 1, status })),
  reason: 'another day',
}
const COMPLETION = {
  choices: [{ message: { content: 'RELEVANT', reasoning: 'so' }, finish_reason: 'stop' }],
  usage: {
    prompt_tokens: 120,
    completion_tokens: 4,
    total_tokens: 130,
    prompt_tokens_details: { cached_tokens: 64 },
    completion_tokens_details: { reasoning_tokens: 2 },
  },
}

async function lookAt(text: string, kind: 'json' | 'regex' | 'grammar'): Promise<void> {
  const reply = { text, finishReason: 'stop' }
  await new FormCheck(() => Promise.resolve(reply)).look({ ...REQUEST, format: orderFormat(kind, 4) }, reply)
}

export const REPLY_READERS: Readonly<Record<string, ReplyReader>> = {
  'rlhn-relevance': ofWords(readRelevance, (value) => typeof value === 'boolean', 'RELEVANT', 'NOT', '**Relevant.**'),
  'rlhn-preference': ofWords(readPreference, (value) => typeof value === 'string', 'FIRST', 'SECOND', 'equal'),
  rlhn: ofWords(
    (text) => readReasoned(text, many(30), rlhnPrompt('judge').form),
    ({ better, worse }) => isAmong([...better, ...worse], 30),
    VERDICT,
    `<think>hm</think>${VERDICT.replace('Doc (1)]', '1, Doc (3)]')}`,
    VERDICT.replace('[Doc (1)]', '[]').replace('[Doc (2)]', 'none'),
  ),
  'arhn-steps': ofWords(
    (text) => readSteps(text, 3),
    (steps) => steps.length > 0 && steps.every(({ givenBy }) => isAmong(givenBy, 3)),
    'Step 1: who crossed it | [1]\nStep 2: when did they | [2, 3]',
  ),
  'arhn-extraction': ofWords(
    (text) => readExtraction(text, passage),
    isVerbatim,
    'The lines crossed at noon',
    'NO_ANSWER',
    '"nobody saw it."',
  ),
  'arhn-extractions': ofWords(
    (text) => readExtractions(text, many(3)),
    (parts) => parts.length === 3 && parts.every(isVerbatim),
    '[1] The lines crossed\n[2] NO_ANSWER\n[3] nobody saw it',
    'Passage 1: at noon\nPassage 2: NO_ANSWER\nPassage 3: noon',
  ),
  'arhn-step-extractions': ofWords(
    (text) => readStepExtractions(text, passage, 3),
    (parts) => parts.length === 3 && parts.every(isVerbatim),
    'Step 1: The lines crossed\nStep 2: NO_ANSWER\nStep 3: nobody saw it',
  ),
  'arhn-ranking': ofWords(
    (text) => readRanking(text, 6),
    (order) => order.length === 6 && isAmong(order, 6),
    '[2] > [1] > [3] > [6] > [5] > [4]',
    '{"ranking": [2, 1, 3, 6, 5, 4]}',
    'Ranking: 2, 1, 3, 6, 5, 4.',
    '[2, 1, 3, 6, 5, 4]',
  ),
  percpos: ofWords(
    (text) => readScores(text, 4),
    (scores) => scores.length === 4 && scores.every(Number.isFinite),
    '[0.5, -1, 3e2, 0]',
    '[1,null,2,3]',
  ),
  'causalneg-analysis': ofWords(
    readAnalysis,
    ({ requirements, perturbations }) =>
      perturbations.every(({ requirement }) => requirement >= 1 && requirement <= requirements.length),
    JSON.stringify(ANALYSIS),
    `\`\`\`json\n${JSON.stringify(ANALYSIS, undefined, 1)}\n\`\`\``,
  ),
  'causalneg-writing': ofWords(
    (text) => readWriting(text, { passages: 3, references: 2, hasTitles: true }),
    (written) =>
      isAmong(
        written.map(({ number }) => number),
        3,
      ),
    JSON.stringify(WRITTEN),
    JSON.stringify(WRITTEN.passages),
  ),
  'causalneg-verification': ofWords(
    (text) => readVerification(text, 5),
    ({ requirements }) => requirements.length === 5,
    JSON.stringify(VERIFIED),
    JSON.stringify({ ...VERIFIED, requirements: { 1: 'holds', 2: 'absent' } }),
  ),
  completion: ofJson(
    (value) => {
      const reply = replyFrom(value, 'http://127.0.0.1/v1', ['secret'])
      const { text, finishReason } = reply
      assert(typeof text === 'string' && typeof finishReason === 'string', 'no text')
      const usage = believedUsage(reply, promptBytesOf(REQUEST))
      assert(usage === undefined || Object.values(usage).every(isCount), JSON.stringify(usage))
    },
    (error) => error instanceof CallError,
    JSON.stringify(COMPLETION),
    JSON.stringify({ ...COMPLETION, choices: [{ message: { content: [{ text: 'a' }] }, finish_reason: null }] }),
  ),
  'reranker-scores': ofJson(
    (value) => {
      const scores = scoresIn(value, 3)
      assert(scores.length === 3 && scores.every(Number.isFinite), JSON.stringify(scores))
    },
    (error) => error instanceof Error && error.constructor === Error,
    '{"results":[{"index":0,"relevance_score":0.1},{"index":2,"relevance_score":-3},{"index":1,"relevance_score":7e1}]}',
    '[{"index":1,"score":0.1},{"index":0,"score":0.2},{"index":2,"score":0.3}]',
  ),
  'form-probe': {
    read: (text) =>
      Promise.all([lookAt(text, 'json').catch(refusedForm), lookAt(text, 'regex').catch(refusedForm)]).then(() =>
        lookAt(text, 'grammar'),
      ),
    expects: (error) => error instanceof StopRun,
    seeds: ['{"ranking": [1, 2, 3, 4]}', '[1] > [3] > [2] > [4]', 'A library lends books.'],
  },
}

function refusedForm(error: unknown): void {
  if (!(error instanceof StopRun)) throw error
}
