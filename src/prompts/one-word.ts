// Questions that one word answers, for small models: the words, what is asked of a model that says something else, and how they are read.
import { UnreadableReply } from '../llm/read.ts'

export const PREFERENCE_QUESTION =
  'Which text serves better? Answer with one word on one line, FIRST, SECOND or EQUAL, and with nothing else.'

/** What is asked of a model whose reply could not be read. */
export const RELEVANCE_RULE = 'Answer with RELEVANT or with NOT alone.'
export const PREFERENCE_RULE = 'Answer with FIRST, with SECOND or with EQUAL alone.'

/** A word needs no more tokens; a small model that thinks first does. */
export const MOST_WORD_TOKENS = 1_024

/** @throws UnreadableReply unless it is one of the two words */
export function readRelevance(text: string): boolean {
  const word = oneWordIn(text)
  if (word === 'relevant') return true
  if (word === 'not' || word === 'not relevant' || word === 'irrelevant') return false
  throw new UnreadableReply('malformed', 'it is neither RELEVANT nor NOT')
}

/** @throws UnreadableReply unless it is one of the three words */
export function readPreference(text: string): 'first' | 'second' | 'equal' {
  const word = oneWordIn(text)
  if (word === 'first' || word === 'second' || word === 'equal') return word
  throw new UnreadableReply('malformed', 'it is none of FIRST, SECOND and EQUAL')
}

/** Longer texts are no word. */
const MOST = 100

/** A single line in lower case, without the marks and the label that models put around it; '' for anything longer. */
export function oneWordIn(text: string): string {
  const line = text.trim()
  if (line.length > MOST || line.includes('\n')) return ''
  return line
    .toLowerCase()
    .replace(/["'`*_.!\u200b]/g, '')
    .replace(/^(?:answer|verdict) ?: ?/, '')
    .trim()
}
