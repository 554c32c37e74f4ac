// Examines a file of rows in two passes: each row on its own, then against the others.
import type { Hooks } from '../../base/hooks.ts'
import { UsageError } from '../../base/errors.ts'
import { KnownPositives } from '../../rows/known.ts'
import { readQrels } from '../../rows/qrels.ts'
import { readRows, type BadLine, type RowFile, type RowLine } from '../../rows/read.ts'
import { readOptions } from '../../options/options.ts'
import { openInput, type Input } from '../../rows/input.ts'
import { tasksOfRows } from '../../tasks/tasks.ts'
import type { Check } from './check.ts'
import type { Finding, Report, Severity } from './finding.ts'
import { BadRows } from './findings/bad-rows.ts'
import { UnequalColumns } from './findings/columns.ts'
import { CopiedPositives } from './findings/copied-positives.ts'
import { EmptyPassages } from './findings/empty-passages.ts'
import { GeneratedOnly } from './findings/generated-only.ts'
import { InBatch } from './findings/in-batch.ts'
import { JudgedPositives } from './findings/judged-positives.ts'
import { KnownFalseNegatives } from './findings/known-false-negatives.ts'
import { Lengths } from './findings/lengths.ts'
import { checksOf } from './findings/ms-swift.ts'
import { RepeatedPassages } from './findings/repeated-passages.ts'
import { RepeatedRows } from './findings/repeated-rows.ts'
import { UnevenScores } from './findings/scores.ts'
import type { DoctorFix } from './fix.ts'
import { DOCTOR_OPTIONS, type DoctorInput } from './options.ts'
import { OverviewCounts, type Overview } from './overview.ts'

export interface DoctorReport {
  /** The file as the user named it. */
  file: string
  format: string
  /** Usable rows. */
  rows: number
  badRows: number
  seconds: number
  overview: Overview
  /** The worst first; none for a clean file. */
  findings: Finding[]
  /** What was written by --fix; null without it. */
  fixed: DoctorFix | null
}

/**
 * Diagnoses a file of training rows and describes its contents. Calls no model, and writes nothing but what `fix` asks for.
 * @param name a path (gzip or not), or `-` for standard input
 * @throws UsageError if the file or the qrels cannot be read, or the file has no known format
 */
export async function doctor(name: string, options: DoctorInput = {}, hooks: Hooks = {}): Promise<DoctorReport> {
  const started = performance.now()
  const { known: qrelsPath, format, fix, out } = readOptions(DOCTOR_OPTIONS, options)
  const fixing = fix || out !== undefined ? await import('./fix.ts') : undefined
  await fixing?.assertFixTarget(name, fix, out)
  const qrels = qrelsPath === undefined ? undefined : await readQrels(qrelsPath)
  const input = await openInput(name, format, hooks)
  try {
    const known = new KnownPositives()
    const counts = new OverviewCounts(tasksOfRows())
    const badRows = new BadRows()
    const [queries, passages] = [new Lengths('query'), new Lengths('passage')]
    const inBatch = new InBatch()
    const checks: Check[] = [
      new UnequalColumns(),
      new UnevenScores(),
      new CopiedPositives(),
      ...(qrels ? [new JudgedPositives(qrels)] : []),
      new GeneratedOnly(),
      new EmptyPassages(),
      new RepeatedPassages('negative'),
      new RepeatedPassages('positive'),
      ...checksOf(input.format),
      queries,
      passages,
      inBatch,
    ]
    for await (const entry of entriesOf(input, 'reading rows', hooks)) {
      if (!('row' in entry)) {
        badRows.add(entry)
        continue
      }
      const { row, line } = entry
      known.add(row, line.number)
      counts.add(row, known.rowsAsking(row))
      for (const check of checks) check.add(row, line.number)
    }
    if (counts.rows + badRows.count === 0) throw new UsageError(`${name} holds no row`)
    const repeated =
      counts.distinctQueries < counts.rows ? [new KnownFalseNegatives(known), new RepeatedRows(known)] : []
    await compareRows(input, repeated, inBatch, hooks)
    const reports = [...badRows.reports(), ...[...repeated, ...checks].flatMap((check) => check.reports())]
    return {
      file: name,
      format: input.format.name,
      rows: counts.rows,
      badRows: badRows.count,
      seconds: (performance.now() - started) / 1000,
      overview: counts.result(queries.all, passages.all),
      findings: inOrder(reports, counts.rows + badRows.count),
      fixed: (await fixing?.fixRows(input, out as string, hooks)) ?? null,
    }
  } finally {
    await input.close()
  }
}

/** Runs the second pass, which compares rows with other rows. */
async function compareRows(input: Input, checks: readonly Check[], inBatch: InBatch, hooks: Hooks): Promise<void> {
  for await (const entry of entriesOf(input, 'comparing rows with each other', hooks)) {
    if (!('row' in entry)) continue
    for (const check of checks) check.add(entry.row, entry.line.number)
    inBatch.addAgain(entry.row, entry.line.number)
  }
  await input.assertUnchanged()
}

async function* entriesOf(
  file: RowFile,
  what: string,
  { signal, onProgress }: Hooks,
): AsyncGenerator<RowLine | BadLine> {
  let rows = 0
  for await (const batch of readRows(file)) {
    signal?.throwIfAborted()
    yield* batch
    rows += batch.length
    onProgress?.({ what, done: rows, total: 0 })
  }
}

const ORDER: readonly Severity[] = ['breaks', 'harms', 'look']

/** Sorts by severity, the worst first; within a severity, in the order of the checks. */
function inOrder(reports: Report[], rows: number): Finding[] {
  return reports
    .map((report) => ({ ...report, share: report.rows / rows, parts: report.parts ?? [] }))
    .sort((one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity))
}
