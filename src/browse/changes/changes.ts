// What a run changed, read from the lists beside its output: some or all of it, filtered, the first or drawn at random.
import { existsSync } from 'node:fs'
import { messageOf, UsageError } from '../../base/errors.ts'
import type { Hooks } from '../../base/hooks.ts'
import { randomFrom } from '../../base/random.ts'
import { LISTS } from '../../methods/index.ts'
import { outputPaths } from '../../job/outputs.ts'
import { openInput } from '../../rows/input.ts'
import { readOptions } from '../../options/options.ts'
import { madeFrom, type OutputOrigin } from '../made-from.ts'
import { readLists, type ItemKind, type ListedItem } from './lists.ts'
import { shownItem, type ShownItem } from './items.ts'
import { CHANGES_OPTIONS, type ChangesOptions, type ChangesValues } from './options.ts'
import { RowCursor } from './row-cursor.ts'

export interface ChangesReport {
  /** The rows that a run wrote, and those that it read. */
  output: string
  input: string
  run: string
  method: string
  /** How many of each kind there are that the filters let through. */
  counts: Partial<Record<ItemKind, number>>
  /** In the order of the rows. */
  items: ShownItem[]
}

/**
 * Reads what a run changed.
 * @param rows its output, with the manifest and the lists beside it
 * @throws UsageError if there is no manifest or no list, or a line of a list is none
 */
export async function listChanges(rows: string, given: ChangesOptions = {}, hooks: Hooks = {}): Promise<ChangesReport> {
  const values = readOptions(CHANGES_OPTIONS, given) as ChangesValues
  if (given.sample !== undefined && given.limit !== undefined)
    throw new UsageError('--sample and --limit exclude each other')
  if (!existsSync(rows)) throw new UsageError(`there is no file ${rows}`)
  const made = madeFrom(rows, values.report)
  if (made === undefined) throw notAnOutput(rows)
  const paths = outputPaths(rows, values.report, undefined, LISTS)
  if (!existsSync(paths.sidecars.changes)) {
    throw new UsageError(`${rows} has no list of changes beside it: ${paths.sidecars.changes} is missing`)
  }
  const chosen = await choose(readLists(paths, values.only), values, made)
  const items = await withRows(chosen.items, made, hooks)
  const { run, method } = made.manifest
  return { output: rows, input: made.input, run, method, counts: chosen.counts, items }
}

function notAnOutput(rows: string): UsageError {
  return new UsageError(`${rows} is not the output of a run: there is no manifest of clean, grow or apply beside it`, {
    hint: `${listOf(rows) ?? 'Give the file that the command wrote to --out.'} If its manifest is in another folder, add --report DIR.`,
  })
}

/** Says which rows a list beside an output belongs to; undefined for any other file. */
function listOf(rows: string): string | undefined {
  const output = /^(.+)\.(?:changes|dropped|undecided|suspects|discarded)\.jsonl$/.exec(rows)?.[1]
  return output === undefined ? undefined : `This is a list beside an output. Did you mean ${output}.jsonl?`
}

/** Returns the items to show and counts all that the filters let through. */
async function choose(lists: AsyncGenerator<ListedItem>, values: ChangesValues, made: OutputOrigin) {
  const counts: Partial<Record<ItemKind, number>> = {}
  const draw = values.sample === undefined ? undefined : randomFrom(values.seed)
  const most = values.sample ?? values.limit
  const items: ListedItem[] = []
  const cursor = values.dataset === undefined ? undefined : await openRows(made)
  let seen = 0
  try {
    for await (const item of lists) {
      if (!fits(item, values)) continue
      if (cursor && (await cursor.at(item.line))?.dataset !== values.dataset) continue
      counts[item.kind] = (counts[item.kind] ?? 0) + 1
      seen += 1
      // A reservoir: each item is kept with the same chance, whatever their number.
      const place = items.length < most ? items.length : draw ? Math.floor(draw() * seen) : most
      if (place < most) items[place] = item
    }
  } finally {
    await cursor?.close()
  }
  return { counts, items: items.toSorted((one, other) => one.line - other.line) }
}

function fits({ record }: ListedItem, { verdict, stage, row, text }: ChangesValues): boolean {
  const holds = (wanted: string) =>
    [record['query'], record['text'], record['reason']].some((each) => holdsWords(each, wanted))
  return (
    (verdict === undefined || record['verdict'] === verdict) &&
    (stage === undefined || record['stage'] === stage) &&
    (row === undefined || record['row'] === row) &&
    (text === undefined || holds(text))
  )
}

const holdsWords = (value: unknown, wanted: string) =>
  typeof value === 'string' && value.toLowerCase().includes(wanted.toLowerCase())

const openRows = async ({ input, options }: OutputOrigin) =>
  new RowCursor(await openInput(input, options['format'] as string | undefined, {}, true))

/** Adds to each item its row. Where the input is gone or was changed, this is said, and the items are shown without. */
async function withRows(items: readonly ListedItem[], made: OutputOrigin, { onNotice }: Hooks): Promise<ShownItem[]> {
  if (items.length === 0) return []
  const shown: ShownItem[] = []
  let cursor: RowCursor | undefined
  try {
    cursor = await openRows(made)
  } catch (error) {
    onNotice?.(`the positives are not shown, because ${made.input} cannot be read: ${messageOf(error)}`)
  }
  let isChanged = false
  try {
    for (const item of items) {
      const row = await cursor?.at(item.line)
      const isSame = row !== undefined && isOf(item, row.query, row.id)
      isChanged ||= cursor !== undefined && !isSame
      shown.push(shownItem(item, isSame ? row : undefined))
    }
  } finally {
    await cursor?.close()
  }
  if (isChanged) onNotice?.(`some positives are not shown, because ${made.input} has changed since the run`)
  return shown
}

/** Whether an item is about a row: by its query, or by its id where the list has no query. */
function isOf({ record }: ListedItem, query: string, id: string): boolean {
  if (typeof record['query'] === 'string') return record['query'] === query
  return String(record['row']).replace(/#\d+$/, '') === id.replace(/#\d+$/, '')
}
