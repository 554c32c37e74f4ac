// What stands between deciding about rows and writing them: opened before anything is paid for, closed at the end.
import { formatNamed } from '../../rows/formats/index.ts'
import { withHardness } from '../hardness/hardness.ts'
import type { Job } from '../job.ts'
import { withRefiller, type Refiller } from './refill.ts'
import { nothing, type RowStage } from './stage.ts'
import type { Writing } from './write.ts'

export interface Stages {
  /** Mines negatives for rows whose own are all gone, where that was asked for. */
  refill: RowStage
  /** What rows are refilled from; undefined where that was not asked for. */
  refiller: Refiller | undefined
  /** Tells of what was added to rows what the policy cannot know. */
  measure: RowStage
  writing: Writing
}

/** Does work with the stages that the options ask for, and closes them. @throws UsageError when something cannot be had */
export function withStages<T>(job: Job, work: (stages: Stages) => Promise<T>): Promise<T> {
  const { definition, values, input, scan, hooks } = job
  // A file that has the format already keeps what only it has.
  const to = values.to === undefined || values.to === input.format.name ? undefined : formatNamed(values.to)
  return withRefiller(values, { input, known: scan.known }, hooks, (refiller) =>
    withMeasure(job, (measure) =>
      work({
        refill: refiller?.stage ?? nothing,
        refiller,
        measure,
        writing: { definition, input, to, miner: refiller?.miner },
      }),
    ),
  )
}

/** The stages that a method may ask for, by name. */
const MEASURES = { hardness: withHardness }

function withMeasure<T>(job: Job, work: (measure: RowStage) => Promise<T>): Promise<T> {
  const { afterPolicy } = job.definition
  return afterPolicy === undefined ? work(nothing) : MEASURES[afterPolicy.measure](job.values, job, job.hooks, work)
}
