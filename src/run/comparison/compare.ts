// winnow compare, from files of rows to what they are worth: every arm trained with the same start, seeds and number of steps.
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { cacheFolder } from '../../cache.ts'
import { changedAtRandom, droppedAtRandom } from '../../compare/controls.ts'
import { countsOf, passagesChanged } from '../../compare/row-changes.ts'
import { UsageError, messageOf } from '../../errors.ts'
import type { Measure } from '../../evaluate/measures/measure.ts'
import { parseMeasures } from '../../evaluate/measures/parse.ts'
import { sha256 } from '../../hash.ts'
import { readOptions } from '../../options/options.ts'
import type { OpenedCollection } from '../../collections/open.ts'
import { Engine } from '../../train/engine/engine.ts'
import { Texts } from '../../train/texts.ts'
import { capacityFor, stepsOf } from '../../train/trainer.ts'
import type { TrainingSet } from '../../train/training-set.ts'
import { VERSION } from '../../version.ts'
import type { Input } from '../input.ts'
import { developmentOfCollection, openDevelopment } from '../training/development.ts'
import type { TrainValues } from '../training/options.ts'
import { openCorpusOf } from '../training/prepare.ts'
import { openArms, readArms, readStart, type Arm, type CommonStart, type ReadArms } from './arms.ts'
import { differencesOf, meanOf, type Trained } from './differences.ts'
import { openSets, readCollection, type EvaluationSet } from './evaluation-set.ts'
import type { CompareHooks } from './hooks.ts'
import { htmlPage } from './html-page.ts'
import { moversOf } from './movers.ts'
import { COMPARE_OPTIONS, type CompareInput, type CompareValues } from './options.ts'
import { planOf } from './plan.ts'
import { rowsByPolicy } from './policies.ts'
import type { ArmReport, CompareReport } from './report.ts'
import { commonIdentity, initialUnit, trainUnit, type Laboratory, type Unit } from './unit.ts'

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
  const collections = await openSets(values.eval, hooks.onNotice)
  const read = collections.flatMap(({ qrels, corpus }) => [...qrels, ...(corpus.files ?? [])])
  assertPagePlace(values.html, [...paths, ...read])
  const files =
    values.policies === undefined ? { paths, names: namesOf(paths) } : await rowsByPolicy(paths, values, hooks)
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

