// Chooses the files of rows in a data set on the hub: those that a path names, or the training rows that its card or its file names tell.
import { matchesGlob } from 'node:path'
import { UsageError } from '../base/errors.ts'
import type { JsonObject } from '../base/json.ts'
import { configsIn, type CardConfig } from './card.ts'
import type { HubFile } from './listing.ts'
import { hubRowsName, type HubRows } from './names.ts'

const ROWS = /\.(jsonl?|ndjson|parquet|pq|arrow|csv|tsv)(\.gz|\.zst)?$/i
const NO_ROWS = /(^|\/)(dataset_infos?|config|metadata|state|dataset_dict)\.json$|(^|\/)\./
const TRAIN = /(^|[-_./])train([-_./]|$)/i
const OTHER_SPLIT = /(^|[-_./])(test|valid|validation|dev|eval)([-_./]|$)/i
const PATTERN = /[*?[\]{}]/

/** The files that were chosen, and why, in a few words. */
interface Choice {
  files: readonly HubFile[]
  /** Such as `split train`; '' if the user named them. */
  why: string
}

/**
 * Chooses files of rows.
 * @param card the fields of the data set's card
 * @throws UsageError if nothing fits, or several configurations do
 */
export function chooseFiles(all: readonly HubFile[], rows: HubRows, card: JsonObject): Choice {
  const { path } = rows
  if (path === '') return usualFiles(all, rows, card)
  const named = all.filter((file) => file.path === path)
  if (named.length > 0) return { files: named, why: '' }
  if (PATTERN.test(path)) return { files: fitting(all, [path], rows), why: '' }
  const inside = all.filter((file) => file.path.startsWith(`${path}/`) && isOfRows(file))
  if (inside.length > 0) return ofTraining(inside)
  const config = configsIn(card).find(({ name }) => name === path)
  if (config !== undefined) return ofConfig(all, rows, config)
  throw nothingAt(all, rows)
}

const isOfRows = ({ path }: HubFile) => ROWS.test(path) && !NO_ROWS.test(path)

function usualFiles(all: readonly HubFile[], rows: HubRows, card: JsonObject): Choice {
  const configs = configsIn(card)
  if (configs.length > 0) {
    const chosen = configs.find(({ isDefault }) => isDefault) ?? (configs.length === 1 ? configs[0] : undefined)
    if (chosen !== undefined) return ofConfig(all, rows, chosen)
    const names = configs.map(({ name }) => name)
    throw new UsageError(`${rows.repository.name} has ${names.length} configurations and none is the default`, {
      hint: `Name one: ${hubRowsName({ ...rows, path: names[0] as string })}. There are: ${shortened(names)}.`,
    })
  }
  const files = all.filter(isOfRows)
  if (files.length === 0) throw nothingAt(all, rows)
  return ofTraining(files)
}

function ofConfig(all: readonly HubFile[], rows: HubRows, { name, splits }: CardConfig): Choice {
  const chosen = splits.find(({ split }) => split === 'train') ?? (splits.length === 1 ? splits[0] : undefined)
  if (chosen === undefined) {
    const [first] = splits
    throw new UsageError(
      `${rows.repository.name} has no split train, but ${shortened(splits.map(({ split }) => split))}`,
      { hint: `Name its files: ${hubRowsName({ ...rows, path: first?.patterns[0] ?? 'PATH' })}.` },
    )
  }
  const why = `split ${chosen.split}${name === 'default' ? '' : ` of ${name}`}`
  return { files: fitting(all, chosen.patterns, rows), why }
}

/** Returns the files of training rows, if the names tell splits apart. */
function ofTraining(files: readonly HubFile[]): Choice {
  const train = files.filter(({ path }) => TRAIN.test(path))
  if (train.length > 0 && train.length < files.length) return { files: train, why: 'split train' }
  const others = files.filter(({ path }) => !OTHER_SPLIT.test(path))
  return { files: train.length === 0 && others.length > 0 ? others : files, why: '' }
}

function fitting(all: readonly HubFile[], patterns: readonly string[], rows: HubRows): HubFile[] {
  const found = all.filter((file) => patterns.some((pattern) => fits(file, pattern)))
  if (found.length === 0) throw nothingAt(all, { ...rows, path: patterns.join(', ') })
  return found
}

const fits = (file: HubFile, pattern: string) =>
  file.path === pattern || (isOfRows(file) && matchesGlob(file.path, pattern.replace(/\/$/, '/**')))

function nothingAt(all: readonly HubFile[], { repository, path }: HubRows): UsageError {
  const rows = all.filter(isOfRows).map((file) => file.path)
  const what = path === '' ? 'file of rows' : path
  return new UsageError(`${repository.name} has no ${what}`, {
    hint:
      rows.length === 0
        ? 'It has no file that ends in .jsonl, .json, .parquet, .arrow, .csv or .tsv.'
        : `Its files of rows: ${shortened(rows)}.`,
  })
}

const SHOWN = 8
const shortened = (names: readonly string[]) =>
  names.length > SHOWN ? `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more` : names.join(', ')
