// Runs winnow compare, from files of rows to what they are worth: every arm is trained with the same
// initial model, seeds and number of steps.
import { timesSince } from '../../base/clock.ts'
import { assertPagePlace, writePage } from '../../base/page-file.ts'
import { VERSION } from '../../base/version.ts'
import { chooseEngine } from '../../laboratory/choose.ts'
import { filesOf } from '../../laboratory/evaluation-set.ts'
import type { CompareHooks } from '../../laboratory/hooks.ts'
import { withRows } from '../../laboratory/open.ts'
import { namesOf, namingFaults, openQuestion, type Question } from '../../laboratory/question.ts'
import type { Setup } from '../../laboratory/setup.ts'
import { seedsOf } from '../../laboratory/trainings.ts'
import { openWorkplace } from '../../laboratory/workplace.ts'
import type { Input } from '../../rows/input.ts'
import { nothingToCompare, type Findings } from './arm-report.ts'
import { controlsOf } from './controls.ts'
import { experiment } from './experiment.ts'
import { COMPARE_OPTIONS, type CompareInput, type CompareValues } from './options.ts'
import { readArms, scanFiles, type ComparedArm } from './read.ts'
import type { CompareReport } from './report.ts'

/**
 * Compares training files by the retrieval quality of encoders trained on them.
 * @param paths the baseline first
 * @throws UsageError that names options, files, lines and collections that cannot be used
 */
export async function compare(
  paths: readonly string[],
  given: CompareInput,
  hooks: CompareHooks = {},
): Promise<CompareReport> {
  const startedMs = Date.now()
  const engine = await chooseEngine<CompareValues>(COMPARE_OPTIONS, given)
  const { values } = engine
  const question = await openQuestion(values, demandsOf(paths, values), hooks)
  const evidence = [values.ledger, values.evidence].filter((path) => path !== undefined)
  assertPagePlace(values.html, [...paths, ...filesOf(question.collections), ...evidence])
  const files =
    values.policies === undefined ? { paths, names: namesOf(paths) } : await policyFiles(paths, values, hooks)
  const setup = await engine.open(hooks)
  const reading = { format: values.format, needsNegatives: setup.needsNegatives }
  const findings = await withRows(files.paths, reading, hooks, (inputs) =>
    findingsOf({ inputs, names: files.names, question, values, setup }, hooks),
  )
  const report: CompareReport = {
    winnow: VERSION,
    command: 'compare',
    options: { rows: paths, ...engine.shown },
    measure: question.measure.name,
    seeds: seedsOf(values),
    ...findings,
    ...timesSince(startedMs),
  }
  if (values.html !== undefined) writePage(values.html, await (await import('./html.ts')).htmlPage(report))
  return report
}

/** Deciding by policies needs the code of jobs, which is loaded only then. */
async function policyFiles(paths: readonly string[], values: CompareValues, hooks: CompareHooks) {
  const { rowsByPolicy } = await import('./policies.ts')
  return rowsByPolicy(paths, values, hooks)
}

const demandsOf = (paths: readonly string[], { eval: collections, policies }: CompareValues) => ({
  faults: [
    ...(policies === undefined && paths.length < 2
      ? ['a comparison needs two or more files of rows, or one file with --policies']
      : []),
    ...namingFaults(paths, collections),
  ],
  hint: 'Example: winnow compare dirty.jsonl cleaned.jsonl --eval data/scifact',
  queries: 2,
  why: 'to estimate the spread over queries',
})

interface ComparisonJob {
  inputs: Input[]
  names: readonly string[]
  question: Question
  values: CompareValues
  setup: Setup
}

async function findingsOf(job: ComparisonJob, hooks: CompareHooks): Promise<Findings> {
  const { inputs, names, question, values, setup } = job
  const hashes = await scanFiles(inputs, values, setup.show, hooks)
  const place = openWorkplace({ work: values.work, identity: hashes, ...hooks })
  return setup.withTexts(place, hooks, async (room) => {
    const read = await readArms({ inputs, names, hashes }, room.texts, hooks)
    const base = read.arms[0] as ComparedArm
    const steps = setup.stepsOf(base.rows)
    const distinct = read.arms.filter(({ name }) => !read.identical.has(name))
    if (distinct.length === 1) return nothingToCompare(read, question.collections, steps)
    const controls = values.noControls
      ? []
      : distinct.slice(1).flatMap((arm) => controlsOf(arm, base, values.seed, hooks))
    return room.withLaboratory({ ...question, steps, rows: base.setOf(values.seed) }, hooks, (lab) =>
      experiment(
        {
          lab,
          read,
          arms: [...distinct, ...controls],
          inputs,
          collections: question.collections,
          seeds: seedsOf(values),
        },
        hooks,
      ),
    )
  })
}
