// CausalNeg's questions for small models: one thing a call, answered by a word, a line or a passage. Each is a prompt, a rule for the second
// time, and a reader.
import { sha256 } from '../../base/hash.ts'
import type { ChatMessage } from '../../llm/chat.ts'
import { readLine, readLineOrNone, readLines, readWritten, type Written } from '../../prompts/few-lines.ts'
import { RELEVANCE_RULE, readRelevance } from '../../prompts/one-word.ts'
import { PLACEHOLDER_TASK } from '../../prompts/placeholder.ts'
import type { PromptVersion } from '../../prompts/template.ts'
import { labelled, type Passage, type Row } from '../../rows/row.ts'
import type { Task } from '../../tasks/task.ts'
import type { Fulfilment, Strategy } from '../../evidence/evidence.ts'
import { FEWEST_REQUIREMENTS, MOST_REQUIREMENTS } from './analysis-reply.ts'
import { KINDS } from './analyse-prompt.ts'
import type { CausalnegStage } from './prompt.ts'
import { DATA, does, fenced, querySection, titled } from './prompt-parts.ts'
import { section } from '../../prompts/comparison.ts'
import { readFulfilment } from './verification-reply.ts'
import { lengthText, type Order } from './write-prompt.ts'

const VERSION = 1

export interface SmallQuestion<T> {
  messages: ChatMessage[]
  /** What is asked of a model whose reply could not be read. */
  rule: string
  read: (text: string) => T
}

interface About {
  task: Task
  row: Row
}

/** The row's first positive with a text stands for all. */
const relevant = (row: Row) =>
  section('relevant', titled(labelled(row, 'positive').find(({ text }) => text.trim() !== '') ?? { text: '' }))

function question<T>(
  { task }: About,
  inputs: string[],
  asked: string,
  rule: string,
  read: (text: string) => T,
): SmallQuestion<T> {
  const system = `You prepare training data for a search engine, for one ${task.query}.

Relevant is: ${task.relevant}
Not relevant is: ${task.nearMiss}
What the passages are: ${task.passages}
${DATA}`
  const messages: ChatMessage[] = [
    { role: 'system', content: system },
    { role: 'user', content: [...inputs, asked].join('\n\n') },
  ]
  return { messages, rule, read }
}

const LINE_RULE = 'Answer with one sentence on one line, and with nothing else.'
const LINES_RULE = 'Answer with four lines, one condition on each, and with nothing else.'
const PASSAGE_RULE = 'Answer with the passage alone, in the form asked for, or with NONE alone.'
const FULFILMENT_RULE = 'Answer with HOLDS, with VIOLATED or with ABSENT alone.'

const ofRow = ({ row }: About) => [querySection(row), relevant(row)]

export const needQuestion = (about: About): SmallQuestion<string> =>
  question(
    about,
    ofRow(about),
    `What does somebody with this ${about.task.query} want to have? ${LINE_RULE}`,
    LINE_RULE,
    readLine,
  )

export const meetsQuestion = (about: About): SmallQuestion<string> =>
  question(about, ofRow(about), `How does the relevant passage give it? ${LINE_RULE}`, LINE_RULE, readLine)

export const boundaryQuestion = (about: About): SmallQuestion<string> =>
  question(
    about,
    ofRow(about),
    `What must a text say at least so that it begins to ${does(about.task)}? ${LINE_RULE}`,
    LINE_RULE,
    readLine,
  )

export const requirementsQuestion = (about: About): SmallQuestion<string[]> =>
  question(
    about,
    ofRow(about),
    'Name four conditions, each of which a passage must fulfil so as to be relevant. Each is about one thing only: the person, place, time, number, property or relation that matters here. ' +
      'Write one condition a line, as a short sentence, and nothing else.',
    LINES_RULE,
    (text) => readLines(text, FEWEST_REQUIREMENTS, MOST_REQUIREMENTS),
  )

/** How a passage can break a requirement in one way; the answer is undefined where it cannot. */
export const howQuestion = (about: About, requirement: string, strategy: Strategy): SmallQuestion<string | undefined> =>
  question(
    about,
    [...ofRow(about), section('requirements', fenced(requirement))],
    `A passage is to look relevant and to break this requirement in one way: ${KINDS[strategy]}. What exactly would it treat instead? ${LINE_RULE} If it cannot be done, answer NONE.`,
    `${LINE_RULE} Or answer with NONE alone.`,
    readLineOrNone,
  )

