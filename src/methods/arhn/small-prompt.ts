// ARHN's questions for small models: the words of one passage that answer, shown by two worked examples; and which of two texts is better.
import { sha256 } from '../../base/hash.ts'
import type { ChatMessage } from '../../llm/chat.ts'
import { fence } from '../../prompts/fence.ts'
import { comparisonMessages, QUOTED, section } from '../../prompts/comparison.ts'
import { PLACEHOLDER_TASK } from '../../prompts/placeholder.ts'
import type { PromptVersion } from '../../prompts/template.ts'
import type { Passage } from '../../rows/row.ts'
import type { Task } from '../../tasks/task.ts'
import { does, type Candidate } from './prompt.ts'

const VERSION = 1

const fenced = fence(['query', 'passage', 'first', 'second', 'think'])
/** Title and text are fenced together because a tag could begin in the title and end in the text. */
const body = ({ title, text }: Pick<Passage, 'title' | 'text'>) => fenced(title ? `Title: ${title}\n${text}` : text)

interface Example {
  query: string
  text: string
  reply: string
}

/** One passage that has the words, and one that has none, though it has those of the query. */
const EXAMPLES: { answers: readonly Example[]; shows: readonly Example[] } = {
  answers: [
    {
      query: 'How long is the bridge over the Orla at Senn?',
      text: 'The bridge at Senn was opened in 1931. It is 412 metres long and carries two lanes.',
      reply: 'It is 412 metres long',
    },
    {
      query: 'Who wrote the novel The Salt Road?',
      text: 'The novel The Salt Road was filmed in 1974 and sold well abroad.',
      reply: 'NO_ANSWER',
    },
  ],
  shows: [
    {
      query: 'Drinking tea every day lowers the risk of kidney stones.',
      text: 'We followed 8,000 adults. Those who drank tea every day had fewer kidney stones than the others.',
      reply: 'Those who drank tea every day had fewer kidney stones than the others.',
    },
    {
      query: 'Working at night raises the blood pressure of nurses.',
      text: 'Nurses who work at night sleep less by day than other people do at night.',
      reply: 'NO_ANSWER',
    },
  ],
}

/** Asks which words of one passage answer the query, or a step of it. */
export function smallExtractMessages(task: Task, query: string, passage: Passage): ChatMessage[] {
  const system = `You check the training data of a search engine. You look for the words of one passage that show that it ${does(task)}.

What counts: ${task.relevant}
What does not count: ${task.nearMiss}

Copy the shortest piece of the passage that shows it, letter for letter and in one piece. If no piece shows it, say NO_ANSWER. Often no piece does.
${QUOTED}`
  const asked = (about: string, shown: Pick<Passage, 'title' | 'text'>) =>
    `${section('query', fenced(about))}\n\n${section('passage', body(shown))}\n\nReply with the copied words alone, or with NO_ANSWER alone.`
  return [
    { role: 'system', content: system },
    ...EXAMPLES[task.answers ? 'answers' : 'shows'].flatMap(({ query: about, text, reply }): ChatMessage[] => [
      { role: 'user', content: asked(about, { text }) },
      { role: 'assistant', content: reply },
    ]),
    { role: 'user', content: asked(query, passage) },
  ]
}

/** Asks which of two texts serves a query, or a step of it, better. */
export function compareMessages(task: Task, query: string, first: Candidate, second: Candidate): ChatMessage[] {
  const shown = { query: fenced(query), first: marked(first), second: marked(second) }
  return comparisonMessages(task, 'two texts for one', shown)
}

const marked = ({ passage, snippet }: Candidate) =>
  snippet === null ? body(passage) : `${body(passage)}\n\nThe words that matter: ${fenced(snippet.text)}`

/** Id, version and hash of a question. */
export function smallVersion(stage: 'extract' | 'rank'): PromptVersion {
  const passage: Passage = { id: '{id}', text: '{text}', title: '{title}', label: 'negative', origin: 'given' }
  const snippet = { text: '{words}', in: 'text', start: 0, end: 7 } as const
  const tasks = [PLACEHOLDER_TASK, { ...PLACEHOLDER_TASK, answers: false }]
  const wordings = {
    extract: () => tasks.map((task) => smallExtractMessages(task, '{query}', passage)),
    rank: () => [compareMessages(PLACEHOLDER_TASK, '{query}', { passage, snippet }, { passage, snippet: null })],
  }
  return { name: `arhn.${stage}.small@${VERSION}`, hash: sha256(JSON.stringify(wordings[stage]()), 16) }
}
