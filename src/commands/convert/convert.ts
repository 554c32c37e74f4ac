// Writes the rows of a file in another format, in another container, or with one positive a row.
import { UsageError } from '../../base/errors.ts'
import type { Hooks } from '../../base/hooks.ts'
import { openSink, type LineSink } from '../../base/sink.ts'
import { VERSION } from '../../base/version.ts'
import { assertWritable, filesRead, holding, outputPaths } from '../../job/outputs.ts'
import { readOptions } from '../../options/options.ts'
import { containerFor } from '../../rows/containers/sink.ts'
import { bytesIn } from '../../rows/convert.ts'
import type { RowFormat } from '../../rows/formats/format.ts'
import { withColumns } from '../../rows/formats/group.ts'
import { formatNamed } from '../../rows/formats/index.ts'
import { openInput, type Input } from '../../rows/input.ts'
import { formOf } from '../../rows/options.ts'
import { badRecord, bytesWith, losslessColumns, readRows, relabelledColumns, type RowLine } from '../../rows/read.ts'
import { scan } from '../../rows/scan.ts'
import { assertForm, openRowSink, type RowTarget } from '../../rows/sink.ts'
import { CONVERT_OPTIONS, type ConvertInput, type ConvertValues } from './options.ts'
import { LostValues } from './lost-values.ts'
import { Survey } from './survey.ts'
import { variantsOf, type Shape, type Variant } from './variants.ts'

export interface ConvertReport {
  winnow: string
  input: { path: string; format: string; rows: number; badRows: number }
  output: { path: string; format: string; container: string; rows: number }
  /** What the target cannot hold, or its trainer does not use. */
  left: {
    /** Positives after the first one, which a trainer on this format ignores. */
    ignoredPositives: number
    /** Positives that were left out. */
    positives: number
    /** Negatives that were left out. */
    negatives: number
    /** Rows that were left out because they have too few negatives. */
    rows: number
    /** Values of columns that are not those of the format, by column. */
    values: Record<string, number>
  }
  /** Rows whose best positive is the first one because none has a score. */
  unscored: number
}

/**
 * Converts rows (a file of any container, a folder, a pattern, or `-`) and writes them to `options.out`.
 * @throws UsageError if something cannot be read or written; nothing is written then
 */
export async function convert(name: string, options: ConvertInput, hooks: Hooks = {}): Promise<ConvertReport> {
  const values = readOptions(CONVERT_OPTIONS, options)
  const { out } = values
  if (out === undefined) {
    throw new UsageError('no output file: give one with --out', { hint: 'winnow convert IN --to FORMAT --out OUT' })
  }
  const form = formOf(values.to)
  containerFor({ path: out, container: form.container })
  const paths = outputPaths(out, out === '-' ? '.' : undefined)
  await assertWritable({ ...paths, manifest: paths.rows }, filesRead(name, name, options))
  const input = await openInput(name, values.format, hooks, true, values.documents)
  try {
    const format = form.format === undefined ? input.format : formatNamed(form.format)
    const target: RowTarget = { path: out, format, container: form.container, from: input.path }
    assertForm(target)
    const survey = new Survey()
    const { onBadRow } = values
    const scanned = await scan(
      input,
      { onBadRow, withoutKnown: true, undone: 'nothing was written', onRow: (row) => survey.add(row) },
      hooks.signal,
    )
    const shape = shapeFor(format, values, survey)
    const bad = scanned.badRows > 0 ? paths.sidecars.bad : undefined
    const lost = new LostValues(input.format, format)
    const rows = await holding({ rows: out, manifest: out }, () => write(input, target, shape, lost, bad, hooks.signal))
    return reportOf(input, { ...scanned, written: rows, lost }, target, values, shape, survey)
  } finally {
    await input.close()
  }
}

