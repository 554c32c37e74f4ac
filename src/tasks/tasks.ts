// Chooses the task of each row: one for the whole run, or one by the row's dataset.
import { UsageError } from '../base/errors.ts'
import type { Row } from '../rows/row.ts'
import { BUILT_IN_TASKS, DEFAULT_TASK, KNOWN_DATASETS } from './built-in.ts'
import { readMapping, readTask, type Mapping } from './own.ts'
import type { Task } from './task.ts'

export interface TaskChoice {
  /** Returns the task of a row. */
  of(row: Row): Task
  /** Returns whether a task was assigned to the row's dataset, so that it does not just get the default. */
  knows(row: Row): boolean
  /** Every task that a row can have. */
  all: readonly Task[]
  /** The settings that determine it, as plain data: part of the run's identity. */
  settings: { task: Task } | { datasets: Record<string, string>; otherwise: string; own: Task[] }
}

/**
 * Uses one task for every row: the name of a built-in one, or a YAML or JSON file with the user's own.
 * @throws UsageError naming the known tasks, or what is wrong in the file
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
  return readTask(path)
}

const NO_MAPPING: Mapping = { default: undefined, datasets: {}, tasks: [] }

/** Chooses tasks by the row's dataset: from the user's mapping, then from the known datasets, then the default. */
export function tasksByDataset(path?: string): TaskChoice {
  const mapping = path === undefined ? NO_MAPPING : readMapping(path)
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
