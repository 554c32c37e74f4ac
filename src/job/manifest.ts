// The record of a run: its input, settings, results and cost. It also serves as a recipe.
import { timesSince } from '../base/clock.ts'
import type { RunSpending } from '../llm/ledger/run-record.ts'
import { NANO_PER_DOLLAR, PRICES_AS_OF } from '../llm/prices.ts'
import { withFields } from '../method/brought.ts'
import type { Figures } from '../method/definition.ts'
import { SECTIONS, type MethodSections } from '../methods/index.ts'
import type { HumanCounts } from '../policy/human.ts'
import { precisionOptions, type Measured } from '../policy/measured.ts'
import type { PromptVersion } from '../prompts/template.ts'
import type { TaskConflict, TaskCount } from '../tasks/counts.ts'
import { VERSION } from '../base/version.ts'
import type { BatchTotals } from './batch-totals.ts'
import type { Job } from './job.ts'
import { listsOf, type OutputPaths } from './outputs.ts'
import type { Program } from './program/program.ts'
import { withPublicRefill, type Refiller } from './stages/refill.ts'
import type { CascadeRecord } from '../judging/cascade/record.ts'
import { promiseLines, type SeenRows } from '../judging/cascade/words.ts'
import type { CheckReport } from '../judging/check.ts'
import type { PilotReport } from './gather/pilot.ts'
import type { CallTotals, StageCalls } from './call-totals.ts'
import type { DecisionTotals } from './totals.ts'

export interface Manifest extends MethodSections {
  winnow: string
  command: string
  /** The run that the evidence comes from. */
  run: string
  /** Options that repeat this command: pass the manifest as `--recipe`. */
  options: Record<string, unknown>
  method: string
  /** Parts that a program supplied; absent if there are none. */
  program?: Program
  models: Record<string, string>
  prompts: PromptVersion[]
  input: {
    path: string
    sha256: string
    format: string
    rows: number
    badRows: number
    problems: Record<string, number>
  }
  outputs: { rows: string; manifest: string } & Record<string, string>
  rows: {
    read: number
    outcomes: DecisionTotals['outcomes']
    exempt: number
    undecidedReasons: Record<string, number>
    /** Unread passages in rows that could still be decided. */
    unreadPassages: number
    dropReasons: Record<string, number>
    /** Rows by task. */
    tasks: Record<string, number>
    /** What chose the tasks, most rows first. */
    taskChoices: TaskCount[]
    /** Rows that say something else about their task than what chose it. */
    taskConflicts: TaskConflict[]
    suspectPositives: number
  }
  passages: {
    before: DecisionTotals['before']
    after: DecisionTotals['after']
    relabelled: Record<string, number>
    removed: Record<string, number>
  }
  /** Rows that had lost all negatives and were refilled from a corpus; null if refilling was not asked for. */
  refill: ({ rows: number; negatives: number } & Pick<Refiller, 'miner' | 'corpus'>) | null
  /** What people said of negatives in audits; absent if nobody graded one. */
  human?: HumanCounts
  /** The scores in the rows; absent if none were asked for. */
  scores?: ScoreReport
  /** Number of rows by number of false negatives, among the rows that were read. */
  falseNegativesPerRow: Record<string, number>
  /** What the canaries showed about the models; null if none were asked, or if the method brings no check. */
  check: CheckReport | null
  /** Which rows the judge saw, with `--recall`; the record is null if only a file of evidence tells. Absent without it. */
  cascade?: SeenRows & { promise: string[]; record: CascadeRecord | null }
  /** Report on the first rows; null if there was no pilot. */
  pilot: PilotReport | null
  /** Counts of the method. */
  figures: Figures
  calls: Record<string, StageCalls>
  failures: Record<string, number>
  /** The batch jobs of the run; absent if it had none. */
  batch?: BatchTotals
  cost: Cost
  started: string
  seconds: number
}

/** What the scores in the rows are, and how many rows have them. */
interface ScoreReport {
  scale: string
  range: string
  meaning: string
  /** Where they are in the rows. */
  fields: string
  /** Rows with a score for every passage. */
  rows: number
  /** Rows written with null in place of scores, by reason. */
  without: Record<string, number>
  /** Rows whose own scores were replaced. */
  replaced: number
}

/** US dollars; null if a price or a token count is unknown. */
interface Cost {
  /** For calls made by this start of the run. */
  now: number | null
  /** For all starts of this run together. */
  run: number | null
  /** What may have been billed for calls that gave no reply. */
  unsettled: number
  pricesAsOf: string
}

