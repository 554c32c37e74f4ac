// A row as one stage of RLHN judges it, and what its calls and its evidence say of that stage.
import type { Ask, ChatMessage, ChatRequest } from '../../llm/chat.ts'
import { CONFIRM } from '../../policy/confirming.ts'
import type { Row } from '../../rows/row.ts'
import type { Task } from '../../tasks/task.ts'
import type { RlhnSettings } from './settings.ts'

/** A stage of the cascade, or that stage asked again in a further order. */
interface JudgingStage extends Readonly<RlhnSettings['stages'][number]> {
  /** From 2; undefined for the order that is shown first. */
  order?: number
}

export interface Judged {
  row: Row
  task: Task
  stage: JudgingStage
  settings: RlhnSettings
  ask: Ask
}

/** The name of the stage in calls and in evidence. */
export const stageOf = ({ stage, order }: JudgingStage): string => (order === undefined ? stage : CONFIRM)

/** The order, for evidence. */
export const orderOf = ({ order }: JudgingStage) => (order === undefined ? undefined : { order })

/** Returns a request of the stage. A further order has a sample of its own: a list of one document looks the same in every order. */
export function requestOf({ row, stage, settings }: Judged, part: string, messages: ChatMessage[]): ChatRequest {
  const { order = 1 } = stage
  return {
    model: stage.model,
    messages,
    temperature: settings.temperature,
    maxTokens: settings.maxTokens,
    sample: order - 1,
    source: {
      method: 'rlhn',
      stage: stageOf(stage),
      prompt: stage.prompt.version.name,
      row: row.id,
      query: row.query,
      part: order === 1 ? part : `${order}.${part}`,
      attempt: 1,
    },
  }
}
