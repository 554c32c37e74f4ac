// The files that a path of rows stands for: itself, those of a folder as `datasets` lays it out, or those of a pattern.
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../../base/errors.ts'

const ROWS = /\.(jsonl?|ndjson|parquet|pq|arrow|csv|tsv)(\.gz|\.zst)?$/i
/** Files of a collection, of settings or of an earlier run of Winnow, which hold no rows. */
const NO_ROWS =
  /(^|\/)(dataset_infos?|state|dataset_dict|merlin_metadata|config|metadata|package(-lock)?)\.json$|\.(manifest|changes|undecided|dropped|suspects|discarded|bad|evidence)\.(json|jsonl|parquet)$|(^|\/)\./
const OTHER_SPLIT = /(^|\/)(test|valid|validation|dev|eval)([-_.0-9][^/]*)?(\/|$)/i
const TRAIN_SPLIT = /(^|\/)train([-_.0-9][^/]*)?(\/|\.|$)/i

/** Returns whether a path is a pattern rather than a name. */
const isPattern = (path: string) => /[*?[{]/.test(path) && statSync(path, { throwIfNoEntry: false }) === undefined

export const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/**
 * Returns the files of rows, in order: the train split of a folder with splits, all files of one without.
 * @throws UsageError if there are none
 */
export async function filesOfRows(path: string): Promise<string[]> {
  if (isPattern(path)) {
    const files: string[] = []
    for await (const file of glob(path)) if (!isFolder(file)) files.push(file)
    if (files.length === 0) throw new UsageError(`no file matches ${path}`)
    return files.toSorted()
  }
  if (!isFolder(path)) return [path]
  const saved = savedFiles(path)
  if (saved !== undefined) return saved
  const files = [...filesUnder(path)].filter((name) => ROWS.test(name) && !NO_ROWS.test(name)).toSorted()
  const train = files.filter((name) => TRAIN_SPLIT.test(name))
  const rows = train.length > 0 ? train : files.filter((name) => !OTHER_SPLIT.test(name))
  if (rows.length > 0) return rows.map((name) => join(path, name))
  throw new UsageError(`${path}: the folder has no file of rows`, {
    hint: `Files of rows end in .jsonl, .json, .parquet, .arrow, .csv or .tsv; found ${shownNames(path)}.`,
  })
}

/** Yields the files under a folder, by their names in it. Links are followed, but into no folder twice, so that none leads round. */
function* filesUnder(folder: string, within = '', seen = new Set<string>()): Generator<string> {
  const real = realpathSync(join(folder, within))
  if (seen.has(real)) return
  seen.add(real)
  for (const name of readdirSync(join(folder, within))) {
    const inside = within === '' ? name : `${within}/${name}`
    if (isFolder(join(folder, inside))) yield* filesUnder(folder, inside, seen)
    else yield inside
  }
}

function shownNames(folder: string): string {
  const names = readdirSync(folder)
  return names.length === 0 ? 'nothing' : `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`
}

/** Returns the files of a dataset saved by `save_to_disk`, or of its train split; undefined for any other folder. */
function savedFiles(folder: string): string[] | undefined {
  const splits = jsonAt(join(folder, 'dataset_dict.json'))?.['splits']
  if (Array.isArray(splits)) {
    const split = splits.includes('train') ? 'train' : String(splits[0])
    return savedFiles(join(folder, split))
  }
  const files = jsonAt(join(folder, 'state.json'))?.['_data_files']
  if (!Array.isArray(files)) return undefined
  return files.map((file) => join(folder, String((file as { filename?: unknown }).filename)))
}

function jsonAt(path: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  } catch {
    return undefined
  }
}
