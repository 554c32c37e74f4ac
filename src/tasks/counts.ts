// Counts the tasks of rows, by what chose them, and the rows that say something else about theirs.
import { bump } from '../base/counts.ts'
import { counted, plural } from '../base/format.ts'
import { shortened } from '../base/strings.ts'
import type { Row } from '../rows/row.ts'
import type { ChosenBy, ChosenTask } from './tasks.ts'
import type { ToldBy } from './told.ts'

/** Rows whose task was chosen by the same thing. */
export interface TaskCount {
  task: string
  by: ChosenBy
  /** What the first of them says: a dataset, a type, a prompt. */
  words: string
  rows: number
  /** Methods that leave them alone. */
  exempt: readonly string[]
}

/** Rows that say one thing by what chose their task, and another besides. */
export interface TaskConflict {
  task: string
  by: ChosenBy
  words: string
  against: { by: ToldBy; words: string; task: string }
  rows: number
  /** The id of the first. */
  row: string
}

/** How many different conflicts are counted apart. */
const CONFLICTS = 20

export class TaskCounts {
  readonly byTask: Record<string, number> = {}
  #choices = new Map<string, TaskCount>()
  #conflicts = new Map<string, TaskConflict>()

  add(row: Row, { task, by, words, against }: ChosenTask): void {
    bump(this.byTask, task.name)
    const said = { task: task.name, by, words: shortened(words, 80) }
    const known = this.#choices.get(`${task.name} ${by}`)
    if (known) known.rows += 1
    else this.#choices.set(`${task.name} ${by}`, { ...said, rows: 1, exempt: task.exempt })
    if (against) this.#addConflict(row, { ...said, against: { ...against, words: shortened(against.words, 80) } })
  }

  #addConflict(row: Row, conflict: Omit<TaskConflict, 'rows' | 'row'>): void {
    const key = JSON.stringify(conflict)
    const known = this.#conflicts.get(key)
    if (known) known.rows += 1
    else if (this.#conflicts.size < CONFLICTS) this.#conflicts.set(key, { ...conflict, rows: 1, row: row.id })
  }

  /** Most rows first. */
  get choices(): TaskCount[] {
    return [...this.#choices.values()].toSorted((one, other) => other.rows - one.rows)
  }

  /** Most rows first. */
  get conflicts(): TaskConflict[] {
    return [...this.#conflicts.values()].toSorted((one, other) => other.rows - one.rows)
  }
}

const BY: Record<ChosenBy, string> = {
  option: 'by --task',
  mapping: 'by --tasks',
  dataset: 'by dataset',
  type: 'by type',
  prompt: 'by prompt',
  default: 'by default',
}

/** Describes the tasks and what chose them, as in `web-search 12 by dataset; classification 10 by type, exempt`. */
function taskWords(choices: readonly TaskCount[], method: string): string {
  return choices
    .map(({ task, by, rows, exempt }) => {
      return `${task} ${counted(rows)} ${BY[by]}${exempt.includes(method) ? ', exempt' : ''}`
    })
    .join('; ')
}

/** Says which rows ask for another kind of task than they got, one line each. */
export function conflictLines(conflicts: readonly TaskConflict[]): string[] {
  return conflicts.map(({ task, by, words, against, rows, row }) => {
    const what = by === 'option' ? '--task' : by === 'default' ? 'the default' : `${NOUNS[by]} ${JSON.stringify(words)}`
    const other = `${against.by} ${JSON.stringify(against.words)} says ${against.task}`
    return `${plural(rows, 'row')} of ${task} by ${what}, whose ${other} (${row}); --tasks FILE decides otherwise`
  })
}

/** Returns all of it in words: the tasks in one line, and a line for each conflict. */
export const taskLines = (counts: Pick<TaskCounts, 'choices' | 'conflicts'>, method: string): string[] => [
  taskWords(counts.choices, method),
  ...conflictLines(counts.conflicts),
]

const NOUNS: Record<Exclude<ChosenBy, 'option' | 'default'>, string> = {
  mapping: '--tasks for',
  dataset: 'the dataset',
  type: 'the type',
  prompt: 'the prompt',
}
