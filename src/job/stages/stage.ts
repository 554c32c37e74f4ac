// The common shape of all steps of phase 2 over rows, and how they are chained.
import type { DecidedRow } from '../../policy/decided.ts'

/** Performs one step on some consecutive rows of the file and passes them on. */
export type RowStage = (rows: readonly DecidedRow[]) => Promise<readonly DecidedRow[]>

/** Performs a step on a single row. */
type Step = (row: DecidedRow) => DecidedRow | Promise<DecidedRow>

/** Returns a stage that processes one row after another. */
export const inOrder =
  (step: Step): RowStage =>
  async (rows) => {
    const done: DecidedRow[] = []
    for (const row of rows) done.push(await step(row))
    return done
  }

/** Returns a stage that processes the rows at once, because it may ask a server. */
export const atOnce =
  (step: Step): RowStage =>
  (rows) =>
    Promise.all(rows.map(step))

/** Leaves rows unchanged. */
export const nothing: RowStage = (rows) => Promise.resolve(rows)

/** Combines stages into one that runs them in order. */
export const chain =
  (...stages: RowStage[]): RowStage =>
  async (rows) => {
    let done = rows
    for (const stage of stages) done = await stage(done)
    return done
  }
