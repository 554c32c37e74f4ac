// A report that a command wrote as JSON, to be drawn by the page.
import { readFileSync, statSync } from 'node:fs'
import { objectIn } from '../base/json.ts'
import { UsageError } from '../base/errors.ts'
import type { RunView } from './api.ts'

type ReportKind = Exclude<RunView['kind'], 'rows'>

const KINDS: readonly ReportKind[] = ['compare', 'prune', 'judges', 'diagnose']

export interface ReportFile {
  kind: ReportKind
  /** As it is on the disk. */
  report: Record<string, unknown>
}

/** The most bytes of a report. */
const MOST_BYTES = 256 * 1024 * 1024

/** Returns the report in a file; undefined if it holds none, but perhaps rows. @throws UsageError if it is too large to be drawn */
export function readReport(path: string): ReportFile | undefined {
  if (!path.endsWith('.json')) return undefined
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isFile() !== true) return undefined
  if (stats.size > MOST_BYTES)
    throw new UsageError(`${path} has ${stats.size} bytes; allowed: reports of up to ${MOST_BYTES}`)
  const report = objectIn(readFileSync(path, 'utf8'))
  const kind = KINDS.find((each) => each === report?.['command'])
  return report && kind && { kind, report }
}
