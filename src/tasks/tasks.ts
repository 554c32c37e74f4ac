// Chooses the task of each row: one for the whole run; or by the user's mapping, and else by what the row itself says.
import { UsageError } from '../base/errors.ts'
import type { Row } from '../rows/row.ts'
import { BUILT_IN_TASKS, DEFAULT_TASK } from './built-in.ts'
import { FIRST_NAMES, plainName } from './names.ts'
import { readMapping, readTask, type Mapping } from './own.ts'
import type { Task } from './task.ts'
import { rulesHash, taskToldBy, TOLD, toldBy, type Told, type ToldBy } from './told.ts'

/** What chose a task: `--task`, `--tasks`, something that the row says, or nothing, so that it is the default. */
export type ChosenBy = 'option' | 'mapping' | ToldBy | 'default'

export interface ChosenTask {
  task: Task
  by: ChosenBy
  /** The words of the row that chose it: a dataset, a type, a prompt. Empty if none did. */
  words: string
  /** What the row also says, if it stands for a task of another kind. */
  against?: { by: ToldBy; words: string; task: string }
}

export interface TaskChoice {
  /** Returns the task of a row. */
  of(row: Row): Task
  /** Returns the task of a row, and what chose it. */
  chosen(row: Row): ChosenTask
  /** Every task that a row can have. */
  all: readonly Task[]
  /** The settings that determine it, as plain data: part of the run's identity. */
  settings:
    | { task: Task }
    | { datasets: Record<string, string>; otherwise: string; own: Task[] }
    | { rules: string; mapping: Omit<Mapping, 'default' | 'tasks'>; otherwise: string; own: Task[] }
}

/**
 * Uses one task for every row: the name of a built-in one, or a YAML or JSON file with the user's own.
 * @throws UsageError naming the known tasks, or what is wrong in the file
 */
export function oneTask(nameOrFile: string): TaskChoice {
  const task = BUILT_IN_TASKS.find(({ name }) => name === nameOrFile) ?? ownTask(nameOrFile)
  const choose = (told: Told): ChosenTask => ({ task, by: 'option', words: '', ...conflictIn(task, told) })
  return { ...remembering(choose), all: [task], settings: { task } }
}

function ownTask(path: string): Task {
  if (!/\.(ya?ml|json)$/.test(path)) {
    throw new UsageError(`unknown task "${path}"; built in: ${BUILT_IN_TASKS.map(({ name }) => name).join(', ')}`, {
      hint: 'Your own task is a YAML or JSON file with "name" and "relevant".',
    })
  }
  return readTask(path)
}

const NO_MAPPING: Mapping = { default: undefined, datasets: {}, types: {}, prompts: {}, tasks: [] }

/**
 * Chooses by the user's mapping of datasets, types and prompts; then by the row's dataset, type and prompt, in this order, as the built-in
 * names and rules read them; then takes the default.
 */
export function tasksOfRows(path?: string): TaskChoice {
  const mapping = path === undefined ? NO_MAPPING : readMapping(path)
  const { named, otherwise } = namesOf(mapping, path)
  const given = {
    dataset: tasksIn(mapping.datasets, named, plainName),
    type: tasksIn(mapping.types, named, trimmed),
    prompt: tasksIn(mapping.prompts, named, trimmed),
  }
  const mapped = (told: Told): ChosenTask | undefined => {
    for (const by of TOLD) {
      const words = told[by]
      const task = words === undefined ? undefined : given[by](words)
      if (task !== undefined) return { task, by: 'mapping', words: words as string }
    }
    return undefined
  }
  const said = (told: Told): ChosenTask | undefined => {
    for (const by of TOLD) {
      const words = told[by]
      const name = words === undefined ? undefined : taskToldBy(by, words)
      if (name !== undefined) return { task: named(name, by), by, words: words as string }
    }
    return undefined
  }
  const choose = (told: Told): ChosenTask => {
    const found = mapped(told) ?? said(told) ?? { task: otherwise, by: 'default' as const, words: '' }
    return { ...found, ...conflictIn(found.task, told) }
  }
  const { datasets, types, prompts, tasks: own } = mapping
  return {
    ...remembering(choose),
    all: [...new Set([otherwise, ...BUILT_IN_TASKS, ...own])],
    settings: { rules: rulesHash(), mapping: { datasets, types, prompts }, otherwise: otherwise.name, own },
  }
}

