// Evaluates a retriever on the collections of a benchmark, one after another. What was measured before is not measured again.
import { eachOnce, type Hooks } from '../../base/hooks.ts'
import { duration } from '../../base/format.ts'
import { UsageError } from '../../base/errors.ts'
import { openCollection, type OpenedCollection } from '../../collections/open.ts'
import { warnOfDepth } from '../../evaluate/depth.ts'
import type { Measure } from '../../evaluate/measures/measure.ts'
import { parseMeasures } from '../../evaluate/measures/parse.ts'
import { MTEB_MEASURES } from '../../evaluate/mteb.ts'
import { averagesOf, wholesOf, type Averaged } from '../../evaluate/suites/averages.ts'
import { findSets, type FoundSet } from '../../evaluate/suites/find.ts'
import { SUITES, type SuiteName } from '../../evaluate/suites/index.ts'
import type { Suite, SuiteSet } from '../../evaluate/suites/suite.ts'
import { flagOf, readOptions } from '../../options/options.ts'
import { openDocumentStore } from '../../search/store/document-store.ts'
import { assertUsed, noticeScripts } from './evaluate.ts'
import { evaluateIn } from './measure.ts'
import { DEFAULT_ROOT, depthsOf, EVAL_OPTIONS, measuresOf, type EvalInput, type EvalValues } from './options.ts'
import { remembered, type Measured } from './remembered.ts'
import { openSystem } from './system.ts'

/** One collection of a suite, measured. */
export interface SetReport extends Measured {
  set: SuiteSet
}

export interface SuiteReport {
  suite: Suite
  root: string
  system: string
  /** The measures that the user asked for. */
  measures: readonly Measure[]
  sets: SetReport[]
  /** Names of sets that are not below the root. */
  missing: string[]
  /** By name, the mean of the parts for sets made of parts. */
  wholes: ReadonlyMap<string, number>
  averages: Averaged[]
}

/**
 * Evaluates a retriever on the sets of a suite that are below `root`.
 * @throws UsageError naming options, folders, files and lines that cannot be used; CallError or StopRun if a model's server fails
 */
export async function evaluateSuite(
  name: SuiteName,
  spec: string,
  input: EvalInput,
  given: Hooks = {},
): Promise<SuiteReport> {
  const hooks = { ...given, onNotice: eachOnce(given.onNotice) }
  const values = readOptions(EVAL_OPTIONS, input)
  assertForSuite(name, input)
  assertUsed(spec, { ...input, suite: name })
  const measures = measuresOf(values)
  warnOfDepth(measures, depthsOf(values).reported, hooks)
  const suite = SUITES[name]
  const root = values.root ?? DEFAULT_ROOT
  const { found, missing } = await findSets(suite, root)
  const opened: OpenedCollection[] = []
  // All are opened first, so that a mistake in the last one is reported before any search.
  for (const each of found) opened.push(await openSet(each, input, hooks))
  noticeScripts(spec, values, opened, hooks)
  const sets: SetReport[] = []
  for (const [at, { set }] of found.entries()) {
    const report = await measureSet(spec, set, opened[at] as OpenedCollection, values, hooks)
    sets.push(report)
    hooks.onNotice?.(`${at + 1} of ${found.length}: ${doneText(report)}`)
  }
  return {
    suite,
    root,
    system: sets[0]?.report.system ?? spec,
    measures,
    sets,
    missing,
    ...means(suite, sets),
  }
}

const NOT_WITH_SUITE = ['split', 'subset', 'qrels', 'run', 'runOut'] as const

/** @throws UsageError with the options that have no meaning for a suite */
function assertForSuite(name: SuiteName, input: EvalInput): void {
  const given = NOT_WITH_SUITE.filter((each) => input[each] !== undefined)
  if (given.length === 0) return
  throw new UsageError(`${given.map(flagOf).join(', ')}: no effect with --suite ${name}`, {
    hint: 'A suite says which splits and judgements count. Evaluate one collection by its folder.',
  })
}

function openSet(
  { set, path, subset, split }: FoundSet,
  input: EvalInput,
  { onNotice }: Hooks,
): Promise<OpenedCollection> {
  const { ignoresIdenticalIds: ignores } = set
  const ofSuite = ignores === undefined ? 'auto' : ignores ? 'ignore' : 'keep'
  return openCollection(path, { split, subset, identicalIds: input.identicalIds ?? ofSuite, onWarning: onNotice })
}

async function measureSet(
  spec: string,
  set: SuiteSet,
  collection: OpenedCollection,
  values: EvalValues,
  hooks: Hooks,
): Promise<SetReport> {
  const { onProgress } = hooks
  const named: Hooks = {
    ...hooks,
    onProgress: onProgress && (({ what, ...rest }) => onProgress({ what: `${set.name}: ${what}`, ...rest })),
  }
  const system = await openSystem(spec, values, named, { name: set.task, type: 'Retrieval' })
  try {
    const store = await openDocumentStore(collection.corpus, values.index, named)
    try {
      const measures = measuredBeside(measuresOf(values))
      const measuring = { store, system, collection, measures, values }
      return { set, ...(await remembered(measuring, hooks.env, () => evaluateIn(measuring, undefined, named))) }
    } finally {
      store.close()
    }
  } finally {
    await system.close()
  }
}

/** Adds what mteb's results hold, so that they can be written at any time. */
const measuredBeside = (measures: readonly Measure[]) => [
  ...new Map([...measures, ...parseMeasures(MTEB_MEASURES)].map((each) => [each.name, each])).values(),
]

function doneText({ set, report, seconds, isRemembered }: SetReport): string {
  const value = (report.measures[set.measure] ?? 0).toFixed(4)
  return `${set.name}: ${set.measure} ${value}, ${isRemembered ? 'measured before' : `measured in ${duration(seconds)}`}`
}

function means(suite: Suite, sets: readonly SetReport[]): Pick<SuiteReport, 'wholes' | 'averages'> {
  const values = new Map(sets.map(({ set, report }) => [set.name, report.measures[set.measure] ?? 0]))
  const wholes = wholesOf(suite, values)
  return { wholes, averages: averagesOf(suite, new Map([...values, ...wholes])) }
}
