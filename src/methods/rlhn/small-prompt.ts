// RLHN's two questions for small models: is one document relevant, and if so, is it better than a positive. One word answers each.
import { sha256 } from '../../base/hash.ts'
import type { ChatMessage } from '../../llm/chat.ts'
import { fence } from '../../prompts/fence.ts'
import { comparisonMessages, QUOTED, section } from '../../prompts/comparison.ts'
import { PLACEHOLDER_TASK } from '../../prompts/placeholder.ts'
import type { PromptVersion } from '../../prompts/template.ts'
import type { Passage, Row } from '../../rows/row.ts'
import type { Task } from '../../tasks/task.ts'

const VERSION = 1

const fenced = fence(['query', 'document', 'first', 'second', 'think'])
/** Title and text are fenced together because a tag could begin in the title and end in the text. */
const body = ({ title, text }: Passage) => fenced(title ? `${title}\n${text}` : text)

const RELEVANCE_QUESTION =
  'Does the document fulfil this? Answer with one word on one line, RELEVANT or NOT, and with nothing else.'

export function relevanceMessages(task: Task, { query }: Row, document: Passage): ChatMessage[] {
  const system = `You check the training data of a search engine. You look at one document and one ${task.query}.

Relevant is: ${task.relevant}
Not relevant is: ${task.nearMiss} A text that only shares the subject or the words is not relevant. Most documents are not.
What the documents are: ${task.passages}
${QUOTED}`
  const inputs = [section('query', fenced(query)), section('document', body(document)), RELEVANCE_QUESTION]
  return [
    { role: 'system', content: system },
    { role: 'user', content: inputs.join('\n\n') },
  ]
}

export function preferenceMessages(task: Task, { query }: Row, first: Passage, second: Passage): ChatMessage[] {
  const shown = { query: fenced(query), first: body(first), second: body(second) }
  return comparisonMessages(task, 'two texts that are both about one', shown)
}

/** Id, version and hash of both questions. */
export function smallVersion(stage: string): PromptVersion {
  const passage: Passage = { id: '{id}', text: '{text}', title: '{title}', label: 'negative', origin: 'given' }
  const row: Row = { id: '{row}', query: '{query}', passages: [passage] }
  const wordings = [
    relevanceMessages(PLACEHOLDER_TASK, row, passage),
    preferenceMessages(PLACEHOLDER_TASK, row, passage, { ...passage, text: '{other}' }),
  ]
  return { name: `rlhn.${stage}.small@${VERSION}`, hash: sha256(JSON.stringify(wordings), 16) }
}
