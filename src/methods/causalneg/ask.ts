// Settings of CausalNeg, and a function that asks one question of a stage.
import type { CausalnegPolicyOptions } from './policy.ts'
import type { Ask, ChatMessage, ReplyFormat } from '../../llm/chat.ts'
import { askUntilRead, type Reading } from '../../llm/read.ts'
import type { Row } from '../../rows/row.ts'
import type { Task } from '../../tasks/task.ts'
import type { Strategy, Unread } from '../../evidence/evidence.ts'
import type { RlhnPrompt } from '../rlhn/prompt.ts'
import { isTooLong } from '../../llm/split.ts'
import { MOST_WORD_TOKENS } from '../../prompts/one-word.ts'
import type { CausalnegPrompts, CausalnegStage } from './prompt.ts'

/** A stage of the method; the judge is RLHN's. */
export type Stage = CausalnegStage | 'judge'

export interface CausalnegSettings extends Pick<CausalnegPolicyOptions, 'verify' | 'perRow'> {
  /** Model identity by stage; stages that are not used have none. */
  models: Partial<Record<Stage, string>>
  taskOf: (row: Row) => Task
  prompts: CausalnegPrompts
  judgePrompt: RlhnPrompt
  strategies: readonly Strategy[]
  /** Whether refused passages are written once more. */
  rewrites: boolean
  /** Maximum number of mined negatives shown as references of style. */
  references: number
  /** Seed of the order in which a row prefers strategies. */
  seed: number
  /** Temperature of writing; everything else is asked at 0. */
  temperature: number
  /** Upper limit of a reply, in tokens. */
  maxTokens: number
  /** Whether the server constrains the format of the reply. */
  isConstrained: boolean
}

/** A row with its task, the settings and the models to ask. */
export interface Subject {
  row: Row
  task: Task
  settings: CausalnegSettings
  ask: Ask
}

export interface Question {
  stage: Stage
  /** Identifies the call within the row and stage. */
  part: string
  messages: ChatMessage[]
  temperature?: number
  format?: ReplyFormat
  /** What is asked of a model whose reply could not be read. Default: the rule of the stage. */
  rule?: string
  /** Upper limit of the reply, in tokens, if it is lower than that of the run. */
  maxTokens?: number
}

/** Asks one question until its reply can be read. A request that is too long for the model counts as unread. */
export async function askFor<T>(subject: Subject, question: Question, read: (text: string) => T): Promise<Reading<T>> {
  const { row, settings, ask } = subject
  const { stage, part, messages, temperature = 0, format, rule = ruleOf(settings, stage) } = question
  const request = {
    model: modelOf(settings, stage),
    messages,
    temperature,
    maxTokens: Math.min(settings.maxTokens, question.maxTokens ?? Infinity),
    sample: 0,
    ...(settings.isConstrained && format && { format }),
    source: {
      method: 'causalneg',
      stage,
      prompt: promptNameOf(settings, stage),
      row: row.id,
      query: row.query,
      part,
      attempt: 1,
    },
  }
  try {
    return await askUntilRead(ask, request, read, { rule })
  } catch (error) {
    if (!isTooLong(error)) throw error
    return { read: false, why: 'too-long', detail: error.message, raw: undefined }
  }
}

/** Asks a question of which the answer is a word or a few lines. */
export const askSmall = <T>(
  subject: Subject,
  stage: Stage,
  part: string,
  { messages, rule, read }: { messages: ChatMessage[]; rule: string; read: (text: string) => T },
): Promise<Reading<T>> => askFor(subject, { stage, part, messages, rule, maxTokens: MOST_WORD_TOKENS }, read)

/** Returns the model and the prompt of a stage. */
export const askedOf = ({ settings }: Subject, stage: Stage) => ({
  model: modelOf(settings, stage),
  prompt: promptNameOf(settings, stage),
})

function modelOf({ models }: CausalnegSettings, stage: Stage): string {
  const model = models[stage]
  if (model === undefined) throw new Error(`no model for the stage ${stage}`)
  return model
}

const ruleOf = ({ prompts, judgePrompt }: CausalnegSettings, stage: Stage) =>
  stage === 'judge' ? judgePrompt.rule : prompts.rules[stage]

const promptNameOf = ({ prompts, judgePrompt }: CausalnegSettings, stage: Stage) =>
  stage === 'judge' ? judgePrompt.version.name : prompts.versions[stage].name

/** Records that a call about these candidates, or about the whole row, gave nothing readable. */
export function unreadOf(
  subject: Subject,
  stage: Stage,
  passages: string[],
  { why, detail, raw }: Extract<Reading<unknown>, { read: false }>,
): Unread {
  return { kind: 'unread', stage, model: askedOf(subject, stage).model, passages, why, detail, raw }
}
