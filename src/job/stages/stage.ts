// The shape of everything that phase 2 does to rows, and how such stages are put one after the other.
import type { DecidedRow } from '../../policy/decided.ts'

/** Does one thing to some rows, which stand one after the other in the file, and hands them on. */
export type RowStage = (rows: readonly DecidedRow[]) => Promise<readonly DecidedRow[]>

/** What a stage does to a single row. */
type Step = (row: DecidedRow) => DecidedRow | Promise<DecidedRow>

/** A stage that takes row after row. */
export const inOrder =
  (step: Step): RowStage =>
  async (rows) => {
    const done: DecidedRow[] = []
    for (const row of rows) done.push(await step(row))
    return done
  }

/** A stage that takes the rows at once: what it asks may be a server. */
export const atOnce =
  (step: Step): RowStage =>
  (rows) =>
    Promise.all(rows.map(step))

/** A stage that leaves rows as they are. */
export const nothing: RowStage = (rows) => Promise.resolve(rows)

/** One stage that is several, one after the other. */
export const chain =
  (...stages: RowStage[]): RowStage =>
  async (rows) => {
    let done = rows
    for (const stage of stages) done = await stage(done)
    return done
  }