/** Before anything is trained. @throws UsageError when the page would stand where something is read, or where nothing can be written */
function assertPagePlace(html: string | undefined, read: readonly string[]): void {
  if (html === undefined) return
  if (read.some((path) => resolve(path) === resolve(html)))
    throw new UsageError(`--html ${html} is read by this command`)
  if (statSync(html, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`cannot write ${html}: it is a folder`)
  makeFolder(dirname(resolve(html)))
}

function writePage(path: string, page: string): void {
  try {
    writeFileSync(`${path}.part`, page)
    renameSync(`${path}.part`, path)
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${messageOf(error)}`, { cause: error })
  }
}

const seedsOf = ({ seed, seeds }: CompareValues) => Array.from({ length: seeds }, (_, index) => seed + index)

/** File names, or whole paths where two files have one name. */
function namesOf(paths: readonly string[]): string[] {
  const short = paths.map((path) => basename(path).replace(/\.jsonl(\.gz)?$/, ''))
  return new Set(short).size === short.length ? short : [...paths]
}

/** @throws UsageError with everything that is wrong with what was given */
function check(paths: readonly string[], { eval: collections, measure: name, policies }: CompareValues): Measure {
  const faults: string[] = []
  if (policies === undefined && paths.length < 2) {
    faults.push('one file of rows: a comparison needs two or more, or --policies')
  }
  if (paths.filter((path) => path === '-').length > 0) faults.push('rows are read several times: name files, not -')
  const twice = paths.filter((path, index) => paths.indexOf(path) !== index)
  if (twice.length > 0) faults.push(`${[...new Set(twice)].join(', ')} is named twice`)
  if (collections.length === 0) faults.push('name the collections to evaluate on with --eval')
  let measures: Measure[] = []
  try {
    measures = parseMeasures(name ?? '')
    if (measures.length !== 1 || measures[0]?.family.combine !== 'mean') {
      faults.push(`--measure ${JSON.stringify(name)}: allowed: one measure that is a mean over queries, as nDCG@10`)
    }
  } catch (error) {
    faults.push(messageOf(error))
  }
  if (faults.length > 0) {
    throw new UsageError(faults.join('; '), {
      hint: 'As in: winnow compare dirty.jsonl cleaned.jsonl --eval data/scifact',
    })
  }
  return measures[0] as Measure
}

interface Opened {
  inputs: Input[]
  names: readonly string[]
  collections: OpenedCollection[]
  measure: Measure
  values: CompareValues
}

type Part = Omit<CompareReport, 'winnow' | 'command' | 'options' | 'measure' | 'seeds' | 'started' | 'seconds'>

async function compareOpened(
  { inputs, names, collections, measure, values }: Opened,
  hooks: CompareHooks,
): Promise<Part> {
  const training = values as unknown as TrainValues
  const [devCollection, corpus] = [await openDevelopment(values.dev, hooks.onNotice), await openCorpusOf(training)]
  const { hashes, start } = await readStart(inputs, values, hooks)
  const root = values.work ?? join(cacheFolder('comparisons', hooks.env), sha256(hashes.join(), 16))
  makeFolder(root)
  const bags = (name: string) => join(root, `${name}.${process.pid}`)
  const files = [bags('bags'), bags('eval-bags')] as const
  const read = await readArms(inputs, names, hashes, { start, values, file: files[0], corpus }, hooks)
  const evalTexts = new Texts(start.read, { maxTokens: Infinity, file: files[1] })
  try {
    const base = read.arms[0] as Arm
    const steps = stepsOf(base.rows, values)
    const distinct = read.arms.filter(({ name }) => !read.identical.includes(name))
    if (distinct.length === 1) return nothingToCompare(read, collections, steps)
    const sets: EvaluationSet[] = []
    for (const collection of collections) sets.push(await readCollection(collection, evalTexts, start, hooks))
    const set = base.setOf(values.seed)
    const development =
      devCollection && (await developmentOfCollection(devCollection, set, start.prompts, hooks.signal)).development
    const arms = [
      ...distinct,
      ...(values.noControls ? [] : distinct.slice(1).flatMap((arm) => controlsOf(arm, base, hooks))),
    ]
    const engine = engineFor(read.texts, evalTexts, start, values)
    try {
      const common = { start, sets, measure, steps, values, pool: read.pool, development }
      const lab: Laboratory = { ...common, engine, evalTexts, folder: join(root, commonIdentity(common).slice(0, 16)) }
      return await experiment(lab, read, arms, inputs, hooks)
    } finally {
      await engine.close()
    }
  } finally {
    read.texts.close()
    evalTexts.close()
    for (const file of files) rmSync(file, { force: true })
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${messageOf(error)}`, { cause: error })
  }
}

function engineFor(texts: Texts, evalTexts: Texts, { tokens, dimensions }: CommonStart, values: CompareValues): Engine {
  const largest = Math.max(texts.largest, evalTexts.largest)
  const threads = values.threads ?? availableParallelism()
  return new Engine({ tokens, dimensions, trains: true, ...capacityFor(values, largest) }, threads)
}

/** As many passages changed, and as many rows dropped, as an arm did. */
function controlsOf(arm: Arm, base: Arm, { onNotice }: CompareHooks): Arm[] {
  const { changes } = arm
  if (changes === undefined) return []
  const counts = countsOf(changes)
  const control = (kind: Arm['kind'], what: string, rows: number, setOf: (seed: number) => TrainingSet): Arm => ({
    name: `${arm.name}: ${what}`,
    kind,
    of: arm.name,
    identity: `${base.identity} ${arm.identity}`,
    rows,
    changes: undefined,
    skipped: 0,
    setOf,
  })
  const controls: Arm[] = []
  if (passagesChanged(counts) > 0) {
    const setOf = (seed: number) => changedAtRandom(base.setOf(seed), changes, seed)
    controls.push(control('changed-at-random', 'changed at random', base.rows, setOf))
  }
  if (counts.dropped > 0 && counts.dropped < base.rows) {
    const setOf = (seed: number) => droppedAtRandom(base.setOf(seed), counts.dropped, seed)
    controls.push(control('dropped-at-random', 'dropped at random', base.rows - counts.dropped, setOf))
  }
  if (counts.added > 0) onNotice?.(`${arm.name}: ${counts.added} rows are new; no control stands beside these`)
  return controls
}

