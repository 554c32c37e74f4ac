// The interface of checks: a check is shown each row once, in order, and then reports what it found. Pure, in bounded memory.
import type { Row } from '../../rows/row.ts'
import type { Report } from './finding.ts'

export interface Check {
  add(row: Row, line: number): void
  /** Returns what was found; nothing for a clean file. Call it after every row has been added. */
  reports(): Report[]
}
