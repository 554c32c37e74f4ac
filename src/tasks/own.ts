// Reads the user's own tasks: a file with one task, or one that maps datasets to tasks.
import { readFileSync } from 'node:fs'
import { parse as parseYaml } from 'yaml'
import { UsageError, messageOf } from '../base/errors.ts'
import {
  filledText,
  fits,
  flag,
  listOf,
  optional,
  record,
  text,
  textByName,
  texts,
  type Fields,
  type ValuesOf,
} from '../base/fields.ts'
import { isObject } from '../base/json.ts'
import type { Task } from './task.ts'

const TASK = {
  name: filledText('what the task is called'),
  query: optional(filledText('what the query is')),
  relevant: filledText('what a relevant passage does'),
  nearMiss: optional(filledText('what looks relevant and is not')),
  passages: optional(filledText('how the passages are written')),
  answers: optional(flag('whether passages answer the query')),
  multiHop: optional(flag('whether the answer has to be joined from several passages')),
  exempt: optional(texts('methods that must not touch rows of this task')),
}

const MAPPING = {
  default: optional(text('the task of datasets that are not listed')),
  datasets: optional(textByName('the task of each dataset')),
  types: optional(textByName('the task of rows with each type')),
  prompts: optional(textByName('the task of rows with each prompt')),
  tasks: optional(listOf(record(TASK, 'a task'), 'tasks of your own')),
}

/** Maps what rows say to tasks. */
export interface Mapping {
  default: string | undefined
  datasets: Record<string, string>
  types: Record<string, string>
  prompts: Record<string, string>
  tasks: Task[]
}

/** @throws UsageError with everything wrong in the file */
export function readTask(path: string): Task {
  return complete(readFields(path, TASK))
}

/** @throws UsageError with everything wrong in the file */
export function readMapping(path: string): Mapping {
  const { default: otherwise, datasets = {}, types = {}, prompts = {}, tasks = [] } = readFields(path, MAPPING)
  return { default: otherwise, datasets, types, prompts, tasks: tasks.map(complete) }
}

const complete = (given: ValuesOf<typeof TASK>): Task => ({
  name: given.name,
  query: given.query ?? 'query',
  relevant: given.relevant,
  nearMiss: given.nearMiss ?? 'It is on the same subject but does not do that.',
  passages: given.passages ?? 'Texts of any kind.',
  answers: given.answers ?? true,
  multiHop: given.multiHop ?? false,
  exempt: given.exempt ?? [],
})

function readFields<F extends Fields>(path: string, fields: F): ValuesOf<F> {
  let value: unknown
  try {
    value = parseYaml(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${messageOf(error)}`, { cause: error })
  }
  const faults = faultsIn(value, fields, '')
  if (faults.length === 0) return value as ValuesOf<F>
  throw new UsageError(`${path}: ${faults.join('; ')}`)
}

/** Returns everything wrong with a value that should hold these fields and no others. */
function faultsIn(value: unknown, fields: Fields, at: string): string[] {
  const names = Object.keys(fields)
  if (!isObject(value)) return [`${at || 'top level: '}allowed: a map of ${names.join(', ')}`]
  const unknown = Object.keys(value).filter((name) => !names.includes(name))
  return [
    ...Object.entries(fields).flatMap(([name, field]) => {
      const held = value[name]
      if (field.type === 'list' && Array.isArray(held)) {
        return held.flatMap((item, index) => faultsIn(item, field.fields, `${at}${name}.${index}.`))
      }
      if (fits(field, held)) return []
      if (held === undefined) return [`${at}${name}: missing: ${field.doc}`]
      return [`${at}${name}: ${JSON.stringify(held)}: allowed: ${field.allowed}`]
    }),
    ...unknown.map((name) => `${at}${name}: unknown; known: ${names.join(', ')}`),
  ]
}
