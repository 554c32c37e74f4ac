// The shape of every check: it is shown each row once, in order, and then says what it found. Pure, in bounded memory.
import type { Row } from '../../rows/row.ts'
import type { Report } from './finding.ts'

export interface Check {
  add(row: Row, line: number): void
  /** What was found; nothing for a clean file. Call it when every row has been added. */
  reports(): Report[]
}
