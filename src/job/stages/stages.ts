// The stages between deciding about rows and writing them: opened before any money is spent, closed at the end.
import { UsageError } from '../../base/errors.ts'
import type { RowFormat } from '../../rows/formats/format.ts'
import { formatNamed } from '../../rows/formats/index.ts'
import { formOf } from '../../rows/options.ts'
import { assertForm } from '../../rows/sink.ts'
import { withHardness } from '../hardness/hardness.ts'
import type { Job } from '../job.ts'
import { withRefiller, type Refiller } from './refill.ts'
import { nothing, type RowStage } from './stage.ts'
import type { Writing } from './write.ts'

export interface Stages {
  /** Mines negatives for rows that have lost all their own, if that was asked for. */
  refill: RowStage
  /** The source of new negatives; undefined if refilling was not asked for. */
  refiller: Refiller | undefined
  /** Measures properties of added passages that the policy cannot know. */
  measure: RowStage
  writing: Writing
}

/** Does work with the stages that the options ask for, and closes them. @throws UsageError if something is unavailable */
export async function withStages<T>(job: Job, work: (stages: Stages) => Promise<T>): Promise<T> {
  const { definition, values, input, scan, hooks } = job
  const { format, container } = formOf(values.to)
  // A file already in this format keeps its additional fields.
  const to = format === undefined || format === input.format.name ? undefined : formatNamed(format)
  const written = { path: values.out ?? '-', format: to ?? input.format, container }
  assertForm(written)
  if (definition.afterPolicy?.tells === 'origins') assertTells(written.format)
  return withRefiller(values, { input, known: scan.known }, hooks, (refiller) =>
    withMeasure(job, (measure) =>
      work({
        refill: refiller?.stage ?? nothing,
        refiller,
        measure,
        writing: { definition, input, to, container, miner: refiller?.miner },
      }),
    ),
  )
}

/** @throws UsageError if rows could not say which of their passages a model wrote */
function assertTells({ name, title, hasNoOrigins = false }: RowFormat): void {
  if (!hasNoOrigins) return
  throw new UsageError(`${title} (${name}) have no place for where a passage came from, which written passages need`, {
    hint: 'Write rows that have one (--to bge), and convert them for the trainer: winnow convert GROWN --to FORMAT --out OUT.',
  })
}

/** The stages that a method may request by name. */
const MEASURES = { hardness: withHardness }

function withMeasure<T>(job: Job, work: (measure: RowStage) => Promise<T>): Promise<T> {
  const { afterPolicy } = job.definition
  return afterPolicy === undefined ? work(nothing) : MEASURES[afterPolicy.measure](job.values, job, job.hooks, work)
}
