// Runs winnow prune, from files of rows to those worth keeping: every dataset is left out once, with the same
// initial model, seeds and number of steps.
import { resolve } from 'node:path'
import { timesSince } from '../../base/clock.ts'
import { assertPagePlace, writePage } from '../../base/page-file.ts'
import { VERSION } from '../../base/version.ts'
import { holding, type OutputPaths } from '../../job/outputs.ts'
import { chooseEngine } from '../../laboratory/choose.ts'
import { filesOf } from '../../laboratory/evaluation-set.ts'
import type { CompareHooks } from '../../laboratory/hooks.ts'
import { withRows } from '../../laboratory/open.ts'
import { namesOf, namingFaults, openQuestion, type Question } from '../../laboratory/question.ts'
import type { Setup } from '../../laboratory/setup.ts'
import { seedsOf } from '../../laboratory/trainings.ts'
import { openWorkplace } from '../../laboratory/workplace.ts'
import type { Input } from '../../rows/input.ts'
import { benchOf } from './arms.ts'
import type { Datasets } from './datasets.ts'
import { experiment } from './experiment.ts'
import { LEAST_QUERIES } from './halves.ts'
import { PRUNE_OPTIONS, type PruneInput, type PruneValues } from './options.ts'
import { readDatasets, readTraining, showTaken } from './read.ts'
import type { PruneReport } from './report.ts'
import { abortKept, assertOneFormat, commitKept, keptPaths, openKept, writeKept } from './write.ts'

/**
 * Finds the datasets that harm training on all of them, and writes the rows of the others.
 * @param paths files of rows: each a dataset, or one whose rows name theirs
 * @throws UsageError that names options, files, lines and collections that cannot be used; nothing is written then
 */
export async function prune(
  paths: readonly string[],
  given: PruneInput,
  hooks: CompareHooks = {},
): Promise<PruneReport> {
  const startedMs = Date.now()
  const engine = await chooseEngine<PruneValues>(PRUNE_OPTIONS, given)
  const { values, shown } = engine
  const question = await openQuestion(values, demandsOf(paths, values), hooks)
  const read = [...paths, ...filesOf(question.collections)]
  assertPagePlace(values.html, read)
  const places = await keptPaths(values, read)
  const setup = await engine.open(hooks)
  const reading = { format: values.format, needsNegatives: setup.needsNegatives }
  const work = () =>
    withRows(paths, reading, hooks, async (inputs) => {
      if (places) assertOneFormat(inputs)
      const found = await findingsOf({ inputs, names: namesOf(paths), question, values, setup }, hooks)
      const report = (keptRows: number): PruneReport => ({
        winnow: VERSION,
        command: 'prune',
        options: { rows: paths, ...shown },
        measure: question.measure.name,
        seeds: seedsOf(values),
        ...found.part,
        keptRows,
        outputs: writtenOf(places, values),
        ...timesSince(startedMs),
      })
      return write({ inputs, found, values, places, report }, hooks)
    })
  return places ? holding(places, work) : work()
}

const demandsOf = (paths: readonly string[], { eval: collections, html, out, by }: PruneValues) => ({
  faults: [
    ...(by === 'file' && paths.length < 2 ? ['--by file: one file is one dataset; prune needs at least two'] : []),
    ...namingFaults(paths, collections),
    ...(html !== undefined && out !== undefined && resolve(html) === resolve(out)
      ? ['--html and --out name the same file']
      : []),
  ],
  hint: 'Example: winnow prune fever.jsonl hotpotqa.jsonl eli5.jsonl --eval data/scifact --out kept.jsonl',
  queries: LEAST_QUERIES,
  why: 'to split in half',
})

interface PruneJob {
  inputs: Input[]
  names: readonly string[]
  question: Question
  values: PruneValues
  setup: Setup
}

/** The findings, and the datasets they are about. */
interface PruneFindings {
  part: Omit<
    PruneReport,
    'winnow' | 'command' | 'options' | 'measure' | 'seeds' | 'keptRows' | 'outputs' | 'started' | 'seconds'
  >
  datasets: Datasets
}

async function findingsOf(job: PruneJob, hooks: CompareHooks): Promise<PruneFindings> {
  const { inputs, names, question, values, setup } = job
  const { datasets, files } = await readDatasets(inputs, names, values, hooks)
  tellOf(datasets, values, hooks)
  const hashes = files.map(({ sha256: hash }) => hash)
  const place = openWorkplace({ work: values.work, identity: hashes, ...hooks })
  if (setup.show) await showTaken(inputs, datasets, setup.show, hooks)
  return setup.withTexts(place, hooks, async (room) => {
    const read = await readTraining(inputs, datasets, room.texts, hooks)
    const steps = setup.stepsOf(read.all.size)
    const bench = benchOf(read, datasets, hashes, values.seed)
    return room.withLaboratory({ ...question, steps, rows: read.all }, hooks, async (lab) => {
      const shown = await experiment({ lab, bench, read, datasets, values }, hooks)
      const described = lab.sets.map(({ name, queries }) => ({ name, queries: queries.length }))
      const unnamed = { rows: datasets.unnamed.seen }
      return { part: { inputs: files, steps, sets: described, unnamed, ...shown }, datasets }
    })
  })
}

function tellOf({ list, unnamed, repeats }: Datasets, { sample, out }: PruneValues, hooks: CompareHooks): void {
  const large = list.filter(({ sample: { seen } }) => seen > sample)
  for (const each of large) hooks.onNotice?.(`${each.name}: training on ${sample} of ${each.sample.seen} rows`)
  if (unnamed.seen > 0)
    hooks.onNotice?.(`${unnamed.seen} rows name no dataset; they are part of every training and are kept`)
  if (repeats && out !== undefined) {
    hooks.onNotice?.(
      `${repeats.count} row ids, such as ${JSON.stringify(repeats.first)}, occur in several files; if these are all kept, ${out} has duplicate ids`,
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

interface FinishedPrune {
  inputs: Input[]
  found: PruneFindings
  values: PruneValues
  places: OutputPaths | undefined
  report: (keptRows: number) => PruneReport
}

async function write(
  { inputs, found: { part, datasets }, values, places, report }: FinishedPrune,
  { signal }: CompareHooks,
): Promise<PruneReport> {
  const pruned = part.datasets.flatMap(({ verdict }, which) => (verdict === 'pruned' ? [which] : []))
  const sinks = places && (await openKept(places, values.onBadRow === 'skip', inputs as [Input, ...Input[]]))
  try {
    const written = report(await writeKept(inputs, datasets, new Set(pruned), sinks, signal))
    if (values.html !== undefined) writePage(values.html, await (await import('./html.ts')).prunePage(written))
    if (places && sinks) await commitKept(sinks, places, written)
    return written
  } catch (error) {
    if (sinks) await abortKept(sinks)
    throw error
  }
}
