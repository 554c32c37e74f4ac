// How scoring is asked and answered: a request of one message for the query and one for each passage, and a reply that is a JSON list of numbers.
import type { ChatMessage } from './chat.ts'
import { UnreadableReply } from './read.ts'

export function scoringMessages(query: string, passages: readonly string[]): ChatMessage[] {
  return [query, ...passages].map((content) => ({ role: 'user', content }))
}

/** What the messages of a request ask to be scored. */
export function scoringIn(messages: readonly ChatMessage[]): { query: string; passages: string[] } {
  const [query = '', ...passages] = messages.map(({ content }) => content)
  return { query, passages }
}

/** The reply that gives these scores, each to its last digit. What is no finite number is null. */
export const scoresText = (scores: readonly number[]): string => JSON.stringify(scores)

/** @throws UnreadableReply when there are more or fewer scores than passages, or one is no number */
export function readScores(text: string, passages: number): number[] {
  const scores = listIn(text)
  if (scores.length !== passages) {
    throw new UnreadableReply('incomplete', `it gives ${scores.length} scores for ${passages} passages`)
  }
  const at = scores.findIndex((score) => !Number.isFinite(score))
  if (at === -1) return scores as number[]
  throw new UnreadableReply(
    'malformed',
    `the score of passage ${at + 1} is no number but ${JSON.stringify(scores[at])}`,
  )
}

function listIn(text: string): unknown[] {
  try {
    const value = JSON.parse(text) as unknown
    if (Array.isArray(value)) return value
  } catch {
    // Told below.
  }
  throw new UnreadableReply('malformed', 'it is no list of scores')
}
