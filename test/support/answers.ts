// A model for ARHN that reads off what it is told: which words of a passage answer, and how good each candidate is.
import type { Scripted, SeenRequest } from './chat-server.ts'

/** What the model knows. Texts are as they stand in the rows. */
export interface Knowledge {
  /** The words of a passage that answer a query (or a step of it), or undefined. */
  answerIn(query: string, text: string, step?: string): string | undefined
  /** Orders candidates: the smallest comes first. */
  place(query: string, text: string, step?: string): number | string
  /** The steps of a query, as the reply names them. */
  stepsOf?(query: string, positives: string[]): string
}

/** The right reply to a request of ARHN. */
export function answer({ messages }: Pick<SeenRequest, 'messages'>, knowledge: Knowledge): string {
  const prompt = messages.at(-1)?.content ?? ''
  const query = within(prompt, 'query')
  const step = within(prompt, 'step') || undefined
  const candidates = numbered(within(prompt, 'candidates'))
  if (candidates.length > 0) return orderOf(candidates, (text) => knowledge.place(query, text, step))
  const positives = numbered(within(prompt, 'positives'))
  if (positives.length > 0) return knowledge.stepsOf?.(query, positives) ?? ''
  const wordsIn = (text: string, of?: string) => knowledge.answerIn(query, text, of) ?? 'NO_ANSWER'
  const several = numbered(within(prompt, 'passages'))
  if (several.length > 0) return several.map((text, index) => `[${index + 1}] ${wordsIn(text)}`).join('\n')
  const passage = textOf(within(prompt, 'passage'))
  const steps = [...within(prompt, 'steps').matchAll(/^Step (\d+): (.*)$/gm)]
  if (steps.length === 0) return wordsIn(passage)
  return steps.map(([, number, what = '']) => `Step ${number}: ${wordsIn(passage, what)}`).join('\n')
}

export const answerFrom =
  (knowledge: Knowledge) =>
  (request: SeenRequest): Scripted => ({ text: answer(request, knowledge) })

function within(prompt: string, tag: string): string {
  return new RegExp(`<${tag}>\\n([\\s\\S]*?)\\n</${tag}>`).exec(prompt)?.[1] ?? ''
}

/** The texts of a numbered list of passages. */
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
