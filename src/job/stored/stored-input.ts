// Reads the rows of an earlier run again as that run read them: growing accepts rows without negatives, cleaning does not.
import { hasLabel } from '../../rows/row.ts'
import type { Input } from '../../rows/input.ts'
import type { KnownLookup } from '../../rows/known.ts'
import { scan as scanRows, type Scan, type ScanOptions } from '../../rows/scan.ts'
import { methodOf, type StoredRun } from './stored-run.ts'

export interface StoredInput {
  input: Input
  scan: Scan
  stored: StoredRun
}

/** What a run is decided with of the pass over its rows. */
export interface ReadRows {
  /** SHA-256 of the uncompressed bytes, hex. */
  hash: string
  known: KnownLookup
}

/** Chooses the run over rows that were read before and have not changed since. */
export async function asReadBefore(input: Input, scan: ReadRows, runOver: (hash: string) => Promise<StoredRun>) {
  const stored = await runOver(scan.hash)
  const isWide = methodOf(stored).mayLackNegatives === true
  return { input: isWide ? input : { ...input, wantsNegatives: false }, scan, stored }
}

/**
 * Scans the rows and chooses the run.
 * @param input opened so that rows may be without negatives
 * @param runOver the run over rows with this hash
 */
export async function asStored(
  input: Input,
  options: Omit<ScanOptions, 'onRow'>,
  runOver: (hash: string) => Promise<StoredRun>,
  signal?: AbortSignal,
): Promise<StoredInput> {
  let without = 0
  const onRow: ScanOptions['onRow'] = (row) => {
    if (!hasLabel(row, 'negative')) without += 1
  }
  const wide = await scanRows(input, { ...options, onRow }, signal)
  const stored = await runOver(wide.hash)
  if (methodOf(stored).mayLackNegatives === true) return { input, scan: wide, stored }
  const narrow = { ...input, wantsNegatives: false }
  return { input: narrow, scan: without === 0 ? wide : await scanRows(narrow, options, signal), stored }
}
