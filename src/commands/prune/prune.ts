// winnow prune, from files of rows to those that are worth keeping: every dataset left out once, with the same start, seeds and number of steps.
import { resolve } from 'node:path'
import type { OpenedCollection } from '../../collections/open.ts'
import { UsageError } from '../../base/errors.ts'
import type { Measure } from '../../evaluate/measures/measure.ts'
import { readOptions } from '../../options/options.ts'
import { LEAST_QUERIES } from './halves.ts'
import { Texts } from '../../train/texts.ts'
import { assertLoss } from '../../train/losses/index.ts'
import { stepsOf } from '../../train/trainer.ts'
import { VERSION } from '../../base/version.ts'
import { engineFor } from '../../laboratory/engine.ts'
import { seedsOf } from '../../laboratory/experiment.ts'
import { openArms } from '../../laboratory/arms.ts'
import {
  assertQueries,
  filesOf,
  openSets,
  readCollection,
  type EvaluationSet,
} from '../../laboratory/evaluation-set.ts'
import type { CompareHooks } from '../../laboratory/hooks.ts'
import { comparedMeasure, namingFaults, namesOf } from '../../laboratory/measure.ts'
import { laboratory } from '../../laboratory/unit.ts'
import { openWorkplace } from '../../laboratory/workplace.ts'
import type { Input } from '../../rows/input.ts'
import type { OutputPaths } from '../../job/outputs.ts'
import { assertPagePlace, writePage } from '../../base/page-file.ts'
import { developmentOfCollection, openDevelopment } from '../../train/development-set.ts'
import type { TrainValues } from '../../train/encoder-options.ts'
import { openCorpusOf } from '../../train/prepare.ts'
import { benchOf } from './arms.ts'
import { experiment } from './experiment.ts'
import { prunePage } from './html.ts'
import { comparisonValues, PRUNE_OPTIONS, type PruneInput, type PruneValues } from './options.ts'
import { readDatasets, readTraining, readWords } from './read.ts'
import type { PruneReport } from './report.ts'
import { abortKept, assertOneFormat, commitKept, keptPaths, openKept, writeKept } from './write.ts'

/**
 * Finds the datasets that harm what is trained on all of them, and writes the rows of the others.
 * @param paths files of rows: each a dataset, or one whose rows name theirs
 * @throws UsageError naming options, files, lines and collections that cannot be used; nothing is written then
 */
export async function prune(
  paths: readonly string[],
  given: PruneInput,
  hooks: CompareHooks = {},
  names: readonly string[] = namesOf(paths),
): Promise<PruneReport> {
  const startedMs = Date.now()
  const values = readOptions(PRUNE_OPTIONS, given)
  const measure = check(paths, values)
  assertLoss(values)
  const collections = await openSets(values.eval, hooks.onNotice)
  assertQueries(collections, LEAST_QUERIES, 'to be halved')
  const read = [...paths, ...filesOf(collections)]
  assertPagePlace(values.html, read)
  const places = await keptPaths(values, read)
  const inputs = await openArms(paths, comparisonValues(values), hooks)
  try {
    if (places) assertOneFormat(inputs)
    const shown = await pruneOpened({ inputs, names, collections, measure, values }, hooks)
    const report = (keptRows: number): PruneReport => ({
      winnow: VERSION,
      command: 'prune',
      options: { rows: paths, ...given },
      measure: measure.name,
      seeds: seedsOf(comparisonValues(values)),
      ...shown.part,
      keptRows,
      outputs: writtenOf(places, values),
      started: new Date(startedMs).toISOString(),
      seconds: (Date.now() - startedMs) / 1000,
    })
    return await write({ inputs, shown, values, places, report }, hooks)
  } finally {
    for (const input of inputs) await input.close()
  }
}

/** @throws UsageError with everything that is wrong with what was given */
function check(paths: readonly string[], { eval: collections, measure: name, html, out, by }: PruneValues): Measure {
  const faults: string[] = []
  if (by === 'file' && paths.length < 2) faults.push('--by file: one file is one dataset, and two are needed')
  faults.push(...namingFaults(paths, collections))
  if (html !== undefined && out !== undefined && resolve(html) === resolve(out)) faults.push('--html and --out are one')
  const measure = comparedMeasure(name, faults)
  if (faults.length > 0) {
    throw new UsageError(faults.join('; '), {
      hint: 'As in: winnow prune fever.jsonl hotpotqa.jsonl eli5.jsonl --eval data/scifact --out kept.jsonl',
    })
  }
  return measure as Measure
}

