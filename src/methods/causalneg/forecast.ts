// The replies that a dry run assumes for CausalNeg, chosen so that every further question is asked.
import { unitHash } from '../../base/hash.ts'
import type { ChatRequest } from '../../llm/chat.ts'
import { STRATEGIES } from '../../evidence/evidence.ts'
import type { Forecast } from '../../method/definition.ts'

/** Tokens of a reply, or of each of its parts. Guesses, as no counts are published; a model that thinks first writes many times more. */
const ANALYSIS_TOKENS = 900
const REQUIREMENT_TOKENS = 35
const JUDGED_TOKENS = 180
/** Characters per token of running text. */
const CHARACTERS = 4
const REQUIREMENTS = 4

/** @param mayRewrite whether refused passages are written, and verified, once more */
export function causalnegForecast(mayRewrite: boolean): Forecast {
  return {
    reply: (request) => {
      const replies = isSmall(request) ? SMALL_REPLIES : REPLIES
      return replies[request.source.stage as keyof typeof REPLIES](request)
    },
    replyTokens: (request) => {
      const { source, messages } = request
      const text = messages.at(-1)?.content ?? ''
      if (isSmall(request)) return smallTokens(request)
      if (source.stage === 'analyse') return ANALYSIS_TOKENS
      if (source.stage === 'write') return numbersIn(text, 'Passage').length * (30 + lengthIn(text) / CHARACTERS)
      if (source.stage === 'verify') return 60 + REQUIREMENT_TOKENS * numbersIn(text, 'Requirement').length
      return 60 + JUDGED_TOKENS * numbersIn(text, 'Doc').length
    },
    // A dry run assumes that everything is refused once; at best nothing is.
    share: (stage) => ({ low: stage === 'judge' ? 0.5 : mayRewrite && stage !== 'analyse' ? 0.5 : 1, high: 1 }),
  }
}

const isSmall = ({ source }: ChatRequest) => source.prompt.includes('.small@')

/** Tokens of a sentence, and of a word. */
const SENTENCE_TOKENS = 30
const WORD_TOKENS = 2

function smallTokens({ source: { stage, part }, messages }: ChatRequest): number {
  if (stage === 'write') return lengthIn(messages.at(-1)?.content ?? '') / CHARACTERS
  if (stage !== 'analyse') return WORD_TOKENS
  return part === 'requirements' ? REQUIREMENTS * SENTENCE_TOKENS : SENTENCE_TOKENS
}

const REPLIES = {
  analyse: () =>
    JSON.stringify({
      need: 'a need',
      meets: 'by meeting it',
      boundary: 'where it is met',
      requirements: Array.from({ length: REQUIREMENTS }, (_all, index) => ({
        number: index + 1,
        text: `condition ${index + 1}`,
        critical: true,
      })),
      perturbations: STRATEGIES.flatMap((strategy) =>
        Array.from({ length: REQUIREMENTS }, (_all, index) => ({
          requirement: index + 1,
          strategy,
          how: 'in some way',
        })),
      ),
    }),
  write: ({ messages, source }: ChatRequest) => {
    const text = messages.at(-1)?.content ?? ''
    const passages = numbersIn(text, 'Passage').map((number) => ({
      number,
      rewrites: null,
      title: 'A title',
      text: shuffled(text, lengthIn(text), `${source.part} ${number}`),
    }))
    return JSON.stringify({ passages })
  },
  verify: ({ messages }: ChatRequest) => {
    const numbers = numbersIn(messages.at(-1)?.content ?? '', 'Requirement')
    return JSON.stringify({
      requirements: numbers.map((number) => ({ number, why: 'so', verdict: 'violated' })),
      why: 'so',
      attempts_answer: false,
    })
  },
  judge: () => '<verdict><better> better: [] </better>, <worse> worse: [] </worse></verdict>',
}

const SMALL_REPLIES: Record<keyof typeof REPLIES, (request: ChatRequest) => string> = {
  analyse: ({ source: { part } }) =>
    part === 'requirements'
      ? Array.from({ length: REQUIREMENTS }, (_all, index) => `Condition ${index + 1}`).join('\n')
      : 'A sentence.',
  write: ({ messages, source }: ChatRequest) => {
    const text = messages.at(-1)?.content ?? ''
    return `Title: A title\n${shuffled(text, lengthIn(text), source.part)}`
  },
  verify: ({ source: { part } }: ChatRequest) => (part.endsWith('answers') ? 'NOT' : 'VIOLATED'),
  judge: () => 'NOT',
}

const numbersIn = (text: string, label: string) =>
  [...text.matchAll(new RegExp(`^${label} \\((\\d+)\\)`, 'gm'))].map(([, number]) => Number(number))

/** Returns the length that the built-in prompt asks for. */
const lengthIn = (text: string) => Number(/^Write about (\d+) characters/m.exec(text)?.[1] ?? 600)

/** Shuffles the words of the relevant passages, or their characters if there are no words, so that no gate refuses the result. */
function shuffled(prompt: string, length: number, seed: string): string {
  const shown = /<relevant>\n([\s\S]*?)\n<\/relevant>/.exec(prompt)?.[1] ?? prompt
  const text = shown.replace(/^Relevant \(\d+\):/gm, '')
  const words = text.trim().split(/\s+/)
  const isWordy = words.length >= 8
  const units = isWordy ? words : [...text.replace(/\s/g, '')]
  const drawn = units
    .map((unit, index) => [unitHash(`${seed} ${index}`), unit] as const)
    .toSorted((one, other) => one[0] - other[0])
    .map(([, unit]) => unit)
  const mixed = drawn.join(isWordy ? ' ' : '')
  return [...mixed.repeat(Math.ceil(length / Math.max(1, mixed.length)))].slice(0, length).join('')
}
