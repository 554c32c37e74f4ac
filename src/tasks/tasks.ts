// Chooses the task of each row: one for the run, or one by the row's dataset.
import { readFileSync } from 'node:fs'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { UsageError, messageOf } from '../base/errors.ts'
import type { Row } from '../rows/row.ts'
import { BUILT_IN_TASKS, DEFAULT_TASK, KNOWN_DATASETS } from './built-in.ts'
import type { Task } from './task.ts'

export interface TaskChoice {
  /** The task of a row. */
  of(row: Row): Task
  /** Whether the row's dataset is one that has been given a task, and does not merely fall to the default. */
  knows(row: Row): boolean
  /** Every task that a row of this choice can have. */
  all: readonly Task[]
  /** What decides, as plain data: part of the run's identity. */
  settings: { task: Task } | { datasets: Record<string, string>; otherwise: string; own: Task[] }
}

const taskSchema = z.strictObject({
  name: z.string().min(1),
  query: z.string().min(1).default('query'),
  relevant: z.string().min(1),
  nearMiss: z.string().min(1).default('It is on the same subject but does not do that.'),
  passages: z.string().min(1).default('Texts of any kind.'),
  answers: z.boolean().default(true),
  multiHop: z.boolean().default(false),
  exempt: z.array(z.string()).default([]),
})

const mappingSchema = z.strictObject({
  /** The task of datasets that are not listed. */
  default: z.string().optional(),
  datasets: z.record(z.string(), z.string()).default({}),
  tasks: z.array(taskSchema).default([]),
})

/**
 * One task for every row: the name of a built-in one, or a YAML or JSON file with the user's own.
 * @throws UsageError naming the tasks there are, or what is wrong in the file.
 */
export function oneTask(nameOrFile: string): TaskChoice {
  const task = BUILT_IN_TASKS.find(({ name }) => name === nameOrFile) ?? ownTask(nameOrFile)
  return { of: () => task, knows: () => true, all: [task], settings: { task } }
}

function ownTask(path: string): Task {
  if (!/\.(ya?ml|json)$/.test(path)) {
    throw new UsageError(`unknown task "${path}"; built in: ${BUILT_IN_TASKS.map(({ name }) => name).join(', ')}`, {
      hint: 'Your own task is a YAML or JSON file with "name" and "relevant".',
    })
  }
  return parseFile(path, taskSchema)
}

/** Tasks by the row's dataset: the user's mapping first, then the datasets that Winnow knows, then the default. */
export function tasksByDataset(path?: string): TaskChoice {
  const mapping = path === undefined ? mappingSchema.parse({}) : parseFile(path, mappingSchema)
  const known = new Map([...BUILT_IN_TASKS, ...mapping.tasks].map((task) => [task.name, task]))
  const named = (name: string, where: string): Task => {
    const task = known.get(name)
    if (task) return task
    throw new UsageError(`${path}: ${where}: unknown task "${name}"; known: ${[...known.keys()].join(', ')}`)
  }
  const otherwise = named(mapping.default ?? DEFAULT_TASK, '"default"')
  const given = Object.entries(mapping.datasets).map(
    ([dataset, name]) => [plain(dataset), named(name, dataset)] as const,
  )
  const builtIn = Object.entries(KNOWN_DATASETS).map(([dataset, name]) => [dataset, named(name, dataset)] as const)
  const byDataset = new Map([...builtIn, ...given])
  const datasets = Object.fromEntries([...byDataset].map(([dataset, { name }]) => [dataset, name]))
  return {
    knows: ({ dataset }) => dataset !== undefined && byDataset.has(plain(dataset)),
    of: ({ dataset }) => (dataset === undefined ? undefined : byDataset.get(plain(dataset))) ?? otherwise,
    all: [...new Set([otherwise, ...byDataset.values()])],
    settings: { datasets, otherwise: otherwise.name, own: mapping.tasks },
  }
}

const plain = (dataset: string) => dataset.toLowerCase().replace(/[^a-z0-9]/g, '')

function parseFile<T>(path: string, schema: z.ZodType<T>): T {
  let value: unknown
  try {
    value = parseYaml(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${messageOf(error)}`, { cause: error })
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues = result.error.issues.map(({ path: at, message }) => `${at.join('.') || 'top level'}: ${message}`)
  throw new UsageError(`${path}: ${issues.join('; ')}`)
}