interface Opened {
  inputs: Input[]
  names: readonly string[]
  collections: OpenedCollection[]
  measure: Measure
  values: PruneValues
}

type Part = Pick<
  PruneReport,
  'inputs' | 'steps' | 'sets' | 'plan' | 'initial' | 'everything' | 'datasets' | 'unnamed' | 'together'
>

/** What was found, and which datasets it was found of. */
interface Shown {
  part: Part
  datasets: Awaited<ReturnType<typeof readDatasets>>['datasets']
}

async function pruneOpened(opened: Opened, hooks: CompareHooks): Promise<Shown> {
  const { inputs, names, collections, measure, values } = opened
  const comparison = comparisonValues(values)
  const devCollection = await openDevelopment(values.dev, hooks.onNotice)
  const corpus = await openCorpusOf(comparison as unknown as TrainValues)
  const { datasets, files } = await readDatasets(inputs, names, values, hooks)
  tellOf(datasets, values, hooks)
  const hashes = files.map(({ sha256: hash }) => hash)
  const { root, bags, leave } = openWorkplace({ work: values.work, identity: hashes, ...hooks })
  const start = await readWords(inputs, datasets, comparison, hooks)
  const read = await readTraining(inputs, datasets, { start, values: comparison, file: bags[0], corpus }, hooks)
  const evalTexts = new Texts(start.read, { maxTokens: Infinity, file: bags[1] })
  try {
    const sets: EvaluationSet[] = []
    for (const collection of collections) sets.push(await readCollection(collection, evalTexts, start, hooks))
    const development =
      devCollection && (await developmentOfCollection(devCollection, read.all, start.prompts, hooks.signal)).development
    const engine = engineFor(read.texts, evalTexts, start, comparison)
    try {
      const steps = stepsOf(read.all.size, comparison)
      const conditions = { start, sets, measure, steps, values: comparison, pool: read.pool, development }
      const lab = laboratory(conditions, { engine, evalTexts, texts: read.texts, root })
      const bench = benchOf(read, datasets, hashes, values.seed)
      const shown = await experiment({ lab, bench, read, datasets, values, seeds: seedsOf(comparison) }, hooks)
      const described = sets.map(({ name, queries }) => ({ name, queries: queries.length }))
      const unnamed = { rows: datasets.unnamed.seen }
      return { part: { inputs: files, steps, sets: described, unnamed, ...shown }, datasets }
    } finally {
      await engine.close()
    }
  } finally {
    read.texts.close()
    evalTexts.close()
    leave()
  }
}

function tellOf(
  { list, unnamed, repeats }: Shown['datasets'],
  { sample, out }: PruneValues,
  hooks: CompareHooks,
): void {
  const large = list.filter(({ sample: { seen } }) => seen > sample)
  for (const each of large) hooks.onNotice?.(`${each.name}: ${sample} of its ${each.sample.seen} rows are trained on`)
  if (unnamed.seen > 0) hooks.onNotice?.(`${unnamed.seen} rows name no dataset; they are in every training, and kept`)
  if (repeats && out !== undefined) {
    hooks.onNotice?.(
      `${repeats.count} row ids, as ${JSON.stringify(repeats.first)}, are in several files: where all of them are kept, ${out} has repeated ids`,
    )
  }
}

function writtenOf(places: OutputPaths | undefined, { html, onBadRow }: PruneValues): Record<string, string> | null {
  const written = {
    ...(places && { rows: places.rows, manifest: places.manifest }),
    ...(places && onBadRow === 'skip' && { bad: places.sidecars.bad }),
    ...(html !== undefined && { html }),
  }
  return Object.keys(written).length === 0 ? null : written
}

async function write(
  {
    inputs,
    shown: { part, datasets },
    values,
    places,
    report,
  }: {
    inputs: Input[]
    shown: Shown
    values: PruneValues
    places: OutputPaths | undefined
    report: (keptRows: number) => PruneReport
  },
  { signal }: CompareHooks,
): Promise<PruneReport> {
  const pruned = part.datasets.flatMap(({ verdict }, which) => (verdict === 'pruned' ? [which] : []))
  const sinks = places && (await openKept(places, values.onBadRow === 'skip'))
  try {
    const written = report(await writeKept(inputs, datasets, new Set(pruned), sinks, signal))
    if (values.html !== undefined) writePage(values.html, prunePage(written))
    if (places && sinks) await commitKept(sinks, places, written)
    return written
  } catch (error) {
    if (sinks) await abortKept(sinks)
    throw error
  }
}
