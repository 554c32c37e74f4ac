// The pass over the whole input before any paid call: counts every problem, records known positives and hashes the contents.
import { createHash } from 'node:crypto'
import { bump } from '../base/counts.ts'
import { UsageError } from '../base/errors.ts'
import { KnownPositives } from './known.ts'
import { readQrels } from './qrels.ts'
import { readRows, type BadLine } from './read.ts'
import type { Row } from './row.ts'
import type { Input } from './input.ts'

/** Why rows cannot be used, and what to do instead. */
export interface Refusal {
  reason: string
  hint: string
}

export interface Scan {
  /** SHA-256 of the uncompressed bytes, hex. */
  hash: string
  rows: number
  badRows: number
  /** Problems by code. */
  problems: Record<string, number>
  known: KnownPositives
}

export interface ScanOptions {
  onBadRow: 'stop' | 'skip'
  /** Path of qrels whose relevant passages are known positives. */
  known?: string | undefined
  /** Returns why a row cannot be used although it is valid. */
  refusal?: (row: Row) => Refusal | undefined
  /** What the user should know if the scan stops. Default: nothing was sent. */
  undone?: string
  /** Whether no one asks for known positives, which take some 30 bytes a row. */
  withoutKnown?: boolean
  /** Receives every usable row. */
  onRow?: (row: Row) => void
}

const LISTED = 20

/** @throws UsageError listing the first twenty problems with file and line, unless bad rows are skipped; or for refused rows */
export async function scan(input: Input, options: ScanOptions, signal?: AbortSignal): Promise<Scan> {
  const { undone = 'nothing was sent' } = options
  const known = new KnownPositives(options.known === undefined ? undefined : await readQrels(options.known))
  const digest = createHash('sha256')
  const problems: Record<string, number> = {}
  const listed: string[] = []
  let rows = 0
  let badRows = 0
  let refused: RefusedRows | undefined
  for await (const batch of readRows(input, (bytes) => digest.update(bytes))) {
    signal?.throwIfAborted()
    for (const entry of batch) {
      if ('row' in entry) {
        rows += 1
        if (options.withoutKnown !== true) known.add(entry.row, entry.line.number)
        options.onRow?.(entry.row)
        const refusal = options.refusal?.(entry.row)
        if (refusal) refused = { ...(refused ?? { refusal, line: entry.line.number }), rows: (refused?.rows ?? 0) + 1 }
      } else {
        badRows += 1
        note(entry, input.name, problems, listed)
      }
    }
  }
  if (badRows > 0 && options.onBadRow === 'stop') throw badInput(input.name, rows, badRows, problems, listed, undone)
  if (refused) throw refusedRows(input.name, rows, refused, undone)
  if (rows === 0) throw new UsageError(`${input.name} has no usable row`)
  return { hash: digest.digest('hex'), rows, badRows, problems, known }
}

/** The first refused row, and the number of refused rows. */
interface RefusedRows {
  refusal: Refusal
  line: number
  rows: number
}

function refusedRows(
  name: string,
  rows: number,
  { refusal, line, rows: refused }: RefusedRows,
  undone: string,
): UsageError {
  const which = refused === 1 ? `${name}:${line}` : `${name}: ${refused} of ${rows} rows, the first at line ${line}`
  return new UsageError(`${which}: ${refusal.reason}; ${undone}`, { hint: refusal.hint })
}

function note({ line, faults }: BadLine, name: string, problems: Record<string, number>, listed: string[]): void {
  for (const { code, message } of faults) {
    bump(problems, code)
    if (listed.length < LISTED) listed.push(`${line.place ?? `${name}:${line.number}`}: ${message}`)
  }
}

function badInput(
  name: string,
  rows: number,
  badRows: number,
  problems: Record<string, number>,
  listed: string[],
  undone: string,
): UsageError {
  const total = Object.values(problems).reduce((sum, count) => sum + count, 0)
  const byCode = Object.entries(problems).map(([code, count]) => `${count} ${code}`)
  const more = total > listed.length ? [`… and ${total - listed.length} more`] : []
  const head = `${name}: ${count(badRows, 'bad row')} of ${rows + badRows} (${byCode.join(', ')}); ${undone}`
  return new UsageError(
    [head, ...listed.map((problem) => `  ${problem}`), ...more.map((line) => `  ${line}`)].join('\n'),
    {
      hint: 'Fix the file, or skip the bad rows with --on-bad-row skip.',
    },
  )
}

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`
