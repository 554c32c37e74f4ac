// Where the lines of batch jobs are until they are submitted.
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Ledger } from '../ledger/ledger.ts'
import { isDatabase } from '../ledger/open.ts'

/** Beside a ledger that is a file. */
export const folderOfLines = ({ path }: Pick<Ledger, 'path'>): string =>
  isDatabase(path) ? join(tmpdir(), 'winnow-batches') : join(dirname(path), 'batches')
