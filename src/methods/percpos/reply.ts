// Reads the scores that a scorer's reply is made of: a JSON list of numbers, one a passage.
import { UnreadableReply } from '../../llm/read.ts'

/** @throws UnreadableReply when there are more or fewer scores than passages, or one is no number */
export function readScores(text: string, passages: number): number[] {
  const scores = listIn(text)
  if (scores.length !== passages) {
    throw new UnreadableReply('incomplete', `it gives ${scores.length} scores for ${passages} passages`)
  }
  const at = scores.findIndex((score) => !Number.isFinite(score))
  if (at === -1) return scores as number[]
  throw new UnreadableReply('malformed', `the score of passage ${at + 1} is no number (${JSON.stringify(scores[at])})`)
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

/** The reply that `readScores` reads. What is no finite number is null. */
export const scoresText = (scores: readonly number[]): string => JSON.stringify(scores)
