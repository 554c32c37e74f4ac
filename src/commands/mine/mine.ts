// Mining: searches for every row, counts what each threshold leaves, then chooses and writes.
import { definedIn } from '../../base/defined.ts'
import type { Hooks } from '../../base/hooks.ts'
import { unspacedQueries } from '../../search/bm25/unspaced.ts'
import { fillers } from '../../mining/fill.ts'
import { isBlind } from '../../mining/rules.ts'
import { ThresholdTally } from '../../mining/thresholds.ts'
import type { Miner } from '../../rows/miners.ts'
import { passageOf, type UnminableRow } from '../../mining/entry.ts'
import { mineRequest, withMineJob, type MineJob } from './job.ts'
import { mineManifestOf, type MineManifest, type MinePlan } from './manifest.ts'
import type { MineOptions } from '../../mining/options.ts'
import { openMineOutputs, type MineOutputs } from './outputs.ts'
import { pass, type MinedRow } from '../../mining/pass.ts'
import { MineTotals } from './totals.ts'
import { writeManifest } from '../../job/manifest-file.ts'
import { writeScript } from '../../trainers/write.ts'
import { assertWritable, filesInside, filesRead, holding, outputPaths, type OutputPaths } from '../../job/outputs.ts'

/** Hooks of a run that also writes. */
export interface MineHooks extends Hooks {
  /** Receives the number of negatives that each threshold leaves, before anything is written. */
  onPlan?: ((plan: MinePlan) => void) | undefined
}

/**
 * Mines hard negatives for the queries of a collection (a folder) or for existing rows (a file, or `-`), and writes rows to `options.out`.
 * To continue after any stop, call it again: finished searches are not repeated.
 * @throws UsageError if it cannot start; the outputs are untouched whenever it throws
 */
export async function mine(input: string, options: MineOptions, hooks: MineHooks = {}): Promise<MineManifest> {
  const startedMs = Date.now()
  const request = mineRequest(input, options, true)
  const paths = outputPaths(options.out as string, options.report)
  await assertWritable(paths, [...filesRead(input, input, options), ...(await filesInside([input, options.corpus]))])
  return holding(paths, () =>
    withMineJob(request, hooks, (job) =>
      mineInto(paths, job, (plan) => hooks.onPlan?.(plan), { recipe: recipeOf(input, options, job.miners), startedMs }),
    ),
  )
}

async function mineInto(
  paths: OutputPaths,
  job: MineJob,
  onPlan: (plan: MinePlan) => void,
  { recipe, startedMs }: { recipe: Record<string, unknown>; startedMs: number },
): Promise<MineManifest> {
  const plan = await planOf(job)
  onPlan(plan)
  const { format: rowFormat, path: from } = job.source
  const outputs = await openMineOutputs(paths, job.source.badRows > 0, { format: rowFormat, from })
  try {
    const totals = await write(job, outputs)
    await outputs.commit()
    const { script, rows } = paths
    const format = job.source.format.name
    const written = await writeScript({ ...job.hooks, trainer: job.values.trainer, rows, format, script })
    const manifest = mineManifestOf(plan, totals, recipe, { ...outputs.paths, ...written }, startedMs)
    await writeManifest(manifest)
    return manifest
  } catch (error) {
    await outputs.abort()
    throw error
  }
}

/** Returns what `mine` with these options would leave at each threshold. Searches, but writes no rows. */
export async function planMine(input: string, options: MineOptions, hooks: Hooks = {}): Promise<MinePlan> {
  return withMineJob(mineRequest(input, options, false), hooks, planOf)
}

/** Searches for every row and counts. */
async function planOf(job: MineJob): Promise<MinePlan> {
  const { source, store, corpus, miners, rules, hooks } = job
  const tally = new ThresholdTally(rules)
  const queries = unspacedQueries(job.values.retriever as string, job.values.tokenizer)
  let blind = 0
  for await (const each of pass(job, 'searching')) {
    if (!('choose' in each)) tally.addNone()
    else {
      tally.add(each.choose)
      queries.add(each.entry.query.text)
      if (isBlind(rules, each.found.positiveScores)) blind += 1
    }
  }
  const notice = queries.notice()
  if (notice !== undefined) hooks.onNotice?.(notice)
  if (blind > 0) {
    hooks.onNotice?.(
      `${blind} of ${source.total} rows have a positive without a score, because it is not in the corpus or was not retrieved, so ` +
        '--share cannot apply to them: use --share off, or --rescore MODEL, which scores any text',
    )
  }
  return {
    input: source.about,
    corpus: { path: corpus, sha256: store.hash, documents: store.size },
    miners,
    rows: source.total,
    negatives: rules.negatives,
    thresholds: tally.thresholds,
  }
}

async function write(job: MineJob, outputs: MineOutputs): Promise<MineTotals> {
  const totals = new MineTotals()
  for await (const each of pass(job, 'writing')) {
    const made = 'choose' in each ? await lineOf(each, job, totals) : each
    if ('line' in made) await outputs.rows.write(made.line)
    else {
      totals.dropped(made.reason)
      await outputs.drop(made.record)
    }
  }
  if (outputs.bad) await job.source.writeBad(outputs.bad)
  return totals
}

/** Returns the line of a row with its negatives, or the reason to drop it. */
async function lineOf(
  { entry, found, row, choose }: MinedRow,
  { rules, values: { tooFew }, store, finder, miners }: MineJob,
  totals: MineTotals,
): Promise<{ line: Buffer } | UnminableRow> {
  const { negatives: mined, against } = choose(rules)
  totals.looked(against)
  const wanted = rules.negatives - mined.length
  const gone = (reason: string): UnminableRow => ({ reason, record: entry.dropped(reason) })
  if (wanted > 0 && tooFew === 'drop') return gone('too few negatives')
  const fill = { wanted: tooFew === 'fill' ? wanted : 0, seed: rules.seed, size: store.size, idOf: store.idOf }
  const ids = fillers(row, mined, fill)
  if (mined.length + ids.length + entry.kept === 0) {
    return gone(isBlind(rules, found.positiveScores) ? 'no score of a positive to compare with' : 'no negatives left')
  }

  totals.written({ mined: mined.length, filled: ids.length, kept: entry.kept }, rules.negatives)
  totals.scored(found.positiveScores)
  const scores = await finder.scoresOf(entry.query, ids)
  const filled = ids.map((id, index) => ({ id, score: scores[index] }))
  const negatives = [...mined, ...filled].map(({ id, score }) => passageOf(row.read(id), 'negative', score))
  return { line: entry.bytes(found.positiveScores, negatives, miners) }
}

/** Returns the given options, with models without credentials: enough to repeat the run. */
function recipeOf(input: string, options: MineOptions, [retriever, rescorer]: Miner[]): Record<string, unknown> {
  return {
    rows: input,
    ...definedIn(options),
    ...(options.retriever !== undefined && { retriever: retriever?.name }),
    ...(options.rescore !== undefined && { rescore: rescorer?.name }),
  }
}
