// Streams training rows past the test side of a collection: counts what occurs in them, and writes them without it if requested.
import { definedIn } from '../../base/defined.ts'
import type { Hooks } from '../../base/hooks.ts'
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openCollection } from '../../collections/open.ts'
import { UsageError } from '../../base/errors.ts'
import { readOptions } from '../../options/options.ts'
import { examine } from './examine.ts'
import { OverlapTally } from './examination.ts'
import { readTestSide, type TestSide } from './test-side.ts'
import { FaultList } from '../../base/fault-list.ts'
import { readRows } from '../../rows/read.ts'
import { VERSION } from '../../base/version.ts'
import { openInput, type Input } from '../../rows/input.ts'
import { assertWritable, filesInside, holding, outputPaths } from '../../job/outputs.ts'
import { OVERLAP_OPTIONS, type OverlapInput, type OverlapValues } from './options.ts'
import { OverlapOutputs, overlapPaths, type OverlapPaths } from './outputs.ts'
import type { OverlapReport } from './report.ts'
import { RowWriter } from './row-writer.ts'

/**
 * Reports which test queries and judged passages of a collection occur in a file of training rows; with `out`, writes the rows without
 * them. Memory is bounded by the test side: queries and judged passages of the split.
 * @param rows a path (gzip or not), or `-` for standard input
 * @param collection a folder
 * @throws UsageError if something cannot be read or written; nothing is written then
 */
export async function overlap(
  rows: string,
  collection: string,
  options: OverlapInput = {},
  hooks: Hooks = {},
): Promise<OverlapReport> {
  const values = readOptions(OVERLAP_OPTIONS, options)
  const paths = await writablePaths(rows, collection, values)
  const work = async () => {
    const input = await openInput(rows, values.format, hooks)
    try {
      return await overlapOf(input, collection, values, definedIn(options), paths, hooks)
    } finally {
      await input.close()
    }
  }
  return paths ? holding({ rows: paths.rows, manifest: paths.report }, work) : work()
}

/** Returns the paths to write, or undefined. @throws UsageError as assertWritable does, and for --remove without --out */
async function writablePaths(
  rows: string,
  collection: string,
  values: OverlapValues,
): Promise<OverlapPaths | undefined> {
  if (values.out === undefined) {
    const without = (['remove', 'report'] as const).filter((name) => values[name] !== undefined)
    if (without.length === 0) return undefined
    throw new UsageError(`${without.map((name) => `--${name}`).join(' and ')}: nothing is written without --out`, {
      hint: 'Give an output file with --out ROWS.',
    })
  }
  const paths = overlapPaths(values.out, values.report)
  const written = { ...outputPaths(values.out, values.report), manifest: paths.report }
  await assertWritable(written, [rows, ...filesIn(collection), ...(await filesInside([collection]))])
  return paths
}

/** Returns all files of a folder; none if it does not exist. */
function filesIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name))
  } catch {
    return []
  }
}

async function overlapOf(
  input: Input,
  path: string,
  values: OverlapValues,
  options: Record<string, unknown>,
  paths: OverlapPaths | undefined,
  hooks: Hooks,
): Promise<OverlapReport> {
  const started = performance.now()
  const { split, subset, judged, match, threshold } = values
  const collection = await openCollection(path, { split, subset, onWarning: hooks.onNotice })
  const side = await readTestSide(collection, judged, { match, threshold })
  warnOf(side, collection.corpus.path, (sentence) => hooks.onNotice?.(sentence))
  const outputs = paths && (await OverlapOutputs.open(paths, values.onBadRow === 'skip', input))
  try {
    const writer = outputs && new RowWriter(outputs, input.format, values.remove ?? 'both', side)
    const { tally, hash, badRows } = await pass(input, side, writer, values.onBadRow, hooks)
    const report: OverlapReport = {
      winnow: VERSION,
      command: 'overlap',
      options: { rows: input.name, ...options },
      input: { path: input.name, sha256: hash, format: input.format.name, badRows },
      collection: {
        name: collection.name,
        path,
        split: collection.split,
        judged,
        missing: side.missing.length,
        empty: side.empty.length,
      },
      match,
      threshold,
      ...tally.result(),
      removed: writer?.removed ?? null,
      outputs: writtenOf(paths, values.onBadRow === 'skip'),
      seconds: (performance.now() - started) / 1000,
    }
    await outputs?.commit(report)
    return report
  } catch (error) {
    await outputs?.abort()
    throw error
  }
}

/** Runs the single pass over the rows. */
async function pass(
  input: Input,
  side: TestSide,
  writer: RowWriter | undefined,
  onBadRow: 'stop' | 'skip',
  { signal, onProgress }: Hooks,
): Promise<{ tally: OverlapTally; hash: string; badRows: number }> {
  const tally = new OverlapTally(side)
  const faults = new FaultList()
  const digest = createHash('sha256')
  let [rows, badRows] = [0, 0]
  for await (const batch of readRows(input, (bytes) => digest.update(bytes))) {
    signal?.throwIfAborted()
    for (const entry of batch) {
      if ('row' in entry) {
        const found = examine(entry.row, side)
        tally.add(entry, found)
        await writer?.write(entry, found)
      } else {
        badRows += 1
        for (const { message } of entry.faults) faults.add(`${input.name}:${entry.line.number}`, message)
        await writer?.setAside(entry)
      }
    }
    rows += batch.length
    onProgress?.({ what: 'comparing rows', done: rows, total: 0 })
  }
  await input.assertUnchanged()
  if (badRows === rows) throw new UsageError(`${input.name} has no usable row`)
  if (writer && onBadRow === 'stop') faults.throwIfAny('Fix the file, or skip the bad rows with --on-bad-row skip.')
  return { tally, hash: digest.digest('hex'), badRows }
}

/** Warns about judged passages that cannot be searched for. */
function warnOf({ missing, empty }: TestSide, corpus: string, onWarning: (sentence: string) => void): void {
  const tell = (ids: string[], one: string, several: string) => {
    if (ids.length === 0) return
    const shown = ids.slice(0, 3).map((id) => JSON.stringify(id))
    const what = ids.length === 1 ? `1 judged passage ${one}` : `${ids.length} judged passages ${several}`
    onWarning(`${what} and will not be looked for: ${shown.join(', ')}${ids.length > 3 ? ', …' : ''}`)
  }
  tell(missing, `is not in ${corpus}`, `are not in ${corpus}`)
  tell(empty, `has no text in ${corpus}`, `have no text in ${corpus}`)
}

function writtenOf(paths: OverlapPaths | undefined, withBad: boolean): Record<string, string> | null {
  if (paths === undefined) return null
  const { bad, ...others } = paths
  return withBad ? { ...others, bad } : others
}
