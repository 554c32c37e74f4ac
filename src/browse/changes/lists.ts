// Reads the lists beside an output as one stream, in the order of the rows.
import { existsSync } from 'node:fs'
import { UsageError, messageOf } from '../../base/errors.ts'
import { isObject } from '../../base/json.ts'
import { readLines, textOf } from '../../base/lines.ts'
import { kindOf, type ListedChange } from '../../job/changes/listed-change.ts'
import type { OutputPaths } from '../../job/outputs.ts'

/** Everything that a run can do to a row or a passage, or say about it. */
export const KINDS = ['relabelled', 'removed', 'added', 'dropped', 'undecided', 'suspect'] as const
export type ItemKind = (typeof KINDS)[number]

/** A line of one of the lists. */
export interface ListedItem {
  kind: ItemKind
  line: number
  record: Record<string, unknown>
}

const LISTS = [
  ['changes', ['relabelled', 'removed', 'added']],
  ['dropped', ['dropped']],
  ['undecided', ['undecided']],
  ['suspects', ['suspect']],
] as const

/** Yields the items of these kinds by row. @throws UsageError naming a line that is none of the list */
export async function* readLists({ sidecars }: OutputPaths, kinds: readonly ItemKind[]): AsyncGenerator<ListedItem> {
  const wanted = LISTS.filter(([, held]) => held.some((kind) => kinds.includes(kind)))
  const streams = wanted.map(([list]) => itemsOf(list, sidecars[list]))
  const heads = await Promise.all(streams.map((stream) => stream.next()))
  for (;;) {
    const next = firstOf(heads)
    if (next === undefined) return
    const { value } = heads[next] as IteratorYieldResult<ListedItem>
    if (kinds.includes(value.kind)) yield value
    heads[next] = await (streams[next] as AsyncGenerator<ListedItem>).next()
  }
}

/** Returns the index of the stream with the lowest line; undefined if all have ended. */
function firstOf(heads: readonly IteratorResult<ListedItem>[]): number | undefined {
  const lines = heads.map((head) => (head.done === true ? Infinity : head.value.line))
  const lowest = Math.min(...lines)
  return lowest === Infinity ? undefined : lines.indexOf(lowest)
}

async function* itemsOf(list: (typeof LISTS)[number][0], path: string): AsyncGenerator<ListedItem, undefined> {
  if (!existsSync(path)) return
  for await (const lines of readLines(path)) {
    for (const line of lines) {
      const text = textOf(line)
      if (text.trim() === '') continue
      const record = recordIn(text, `${path}:${line.number}`)
      yield { kind: kindIn(list, record), line: record['line'] as number, record }
    }
  }
}

/** Returns a record that a run would write to a list; undefined for lists that are not read here. */
export function itemOf(list: string, record: Record<string, unknown>): ListedItem | undefined {
  const [name] = LISTS.find(([each]) => each === list) ?? []
  return name && { kind: kindIn(name, record), line: record['line'] as number, record }
}

function kindIn(list: (typeof LISTS)[number][0], record: Record<string, unknown>): ItemKind {
  if (list === 'changes') return kindOf(record as unknown as ListedChange)
  return list === 'suspects' ? 'suspect' : list
}

function recordIn(text: string, where: string): Record<string, unknown> {
  try {
    const record: unknown = JSON.parse(text)
    if (isObject(record) && Number.isSafeInteger(record['line'])) return record
    throw new Error('it has no "line"')
  } catch (error) {
    throw new UsageError(`${where} is not a line that Winnow wrote: ${messageOf(error)}`, {
      hint: 'Run the command that made the output again: replies that are stored are not paid for again.',
      cause: error,
    })
  }
}
