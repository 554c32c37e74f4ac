// The replies that a dry run assumes for ARHN.
import type { ChatRequest } from '../../llm/chat.ts'
import { CONFIRM } from '../../policy/confirming.ts'
import type { Forecast } from '../../method/definition.ts'

/** Words of an answer. A guess, as the paper gives no figure; a model that thinks first writes many times more. */
const SNIPPET_TOKENS = 30
const STEP_TOKENS = 25
const RANK_TOKENS = 5
const WORD_TOKENS = 2

export const ARHN_FORECAST: Forecast = {
  reply: (request) =>
    REPLIES[isRanking(request) ? 'rank' : (request.source.stage as keyof typeof REPLIES)](lastOf(request)),
  replyTokens: (request) => {
    const text = lastOf(request)
    if (isRanking(request)) return numbered(text) === 0 ? WORD_TOKENS : RANK_TOKENS * numbered(text)
    if (request.source.stage === 'steps') return STEP_TOKENS * 3
    return SNIPPET_TOKENS * Math.max(1, numbered(text), stepsIn(text).length)
  },
  // Of ten negatives the paper relabels 1.6 and filters 2.2, so most rows have one that answers; those that are relabelled may stand in
  // nearly all rows, or ten in each of 16%.
  share: (stage) =>
    stage === CONFIRM ? { low: 0.16, high: 1 } : stage === 'rank' ? { low: 0.5, high: 1 } : { low: 1, high: 1 },
}

const isRanking = ({ source: { stage } }: ChatRequest) => stage === 'rank' || stage === CONFIRM

/** Replies that lead to every further question: each passage answers with its first word. */
const REPLIES = {
  steps: () => 'Step 1: first | [1]\nStep 2: second | [1]',
  rank: (text: string) =>
    numbered(text) === 0
      ? 'EQUAL'
      : Array.from({ length: numbered(text) }, (_all, index) => `[${index + 1}]`).join(' > '),
  extract: (text: string) => {
    const steps = stepsIn(text)
    if (steps.length > 0) return steps.map((_step, index) => `Step ${index + 1}: ${firstWord(text)}`).join('\n')
    const passages = [...text.matchAll(/^\[(\d+)\] (?:Title: .*\n)?\s*(\S+)/gm)]
    if (passages.length === 0) return firstWord(text)
    return passages.map(([, number, word]) => `[${number}] ${word}`).join('\n')
  },
}

const lastOf = ({ messages }: ChatRequest) => messages.at(-1)?.content ?? ''
const numbered = (text: string) => text.match(/^\[\d+\]/gm)?.length ?? 0
const stepsIn = (text: string) => text.match(/^Step \d+: /gm) ?? []
const firstWord = (text: string) => /<passage>\n(?:Title: .*\n)?\s*(\S+)/.exec(text)?.[1] ?? ''