async function experiment(
  lab: Laboratory,
  read: ReadArms,
  arms: Arm[],
  inputs: Input[],
  hooks: CompareHooks,
): Promise<Part> {
  const seeds = seedsOf(lab.values)
  const initial: Unit[] = []
  for (const seed of seeds) {
    initial.push(await initialUnit(lab, seed, hooks.signal))
    hooks.onProgress?.({ what: 'looking at the untrained vectors', done: initial.length, total: seeds.length })
  }
  const plan = planOf(lab, arms, initial, seeds.length)
  hooks.onPlan?.(plan)
  const trained = await trainAll(lab, arms, seeds, hooks)
  const movers: CompareReport['movers'] = []
  for (const each of trained.filter(({ arm }) => arm.kind === 'given')) {
    const file = inputs[read.arms.indexOf(each.arm)] as Input
    const queries = await moversOf(
      lab,
      read.texts,
      [trained[0] as Trained, each],
      [inputs[0] as Input, file],
      seeds[0] as number,
    )
    movers.push({ arm: each.arm.name, queries })
  }
  return {
    steps: lab.steps,
    sets: lab.sets.map(({ name, queries }) => ({
      name,
      queries: queries.length,
      queryIds: queries.map(({ id }) => id),
    })),
    plan,
    initial: meanOf(initial.map(meanOfUnit)),
    arms: [...trained.map(armReport), ...identicalArms(read)],
    differences: differencesOf(trained, lab.sets),
    movers,
  }
}

/** Seed by seed, so that what is there after a while is of all arms. */
async function trainAll(
  lab: Laboratory,
  arms: Arm[],
  seeds: number[],
  { signal, onTraining }: CompareHooks,
): Promise<Trained[]> {
  const trained = arms.map((arm): Trained => ({ arm, units: [] }))
  const total = arms.length * seeds.length
  let done = 0
  let [spent, counted] = [0, 0]
  for (const seed of seeds) {
    for (const { arm, units } of trained) {
      signal?.throwIfAborted()
      const begunMs = performance.now()
      const onShare = (share: number) => {
        const seconds = (performance.now() - begunMs) / 1000
        const each = counted > 0 ? spent / counted : share > 0.05 ? seconds / share : undefined
        onTraining?.({ arm: arm.name, seed, done, total, share, secondsLeft: each && each * (total - done - share) })
      }
      const unit = await trainUnit(lab, arm, seed, { signal, onShare })
      units.push(unit)
      done += 1
      spent += unit.seconds
      counted += 1
    }
  }
  return trained
}

const meanOfUnit = ({ values }: Unit) => meanOf(values.map(meanOf))

function armReport({ arm, units }: Trained): ArmReport {
  const sets = units[0]?.values.length ?? 0
  const parts = units[0]?.losses.length ?? 0
  return {
    ...describeArm(arm),
    epochs: meanOf(units.map(({ epochs }) => epochs)),
    means: Array.from({ length: sets }, (_, index) =>
      meanOf(units.map(({ values }) => meanOf(values[index] as number[]))),
    ),
    mean: meanOf(units.map(meanOfUnit)),
    bySeed: units.map(meanOfUnit),
    losses: Array.from({ length: parts }, (_, part) => meanOf(units.map(({ losses }) => losses[part] as number))),
  }
}

function describeArm({ name, kind, of, path, rows, skipped, changes }: Arm) {
  return {
    name,
    kind,
    ...(of !== undefined && { of }),
    ...(path !== undefined && { path }),
    rows,
    skipped,
    changes: changes ? countsOf(changes) : null,
  }
}

const identicalArms = ({ arms, identical }: ReadArms): ArmReport[] =>
  arms
    .filter(({ name }) => identical.includes(name))
    .map((arm) => ({
      ...describeArm(arm),
      identicalTo: arms[0]?.name ?? '',
      epochs: 0,
      means: [],
      mean: 0,
      bySeed: [],
      losses: [],
    }))

/** All files hold the same rows: nothing is trained. */
function nothingToCompare(read: ReadArms, collections: OpenedCollection[], steps: number): Part {
  const [base] = read.arms as [Arm]
  return {
    steps,
    sets: collections.map(({ name, split, queries }) => ({
      name: `${name} ${split}`.trim(),
      queries: queries.length,
      queryIds: queries.map(({ id }) => id),
    })),
    plan: null,
    initial: null,
    arms: [{ ...describeArm(base), epochs: 0, means: [], mean: 0, bySeed: [], losses: [] }, ...identicalArms(read)],
    differences: [],
    movers: [],
  }
}
