// A model for ARHN with given knowledge: which words of a passage answer, and how good each candidate is.
import type { ScriptedReply, SeenRequest } from './chat-server.ts'

/** The knowledge of the model. Texts are exactly those of the rows. */
export interface Knowledge {
  /** Returns the words of a passage that answer a query (or a step of it), if any. */
  answerIn(query: string, text: string, step?: string): string | undefined
  /** Orders candidates: the smallest comes first. */
  place(query: string, text: string, step?: string): number | string
  /** Returns the steps of a query in the form of the reply. */
  stepsOf?(query: string, positives: string[]): string
}

/** The question of an ARHN request, read from its prompt. */
export interface ArhnQuestion {
  stage: 'steps' | 'extract' | 'rank'
  query: string
  /** The texts shown, in order. */
  texts: string[]
  /** The steps of a multi-hop question that an extraction looks for, or the one of a ranking. */
  steps: string[]
}

export function asked({ messages }: Pick<SeenRequest, 'messages'>): ArhnQuestion {
  const prompt = messages.at(-1)?.content ?? ''
  const query = within(prompt, 'query')
  const step = within(prompt, 'step')
  const candidates = numbered(within(prompt, 'candidates'))
  if (candidates.length > 0) return { stage: 'rank', query, texts: candidates, steps: step === '' ? [] : [step] }
  const positives = numbered(within(prompt, 'positives'))
  if (positives.length > 0) return { stage: 'steps', query, texts: positives, steps: [] }
  const several = numbered(within(prompt, 'passages'))
  const texts = several.length > 0 ? several : [textOf(within(prompt, 'passage'))]
  const steps = [...within(prompt, 'steps').matchAll(/^Step \d+: (.*)$/gm)].map(([, what = '']) => what)
  return { stage: 'extract', query, texts, steps }
}

/** Returns the correct reply to an ARHN request. */
export function answer(request: Pick<SeenRequest, 'messages'>, knowledge: Knowledge): string {
  const { stage, query, texts, steps } = asked(request)
  if (stage === 'rank') {
    const order = orderOf(texts, (text) => knowledge.place(query, text, steps[0]))
    const inJson = request.messages.some(({ content }) => content.includes('{"ranking":'))
    return inJson ? JSON.stringify({ ranking: (order.match(/\d+/g) ?? []).map(Number) }) : order
  }
  if (stage === 'steps') return knowledge.stepsOf?.(query, texts) ?? ''
  const wordsIn = (text: string, of?: string) => knowledge.answerIn(query, text, of) ?? 'NO_ANSWER'
  const [only = ''] = texts
  if (steps.length > 0) return steps.map((step, index) => `Step ${index + 1}: ${wordsIn(only, step)}`).join('\n')
  if (request.messages.at(-1)?.content.includes('<passage>')) return wordsIn(only)
  return texts.map((text, index) => `[${index + 1}] ${wordsIn(text)}`).join('\n')
}

export const answerFrom =
  (knowledge: Knowledge) =>
  (request: SeenRequest): ScriptedReply => ({ text: answer(request, knowledge) })

function within(prompt: string, tag: string): string {
  return new RegExp(`<${tag}>\\n([\\s\\S]*?)\\n</${tag}>`).exec(prompt)?.[1] ?? ''
}

/** Returns the texts of a numbered list of passages. */
function numbered(list: string): string[] {
  return list
    .split(/(?:^|\n\n)\[\d+\][ \n]/)
    .slice(1)
    .map((item) => textOf(item.replace(/^(?:Marked words: .*\n)?Passage: /, '')))
}

const textOf = (shown: string) => shown.replace(/^Title: .*\n/, '')

function orderOf(texts: string[], place: (text: string) => number | string): string {
  const items = texts.map((text, index) => ({ number: index + 1, at: place(text) }))
  const sorted = items.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
  return sorted.map(({ number }) => `[${number}]`).join(' > ')
}
