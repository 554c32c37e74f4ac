// The input of a scorer: the query, then each passage, one message each.
import { sha256 } from '../../base/hash.ts'
import type { ChatMessage } from '../../llm/chat.ts'
import { scoringMessages } from '../../llm/scoring.ts'
import { titleAndText, type Passage, type Row } from '../../rows/row.ts'
import type { PromptVersion } from '../../prompts/template.ts'

/** Raise it whenever the form of a passage changes. */
const VERSION = 1

export function pairsOf(
  { query }: Pick<Row, 'query'>,
  passages: readonly Pick<Passage, 'title' | 'text'>[],
): ChatMessage[] {
  return scoringMessages(query, passages.map(titleAndText))
}

/** The form in which passages are given; a scorer has no other prompt. */
export const PERCPOS_PROMPT: PromptVersion = {
  name: `percpos.score@${VERSION}`,
  hash: sha256(
    JSON.stringify(pairsOf({ query: '{query}' }, [{ title: '{title}', text: '{text}' }, { text: '{text}' }])),
    16,
  ),
}