/** Chooses by the row's dataset alone, from the user's mapping, then from the first names, as runs did before rows were asked for more. */
export function tasksByDataset(path?: string): TaskChoice {
  const mapping = path === undefined ? NO_MAPPING : readMapping(path)
  const { named, otherwise } = namesOf(mapping, path)
  const given = Object.entries(mapping.datasets).map(
    ([dataset, name]) => [plainName(dataset), named(name, dataset)] as const,
  )
  const builtIn = Object.entries(FIRST_NAMES).map(([dataset, name]) => [dataset, named(name, dataset)] as const)
  const byDataset = new Map([...builtIn, ...given])
  const datasets = Object.fromEntries([...byDataset].map(([dataset, { name }]) => [dataset, name]))
  const choose = ({ dataset: words = '' }: Told): ChosenTask => {
    const task = byDataset.get(plainName(words))
    return task === undefined ? { task: otherwise, by: 'default', words: '' } : { task, by: 'dataset', words }
  }
  return {
    ...remembering(choose),
    all: [...new Set([otherwise, ...byDataset.values()])],
    settings: { datasets, otherwise: otherwise.name, own: mapping.tasks },
  }
}

function namesOf(mapping: Mapping, path: string | undefined) {
  const known = new Map([...BUILT_IN_TASKS, ...mapping.tasks].map((task) => [task.name, task]))
  const named = (name: string, where: string): Task => {
    const task = known.get(name)
    if (task) return task
    throw new UsageError(`${path}: ${where}: unknown task "${name}"; known: ${[...known.keys()].join(', ')}`)
  }
  return { named, otherwise: named(mapping.default ?? DEFAULT_TASK, '"default"') }
}

const trimmed = (text: string) => text.trim()

function tasksIn(
  mapped: Record<string, string>,
  named: (name: string, where: string) => Task,
  keyOf: (words: string) => string,
): (words: string) => Task | undefined {
  const tasks = new Map(Object.entries(mapped).map(([words, name]) => [keyOf(words), named(name, words)]))
  return (words) => tasks.get(keyOf(words))
}

/** Tasks whose rows are not those of a search; a row that asks for one kind and gets another is worth a word. */
const KINDS: Readonly<Record<string, string>> = {
  classification: 'classes',
  clustering: 'classes',
  'duplicate-question': 'likeness',
  'semantic-similarity': 'likeness',
  entailment: 'likeness',
  translation: 'likeness',
}
const kindOf = (task: string) => KINDS[task] ?? 'search'

/** Returns what the row says against its task. A task of the user's own is of every kind. */
function conflictIn(task: Task, told: Told): Pick<ChosenTask, 'against'> {
  if (!BUILT_IN_TASKS.includes(task)) return {}
  for (const by of TOLD) {
    const words = told[by]
    const name = words === undefined ? undefined : taskToldBy(by, words)
    if (name !== undefined && kindOf(name) !== kindOf(task.name)) {
      return { against: { by, words: words as string, task: name } }
    }
  }
  return {}
}

/** The most combinations of what rows say that are remembered. */
const REMEMBERED = 10_000

/** Rows of a file say few different things, which are looked up once each. */
function remembering(choose: (told: Told) => ChosenTask): Pick<TaskChoice, 'of' | 'chosen'> {
  const known = new Map<string, ChosenTask>()
  const chosen = (row: Row): ChosenTask => {
    const told = toldBy(row)
    const key = JSON.stringify([told.dataset, told.type, told.prompt])
    const found = known.get(key) ?? choose(told)
    if (known.size < REMEMBERED) known.set(key, found)
    return found
  }
  return { chosen, of: (row) => chosen(row).task }
}
