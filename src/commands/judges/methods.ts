// The method by which a model is asked: rlhn's prompt for chat models, percpos's scores for encoders and rerankers.
import { CALL_OPTIONS, type CallValues } from '../../job/options.ts'
import type { MethodDefinition } from '../../method/definition.ts'
import { CHECK_OPTIONS } from '../../judging/options.ts'
import { tasksOf } from '../../method/options.ts'
import { percposDefinition } from '../../methods/percpos/definition.ts'
import { rlhnDefinition } from '../../methods/rlhn/definition.ts'
import { readOptions } from '../../options/options.ts'
import type { Row } from '../../rows/row.ts'
import type { JudgeMethod } from './asked.ts'
import type { JudgeName } from './names.ts'
import type { JudgesValues } from './options.ts'

/** Returns the method with this one model. Chat models are asked about all negatives of a row. */
export function methodOf({ kind, spec }: JudgeName, values: JudgesValues): JudgeMethod {
  const { task, tasks, tasksFrom, keepDuplicates } = values
  if (kind === 'scorer') return planned(percposDefinition, { scorer: spec, task, tasks, tasksFrom, keepDuplicates })
  const { stage, prompts, promptSet, maxPassages, shuffle, maxTokens, temperature } = values
  const asked = {
    [stage]: spec,
    task,
    tasks,
    tasksFrom,
    keepDuplicates,
    prompts,
    promptSet,
    maxPassages,
    shuffle,
    maxTokens,
    temperature,
  }
  return { ...planned(rlhnDefinition, { ...asked, beyond: 'judge', confirm: 0 }), together: maxPassages }
}

function planned(definition: MethodDefinition, options: Record<string, unknown>): JudgeMethod {
  const read = readOptions(definition.gatherOptions, options)
  const chosen = definition.choose?.({ ...readOptions(definition.policyOptions, {}), ...read }, true)
  return { definition, plan: definition.plan({ ...read, ...chosen }), together: undefined }
}

/** Returns whether some judge may not be asked about a row, so that the sample is the same for all. */
export function exemption(values: JudgesValues, names: readonly JudgeName[]): (row: Row) => boolean {
  const methods = [
    ...(names.some(({ kind }) => kind === 'chat') ? [rlhnDefinition.name] : []),
    ...(names.some(({ kind }) => kind === 'scorer') ? [percposDefinition.name] : []),
  ]
  if (methods.length === 0) return () => false
  const tasks = tasksOf(values)
  return (row) => tasks.of(row).exempt.some((method) => methods.includes(method))
}

/** Returns how models are called; what only a job over all rows has takes its default. */
export const callValuesOf = (values: JudgesValues): CallValues => ({
  ...values,
  limit: undefined,
  pilot: undefined,
  noStop: false,
  serviceTier: undefined,
  shard: undefined,
  batch: undefined,
  batchRequests: undefined,
  batchTokens: undefined,
  noWait: false,
  poll: CALL_OPTIONS.poll.default,
  ...readOptions(CHECK_OPTIONS, { noCheck: true }),
})
