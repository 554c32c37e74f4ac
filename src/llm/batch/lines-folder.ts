// Where the lines of batch jobs are until they are submitted.
import { readdir, rm } from 'node:fs/promises'
import { mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { removeAbandoned } from '../../base/sink.ts'
import type { BatchRecord } from '../ledger/batch-record.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { isDatabase } from '../ledger/open.ts'

/** Beside a ledger that is a file; else one of the user's own among the temporary files, where others have theirs. */
export function folderOfLines({ path }: Pick<Ledger, 'path'>): string {
  if (!isDatabase(path)) return join(dirname(path), 'batches')
  const folder = join(tmpdir(), `winnow-batches-${process.getuid?.() ?? userInfo().username}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}

/** Removes what processes that were killed left: files that are not whole, and those of jobs that the provider has. */
export async function tidyLines(folder: string, jobs: readonly BatchRecord[]): Promise<void> {
  await removeAbandoned(folder)
  const names = new Set(await readdir(folder).catch(() => []))
  for (const { id, phase } of jobs) {
    const isSubmitted = phase === 'submitted' || phase === 'done'
    if (isSubmitted && names.has(`${id}.jsonl`)) await rm(join(folder, `${id}.jsonl`), { force: true })
  }
}