/** The results of a job. */
export interface FinishedJob {
  paths: OutputPaths
  /** The path of the training script, if there is one. */
  script?: string
  calls: CallTotals
  check?: CheckReport | undefined
  pilot?: PilotReport | undefined
  batch?: BatchTotals | undefined
  totals: DecisionTotals
  figures: Figures
  /** Fields that the method and its survey fill. */
  sections: Record<string, unknown>
  refiller: Refiller | undefined
  spending: RunSpending
  startedMs: number
}

export function manifestOf(job: Job, done: FinishedJob): Manifest {
  const { definition, plan, run, input, scan } = job
  const { paths, calls, totals, refiller } = done
  const scores = scoresOf(job, totals)
  const general: GeneralManifest = {
    winnow: VERSION,
    command: job.command,
    run: run.id,
    options: { ...withPublicRefill(job.recipe, refiller), ...precisionIn(done.sections) },
    method: definition.name,
    ...(Object.keys(job.program).length > 0 && { program: job.program }),
    models: run.settings.identities,
    prompts: plan.prompts,
    input: {
      path: input.name,
      sha256: scan.hash,
      format: input.format.name,
      rows: scan.rows,
      badRows: scan.badRows,
      problems: scan.problems,
    },
    outputs: { ...outputsOf(paths, listsOf(definition, scan)), ...(done.script && { script: done.script }) },
    rows: {
      read: totals.rows,
      outcomes: totals.outcomes,
      exempt: totals.exempt,
      undecidedReasons: totals.undecidedReasons,
      unreadPassages: totals.unreadPassages,
      dropReasons: totals.dropReasons,
      tasks: totals.tasks.byTask,
      taskChoices: totals.tasks.choices,
      taskConflicts: totals.tasks.conflicts,
      suspectPositives: totals.suspects,
    },
    passages: { before: totals.before, after: totals.after, ...totals.moved },
    refill: refiller ? { ...totals.refilled, miner: refiller.miner, corpus: refiller.corpus } : null,
    ...(totals.humans.found && { human: totals.humans.found }),
    ...(scores && { scores }),
    falseNegativesPerRow: totals.falseNegatives,
    check: done.check ?? null,
    ...(plan.cascade && { cascade: cascadeOf(run.settings.cascade, totals.seen) }),
    pilot: done.pilot ?? null,
    figures: done.figures,
    calls: calls.stages,
    failures: calls.failures,
    ...(done.batch && { batch: done.batch }),
    cost: costOf(calls, done.spending),
    ...timesSince(done.startedMs),
  }
  return withFields(general, [...SECTIONS, ...(definition.sections ?? [])], done.sections)
}

/** A recipe repeats what canaries bore, although it asks about none. */
function precisionIn({ measured = null }: Record<string, unknown>): { precision?: string[] } {
  const found = measured as Measured | null
  return found?.source === 'canaries' ? { precision: precisionOptions(found) } : {}
}

function scoresOf({ scoring }: Job, { scored }: DecisionTotals): ScoreReport | undefined {
  if (scoring === undefined) return undefined
  const { name: scale, range, meaning } = scoring.scale
  return { scale, range, meaning, fields: scoring.fields, ...scored }
}

type GeneralManifest = Omit<Manifest, keyof MethodSections>

function outputsOf(
  { rows, manifest, sidecars, evidence, html }: OutputPaths,
  lists: readonly string[],
): Manifest['outputs'] {
  const files = Object.entries(sidecars).filter(([list]) => lists.includes(list))
  return {
    rows,
    manifest,
    ...Object.fromEntries(files),
    ...(evidence && { evidence: evidence.path }),
    ...(html && { html }),
  }
}

function cascadeOf(record: CascadeRecord | undefined, seen: SeenRows): NonNullable<Manifest['cascade']> {
  return { ...seen, promise: record ? promiseLines(record, seen) : [], record: record ?? null }
}

function costOf(calls: CallTotals, { cost, unpriced, unsettled }: RunSpending): Cost {
  return {
    now: calls.sum('unpriced') > 0 ? null : calls.sum('usd'),
    run: unpriced > 0 ? null : cost / NANO_PER_DOLLAR,
    unsettled: unsettled / NANO_PER_DOLLAR,
    pricesAsOf: PRICES_AS_OF,
  }
}
