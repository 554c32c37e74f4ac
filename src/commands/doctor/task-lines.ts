// Which tasks winnow clean would use for the rows of a file, and what of the rows chose them.
import { counted, plural } from '../../base/format.ts'
import { cut, oneLine } from '../../base/text.ts'
import { conflictLines } from '../../tasks/counts.ts'
import type { DatasetCount, Overview } from './overview.ts'

const DATASETS_SHOWN = 8

/** Returns one line for each task and each thing that chose it, then what the user should look at. */
export function taskLines({ datasets, taskConflicts }: Pick<Overview, 'datasets' | 'taskConflicts'>): string[] {
  const groups = Map.groupBy(datasets, ({ task, by }) => `${task} ${by}`)
  return [...[...groups.values()].map(groupLine), ...unknownLines(datasets), ...conflictLines(taskConflicts)]
}

function groupLine(members: DatasetCount[]): string {
  const { task, by, words, exempt } = members[0] as DatasetCount
  const rows = members.reduce((sum, member) => sum + member.rows, 0)
  const why = words === undefined ? `by ${by}` : `by ${by} ${JSON.stringify(cut(oneLine(words), 60))}`
  const left = exempt.length > 0 ? `; exempt from ${exempt.join(', ')}` : ''
  return `${task} for ${plural(rows, 'row')} ${why}${namesIn(members)}${left}`
}

function namesIn(members: DatasetCount[]): string {
  if (members.every(({ dataset }) => dataset === null)) return ''
  const shown = members
    .slice(0, DATASETS_SHOWN)
    .map(({ dataset, rows }) => `${counted(rows)} ${dataset === null ? 'without a dataset' : cut(dataset, 40)}`)
  const rest = members.length - shown.length
  return `: ${[...shown, ...(rest > 0 ? [plural(rest, 'more dataset')] : [])].join(', ')}`
}

/** Counts datasets that only get the default task, because the user should say what is relevant in them. */
function unknownLines(datasets: DatasetCount[]): string[] {
  const unknown = datasets.filter(({ dataset, by }) => dataset !== null && by === 'default')
  if (unknown.length === 0) return []
  return [
    `${counted(unknown.length)} of these datasets ${unknown.length === 1 ? 'has' : 'have'} no built-in task: define what is relevant with winnow clean --tasks FILE`,
  ]
}
