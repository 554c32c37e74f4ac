// Settings of ARHN, and a function that asks one question with as many samples as there are votes.
import { definedIn } from '../../base/defined.ts'
import type { Ask, ChatMessage, ChatRequest, ReplyFormat } from '../../llm/chat.ts'
import type { Constraint } from '../../llm/form.ts'
import { CONFIRM } from '../../policy/confirming.ts'
import { askUntilRead, type Reading } from '../../llm/read.ts'
import type { Passage, Row } from '../../rows/row.ts'
import type { Task } from '../../tasks/task.ts'
import type { Unread, Verdict } from '../../evidence/evidence.ts'
import type { ArhnPrompts, ArhnStage } from './prompt.ts'

export interface ArhnSettings {
  /** Model identity. */
  model: string
  taskOf: (row: Row) => Task
  prompts: ArhnPrompts
  /** Passages in one extraction call. Paper: 1. */
  passagesPerCall: number
  /** Whether candidates without an answer are ranked as well. */
  rankAll: boolean
  /** Samples of each question. Paper: 1. */
  votes: number
  /** Orders in which the candidates are shown. Paper: 1. */
  permutations: number
  /** Further orders in which a window is shown again if a candidate ranks above a positive in it. Paper: 0. */
  confirm: number
  /** Seed of the random orders. */
  seed: number
  /** Whether passages that share an extraction call are shown in a drawn order. Recorded replies are in the order of the row. */
  isShuffled: boolean
  /** Whether an extraction may be no longer than what there is to copy. Not where a model thinks first. */
  isCapped: boolean
  temperature: number
  /** Upper limit of a reply, in tokens. */
  maxTokens: number
  /** How the server constrains the format of a ranking; undefined leaves the model free. */
  constrain: Constraint | undefined
  /** Whether a reasoning model may think before it answers. */
  think: boolean
}

/** A row with its task, the settings and the model to ask. */
export interface Subject {
  row: Row
  task: Task
  settings: ArhnSettings
  ask: Ask
}

export interface Question {
  stage: ArhnStage
  /** Whether the calls confirm what others found: they count as a stage of their own. */
  confirms?: boolean
  /** Identifies the call within the row and stage. */
  part: string
  messages: ChatMessage[]
  /** Default: the number of votes. */
  samples?: number
  format?: ReplyFormat | undefined
  /** Upper limit of the reply, in tokens, if it is lower than that of the run. */
  maxTokens?: number
}

/** Asks one question, all samples in parallel, and reads each reply. */
export function sample<T>(subject: Subject, question: Question, reader: (text: string) => T): Promise<Reading<T>[]> {
  const { settings, ask } = subject
  const request = requestFor(subject, question)
  const samples = question.samples ?? settings.votes
  const rules = { samples, rule: settings.prompts.rules[question.stage] }
  const one = async (number: number): Promise<Reading<T>> => {
    const first = { ...request, sample: number }
    const reading = await askUntilRead(ask, first, reader, rules)
    if (first.maxTokens === settings.maxTokens || !isCutInThought(reading)) return reading
    return askUntilRead(ask, { ...first, maxTokens: settings.maxTokens }, reader, rules)
  }
  return Promise.all(Array.from({ length: samples }, (_all, number) => one(number)))
}

/** Whether a limit that leaves room for an answer was used up by thoughts, in the text or beside it. */
const isCutInThought = (reading: Reading<unknown>): boolean =>
  !reading.read && reading.why === 'truncated' && /^\s*(?:<think>|$)/i.test(reading.raw ?? '')

function requestFor(
  { row, settings }: Subject,
  { stage, confirms, part, messages, format, maxTokens }: Question,
): ChatRequest {
  const { model, temperature, think, prompts } = settings
  return {
    model,
    messages: think ? messages : withoutThinking(messages),
    temperature,
    maxTokens: Math.min(settings.maxTokens, maxTokens ?? Infinity),
    sample: 0,
    source: {
      method: 'arhn',
      stage: confirms === true ? CONFIRM : stage,
      prompt: prompts.versions[stage].name,
      row: row.id,
      query: row.query,
      part,
      attempt: 1,
    },
    ...(format && { format }),
    ...(!think && { think: false }),
  }
}

/** Adds `/no_think`: Qwen3 and related models read the switch from the last message on every server. */
function withoutThinking(messages: ChatMessage[]): ChatMessage[] {
  return messages.map((message, index) =>
    index === messages.length - 1 ? { ...message, content: `${message.content}\n\n/no_think` } : message,
  )
}

/** Builds a verdict about a passage. */
export function verdictOf(
  { settings }: Subject,
  stage: ArhnStage,
  { id }: Passage,
  verdict: string,
  more: { [Key in keyof Verdict]?: Verdict[Key] | undefined },
): Verdict {
  const { model, prompts } = settings
  return {
    kind: 'verdict',
    passage: id,
    stage,
    model,
    prompt: prompts.versions[stage].name,
    verdict,
    ...definedIn(more),
  }
}

/** Records that a call about these passages gave nothing readable. */
export function unreadOf(
  { settings: { model } }: Subject,
  stage: ArhnStage | typeof CONFIRM,
  passages: Passage[],
  { why, detail, raw }: Pick<Unread, 'why' | 'detail' | 'raw'>,
): Unread {
  return { kind: 'unread', stage, model, passages: passages.map(({ id }) => id), why, detail, raw }
}
