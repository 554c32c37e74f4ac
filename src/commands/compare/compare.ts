// winnow compare, from files of rows to what they are worth: every arm trained with the same start, seeds and number of steps.
import { UsageError } from '../../base/errors.ts'
import type { Measure } from '../../evaluate/measures/measure.ts'
import { readOptions } from '../../options/options.ts'
import type { OpenedCollection } from '../../collections/open.ts'
import { Texts } from '../../train/texts.ts'
import { assertLoss } from '../../train/losses/index.ts'
import { stepsOf } from '../../train/trainer.ts'
import { VERSION } from '../../base/version.ts'
import type { Input } from '../../rows/input.ts'
import { assertPagePlace, writePage } from '../../base/page-file.ts'
import { developmentOfCollection, openDevelopment } from '../../train/development-set.ts'
import type { TrainValues } from '../../train/encoder-options.ts'
import { openCorpusOf } from '../../train/prepare.ts'
import { nothingToCompare, type Findings } from '../../laboratory/arm-report.ts'
import { openArms, readArms, readStart, type Arm } from '../../laboratory/arms.ts'
import { controlsOf } from './controls.ts'
import {
  assertQueries,
  filesOf,
  openSets,
  readCollection,
  type EvaluationSet,
} from '../../laboratory/evaluation-set.ts'
import { experiment, seedsOf } from '../../laboratory/experiment.ts'
import type { CompareHooks } from '../../laboratory/hooks.ts'
import { htmlPage } from './html.ts'
import { comparedMeasure, namingFaults, namesOf } from '../../laboratory/measure.ts'
import { COMPARE_OPTIONS, type CompareInput, type CompareValues } from '../../laboratory/options.ts'
import type { CompareReport } from '../../laboratory/report.ts'
import { laboratory } from '../../laboratory/unit.ts'
import { engineFor } from '../../laboratory/engine.ts'
import { openWorkplace } from '../../laboratory/workplace.ts'

/**
 * Compares training files by what encoders trained on them find.
 * @param paths the baseline first
 * @throws UsageError naming options, files, lines and collections that cannot be used
 */
export async function compare(
  paths: readonly string[],
  given: CompareInput,
  hooks: CompareHooks = {},
): Promise<CompareReport> {
  const startedMs = Date.now()
  const values = readOptions(COMPARE_OPTIONS, given)
  const measure = check(paths, values)
  assertLoss(values)
  const collections = await openSets(values.eval, hooks.onNotice)
  assertQueries(collections, 2, 'to tell how far queries differ')
  const { ledger, evidence } = values
  assertPagePlace(values.html, [
    ...paths,
    ...filesOf(collections),
    ...[ledger, evidence].filter((path) => path !== undefined),
  ])
  const files =
    values.policies === undefined ? { paths, names: namesOf(paths) } : await policyFiles(paths, values, hooks)
  const inputs = await openArms(files.paths, values, hooks)
  try {
    const opened = { inputs, names: files.names, collections, measure, values }
    const part = await compareOpened(opened, hooks)
    const report: CompareReport = {
      winnow: VERSION,
      command: 'compare',
      options: { rows: paths, ...given },
      measure: measure.name,
      seeds: seedsOf(values),
      ...part,
      started: new Date(startedMs).toISOString(),
      seconds: (Date.now() - startedMs) / 1000,
    }
    if (values.html !== undefined) writePage(values.html, htmlPage(report))
    return report
  } finally {
    for (const input of inputs) await input.close()
  }
}

/** Deciding by policies takes the machinery of jobs, which is loaded only for it. */
async function policyFiles(paths: readonly string[], values: CompareValues, hooks: CompareHooks) {
  const { rowsByPolicy } = await import('./policies.ts')
  return rowsByPolicy(paths, values, hooks)
}

/** @throws UsageError with everything that is wrong with what was given */
function check(paths: readonly string[], { eval: collections, measure: name, policies }: CompareValues): Measure {
  const faults: string[] = []
  if (policies === undefined && paths.length < 2) {
    faults.push('one file of rows: a comparison needs two or more, or --policies')
  }
  faults.push(...namingFaults(paths, collections))
  const measure = comparedMeasure(name, faults)
  if (faults.length > 0) {
    throw new UsageError(faults.join('; '), {
      hint: 'As in: winnow compare dirty.jsonl cleaned.jsonl --eval data/scifact',
    })
  }
  return measure as Measure
}

interface Opened {
  inputs: Input[]
  names: readonly string[]
  collections: OpenedCollection[]
  measure: Measure
  values: CompareValues
}

async function compareOpened(
  { inputs, names, collections, measure, values }: Opened,
  hooks: CompareHooks,
): Promise<Findings> {
  const training = values as unknown as TrainValues
  const [devCollection, corpus] = [await openDevelopment(values.dev, hooks.onNotice), await openCorpusOf(training)]
  const { hashes, start } = await readStart(inputs, values, hooks)
  const { root, bags, leave } = openWorkplace({ work: values.work, identity: hashes, ...hooks })
  const read = await readArms(inputs, names, hashes, { start, values, file: bags[0], corpus }, hooks)
  const evalTexts = new Texts(start.read, { maxTokens: Infinity, file: bags[1] })
  try {
    const base = read.arms[0] as Arm
    const steps = stepsOf(base.rows, values)
    const distinct = read.arms.filter(({ name }) => !read.identical.has(name))
    if (distinct.length === 1) return nothingToCompare(read, collections, steps)
    const sets: EvaluationSet[] = []
    for (const collection of collections) sets.push(await readCollection(collection, evalTexts, start, hooks))
    const set = base.setOf(values.seed)
    const development =
      devCollection && (await developmentOfCollection(devCollection, set, start.prompts, hooks.signal)).development
    const arms = [
      ...distinct,
      ...(values.noControls ? [] : distinct.slice(1).flatMap((arm) => controlsOf(arm, base, values.seed, hooks))),
    ]
    const engine = engineFor(read.texts, evalTexts, start, values)
    try {
      const conditions = { start, sets, measure, steps, values, pool: read.pool, development }
      const lab = laboratory(conditions, { engine, evalTexts, texts: read.texts, root })
      return await experiment(lab, read, arms, inputs, hooks)
    } finally {
      await engine.close()
    }
  } finally {
    read.texts.close()
    evalTexts.close()
    leave()
  }
}