/** One passage to write. */
export interface SmallOrder extends Order {
  /** The requirement to break, in words. */
  text: string
}

export function writeQuestion(
  about: About,
  { text, strategy, how, refused }: SmallOrder,
  references: readonly Passage[],
  hasTitles: boolean,
): SmallQuestion<Written> {
  const { task, row } = about
  const [reference] = references
  const inputs = [
    ...ofRow(about),
    ...(reference === undefined ? [] : [section('references', titled(reference))]),
    section('requirements', fenced(text)),
    ...(refused === undefined ? [] : [section('passages', titled(refused))]),
  ]
  const again =
    refused === undefined ? '' : ` An earlier version, in <passages>, was refused, because ${fenced(refused.why)}.`
  const form = hasTitles
    ? 'Reply with a first line "Title: ..." and the passage below it, and with nothing else.'
    : 'Reply with the passage alone.'
  const asked = `Write a passage that looks relevant and is not: it breaks the requirement, in this way: ${fenced(how === '' ? KINDS[strategy] : how.replace(/\.$/, ''))}.${again} It does not even try to ${does(task)}, and never speaks of itself or of the ${task.query}. It reads like <relevant>${reference === undefined ? '' : ' and <references>'}, in the same language, and copies none of it.
${lengthText(row)}
${form} If it cannot be written, answer NONE.`
  return question(about, inputs, asked, PASSAGE_RULE, (said) => readWritten(said, hasTitles))
}

type Shown = Parameters<typeof titled>[0]

export const attemptQuestion = (about: About, boundary: string, shown: Shown): SmallQuestion<boolean> =>
  question(
    about,
    [querySection(about.row), section('text', titled(shown)), section('boundary', fenced(boundary))],
    `A text begins to ${does(about.task)} where it says what stands in <boundary>. Does any sentence of the text do so, or try to, be it wrong or in part? Answer with one word on one line: RELEVANT if one does, NOT if none does.`,
    RELEVANCE_RULE,
    readRelevance,
  )

export const fulfilmentQuestion = (about: About, requirement: string, shown: Shown): SmallQuestion<Fulfilment> =>
  question(
    about,
    [querySection(about.row), section('text', titled(shown)), section('requirements', fenced(requirement))],
    'Does the text fulfil this requirement? Answer with one word on one line: HOLDS if it does, VIOLATED if it says something else on this point, ABSENT if it says nothing on it.',
    FULFILMENT_RULE,
    readFulfilment,
  )

/** Id, version and hash of the questions of a stage. */
export function smallVersion(stage: CausalnegStage): PromptVersion {
  const passage: Passage = { id: '{id}', text: '{text}', title: '{title}', label: 'positive', origin: 'given' }
  const row: Row = { id: '{row}', query: '{query}', passages: [passage] }
  const wordings = [PLACEHOLDER_TASK, { ...PLACEHOLDER_TASK, answers: false }].flatMap((task) =>
    QUESTIONS[stage]({ task, row }, passage).map(({ messages }) => messages),
  )
  return { name: `causalneg.${stage}.small@${VERSION}`, hash: sha256(JSON.stringify(wordings), 16) }
}

const ORDER: SmallOrder = { number: 1, requirement: 1, strategy: 'entity_shift', how: '{how}', text: '{requirement}' }

const QUESTIONS: Record<CausalnegStage, (about: About, passage: Passage) => SmallQuestion<unknown>[]> = {
  analyse: (about) => [
    needQuestion(about),
    meetsQuestion(about),
    boundaryQuestion(about),
    requirementsQuestion(about),
    howQuestion(about, '{requirement}', 'entity_shift'),
  ],
  write: (about, passage) => [
    writeQuestion(about, ORDER, [passage], true),
    writeQuestion(about, { ...ORDER, refused: { text: '{refused}', why: '{why}' } }, [], false),
  ],
  verify: (about, passage) => [
    attemptQuestion(about, '{boundary}', passage),
    fulfilmentQuestion(about, '{requirement}', passage),
  ],
}
