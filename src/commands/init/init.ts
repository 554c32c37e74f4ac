// Writes winnow.yaml for the rows at hand: looks at them and at the environment, and proposes what to clean them with.
import { existsSync, readdirSync } from 'node:fs'
import { UsageError } from '../../base/errors.ts'
import type { Hooks } from '../../base/hooks.ts'
import { writeText } from '../../base/sink.ts'
import { readOptions } from '../../options/options.ts'
import { lookAtRows, type RowsSeen } from './look.ts'
import { INIT_OPTIONS, type InitInput } from './options.ts'
import { proposalsFor, type Proposals } from './propose.ts'
import { surroundingsIn, type Surroundings } from './surroundings.ts'
import { configText, type Schemas } from './text.ts'

export interface InitReport {
  /** The file that was written. */
  file: string
  /** null if no rows were named and none lie here. */
  rows: RowsSeen | null
  environment: Surroundings
  proposals: Proposals
}

/**
 * @param given the rows; undefined takes the only file of rows in the working folder, if there is one
 * @throws UsageError if the file exists, or the rows cannot be read
 */
export async function init(
  given: string | undefined,
  options: InitInput,
  schemas: Schemas,
  hooks: Hooks,
): Promise<InitReport> {
  const { out: file = 'winnow.yaml', force, format } = readOptions(INIT_OPTIONS, options)
  if (existsSync(file) && !force) {
    throw new UsageError(`${file} exists; nothing was written`, {
      hint: 'Overwrite it with --force, or write another file with --out FILE.',
    })
  }
  const path = given ?? onlyFileHere()
  const rows = path === undefined ? undefined : await lookAtRows(path, format, hooks)
  const environment = surroundingsIn(process.env)
  const proposals = await proposalsFor(rows, environment, hooks)
  await writeText(file, configText(schemas, rows, environment, proposals))
  return { file, rows: rows ?? null, environment, proposals }
}

const ROWS = /\.(jsonl?|ndjson|parquet|pq|arrow|csv|tsv)(\.gz|\.zst)?$/i
const NO_ROWS =
  /^(package(-lock)?|tsconfig.*)\.json$|\.(manifest|changes|undecided|dropped|suspects|discarded|bad|evidence)\./

/** @throws UsageError if there are several */
function onlyFileHere(): string | undefined {
  const files = readdirSync('.').filter((name) => ROWS.test(name) && !NO_ROWS.test(name))
  if (files.length <= 1) return files[0]
  throw new UsageError(
    `several files may hold your rows: ${files.slice(0, 8).join(', ')}${files.length > 8 ? ', …' : ''}`,
    {
      hint: `Name one: winnow init ${files[0]}`,
    },
  )
}
