// The format of scoring: a request has one message for the query and one per passage, and a reply is a JSON list of numbers.
import type { ChatMessage } from './chat.ts'
import { UnreadableReply } from './read.ts'

export function scoringMessages(query: string, passages: readonly string[]): ChatMessage[] {
  return [query, ...passages].map((content) => ({ role: 'user', content }))
}

/** Reads the query and passages to score from a request's messages. */
export function scoringIn(messages: readonly ChatMessage[]): { query: string; passages: string[] } {
  const [query = '', ...passages] = messages.map(({ content }) => content)
  return { query, passages }
}

/** Writes scores as a reply, exactly. Numbers that are not finite become null. */
export const scoresText = (scores: readonly number[]): string => JSON.stringify(scores)

/** @throws UnreadableReply if the number of scores differs from that of the passages, or a score is not a number */
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
    // The error below covers this.
  }
  throw new UnreadableReply('malformed', 'it is no list of scores')
}