/** @throws UsageError if the rows lack what the format cannot do without */
function shapeFor(
  { name, title, hasNoNegatives = false, needsScores = false }: RowFormat,
  { positives, negatives }: ConvertValues,
  survey: Survey,
): Shape {
  if (needsScores && !survey.isScored) {
    throw new UsageError(`${title} need the scores of a teacher, and no passage has one`, {
      hint: 'winnow clean --method percpos --write-scores writes the scores of a reranker.',
    })
  }
  const { isTold, isScored } = survey
  const told = { positives, isTold, isScored }
  if (hasNoNegatives) return { ...told, most: 0, least: 0 }
  if (name === 'st-n-tuple') {
    const width = negatives ?? survey.fewest
    if (width === 0)
      throw new UsageError('n-tuples need negatives, and no row has one', { hint: 'Write pairs: --to st-pair.' })
    if (width > survey.most) {
      throw new UsageError(
        `no row has ${width} negatives, so that nothing would be written; the most is ${survey.most}`,
        {
          hint: `Give --negatives ${survey.most} or fewer, or find more: winnow mine ROWS --corpus CORPUS --add.`,
        },
      )
    }
    return { ...told, most: width, least: width }
  }
  if (name === 'st-triplet' && survey.most === 0)
    throw new UsageError('triplets need negatives, and no row has one', { hint: 'Write pairs: --to st-pair.' })
  return { ...told, most: negatives ?? Infinity, least: name === 'st-triplet' ? 1 : 0 }
}

async function write(
  input: Input,
  target: RowTarget,
  shape: Shape,
  lost: LostValues,
  badPath: string | undefined,
  signal: AbortSignal | undefined,
): Promise<number> {
  const bad = badPath === undefined ? undefined : await openSink(badPath)
  const sink = await openRowSink(target)
  let rows = 0
  try {
    for await (const batch of readRows(input)) {
      signal?.throwIfAborted()
      for (const entry of batch) {
        if ('faults' in entry) await bad?.write(`${JSON.stringify(badRecord(entry))}\n`)
        else {
          const written = await writeVariants(entry, shape, input, target, sink)
          if (written > 0) lost.add(entry)
          rows += written
        }
      }
    }
    await input.assertUnchanged()
    await sink.commit()
    await bad?.commit()
    return rows
  } catch (error) {
    await sink.abort()
    await bad?.abort()
    throw error
  }
}

async function writeVariants(
  entry: RowLine,
  shape: Shape,
  input: Input,
  { format }: RowTarget,
  sink: LineSink,
): Promise<number> {
  const variants = variantsOf(entry.row, shape)
  for (const variant of variants) await sink.write(bytesOf(entry, variant, shape, input, format))
  return variants.length
}

function bytesOf(
  entry: RowLine,
  { row, columns }: Variant,
  { isTold, isScored }: Shape,
  input: Input,
  format: RowFormat,
): Buffer {
  const added = format.isClosed === true ? {} : columns
  if (format !== input.format) return bytesIn(format, entry, row, input, { isTold, isScored, added })
  const isWhole = row.passages.length === entry.row.passages.length
  if (isWhole && Object.keys(added).length === 0) return entry.line.bytes
  const before = isWhole ? losslessColumns(entry, input) : relabelledColumns(entry, row, input)
  const ids = row.id === entry.row.id || !('query_id' in before) ? {} : { query_id: row.id }
  return bytesWith(entry, withColumns(before, { ...ids, ...added }), input)
}

function reportOf(
  input: Input,
  { rows, badRows, written, lost }: { rows: number; badRows: number; written: number; lost: LostValues },
  { path, format, container }: RowTarget,
  { positives }: ConvertValues,
  { most, least }: Shape,
  survey: Survey,
): ConvertReport {
  const several = survey.several.positives
  const isFirst = format.takesFirstPositive === true
  const isOne = format.mostPositives === 1
  return {
    winnow: VERSION,
    input: { path: input.name, format: input.format.name, rows, badRows },
    output: { path, format: format.name, container: containerFor({ path, container }), rows: written },
    left: {
      ignoredPositives: positives === 'all' && isFirst ? several : 0,
      positives: positives === 'best' || (positives === 'all' && isOne) ? several : 0,
      negatives: Number.isFinite(most) ? survey.beyond(most) : 0,
      rows: least > 0 ? survey.fewer(least) : 0,
      values: Object.fromEntries(lost.counts),
    },
    unscored: positives === 'best' ? survey.withoutScores : 0,
  }
}
