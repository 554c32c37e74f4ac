// Explains one row: what was decided about it, on what evidence, and by which calls. Asks and writes nothing.
import { existsSync } from 'node:fs'
import { withFields } from '../method/brought.ts'
import { untouched } from '../policy/decided.ts'
import type { Outcome, OwnPolicy, Policy } from '../policy/policy.ts'
import { messageOf, UsageError } from '../base/errors.ts'
import type { Ask, ChatRequest } from '../llm/chat.ts'
import type { Suspect } from '../policy/decided.ts'
import type { SurveyOutcome } from '../method/definition.ts'
import type { Measured } from '../policy/measured.ts'
import { EXPLAINED, LISTS, type MethodExplained } from '../methods/index.ts'
import { flagOf, readOptions } from '../options/options.ts'
import type { RowLine } from '../rows/read.ts'
import { evidenceOf } from '../job/stages/policy.ts'
import { recordsAt, type RowRecords } from './recorded.ts'
import { findRow, type FoundRow } from './find-row.ts'
import { openInput, type Input } from '../rows/input.ts'
import { madeFrom, type OutputOrigin } from './made-from.ts'
import { POLICY_OPTIONS } from '../job/options.ts'
import { policyIn } from '../job/program/program.ts'
import { EXPLAIN_OPTIONS, type ExplainOptions } from './explain-options.ts'
import { defaultLedger, outputPaths } from '../job/outputs.ts'
import { explainPassages, type ExplainedPassage } from './explained-passages.ts'
import { explainCall, recordingAsk, type ExplainedCall } from './recorded-calls.ts'
import { refilledIn, type RefilledPassage } from './refilled.ts'
import type { Scan } from '../rows/scan.ts'
import { asStored } from '../job/stored/stored-input.ts'
import { openStore, type EvidenceStore } from '../job/stored/store.ts'
import { decidingBy, short, type StoredDecider, type StoredRun } from '../job/stored/stored-run.ts'
import { surveyRows } from '../job/survey.ts'
import type { ChosenBy } from '../tasks/tasks.ts'

export interface Explanation extends MethodExplained {
  /** The input that contains the row. */
  file: string
  line: number
  row: string
  query: string
  dataset: string | null
  task: string
  /** What chose the task, and the words of the row that did; no words where it was `--task` or the default. */
  taskBy: { by: ChosenBy; words: string }
  method: string
  run: string
  /** The output whose manifest was followed; null if an input was named. */
  output: string | null
  outcome: Outcome
  /** Why it was dropped, is undecided or was exempt. */
  reason: { code: string; text: string } | null
  /** Negatives that the evidence shows to be relevant. */
  falseNegatives: number
  /** Negatives that were to be mined from the corpus, because none was left; null if some were. */
  wanted: number | null
  /** The negatives that were mined for it, the best first; null if no output is explained, or one without its list of changes. */
  refilled: RefilledPassage[] | null
  /** What was measured of each kind of find in the whole file, and the action that follows; null where actions are fixed. */
  measured: Measured | null
  /** Why its positives may be wrong. */
  suspect: Suspect | null
  /** Whether replies arrived after the output was written, so that the decision might now differ. */
  hasNewerReplies: boolean
  passages: ExplainedPassage[]
  /** In the order of asking; null if the evidence came from a file, which has no calls. */
  calls: ExplainedCall[] | null
}

/**
 * Explains the decision about one row.
 * @param rows the input of a run, or its output, whose manifest then says what was done; with `run`, the input of that other run
 * @param wanted the row's id, or `line:N`
 * @throws UsageError if there is no such row or run, or the input has changed since the output was made
 */
export async function explain(
  rows: string,
  wanted: string,
  { policy: decidesBy, ...plain }: ExplainOptions = {},
): Promise<Explanation> {
  const { own, option } = policyIn(decidesBy)
  const given = { ...plain, ...option }
  const { run, ledger, evidence, report, format: _format, ...others } = given
  const values = readOptions(EXPLAIN_OPTIONS, given)
  const from = madeFrom(rows, report)
  // An output can be the input of another run.
  const made = run === undefined || run === from?.manifest.run ? from : undefined
  if (made) assertNoOther(rows, made, others, own)
  const isNamed = ledger !== undefined || evidence !== undefined
  const store =
    made && !isNamed
      ? await openStore({ evidence: made.evidence }, made.ledger)
      : await openStore({ ledger, evidence }, ledger ?? ledgerNear(rows))
  try {
    const opened = await openRows(rows, made, values.format)
    try {
      const options = made ? policyOf(made) : others
      const {
        input,
        scan: scanned,
        stored,
      } = await asStored(opened, { onBadRow: 'skip', known: options['known'] as string | undefined }, (hash) => {
        if (made && made.hash !== hash) throw changed(rows, made, hash)
        return store.runOver(hash, opened.name, made?.manifest.run ?? run)
      })
      const found = await findRow(input, wanted)
      const limit = made ? made.manifest.rows.read : (stored.settings.limit ?? Infinity)
      if (found.before >= limit) throw beyondLimit(input.name, found, stored.id, limit)
      const deciding = decidingBy(stored, options, scanned.hash, own)
      const surveyed = made ? foundIn(made) : await survey(input, deciding, stored, store, scanned)
      const recorded = made && (await recordsAt(outputPaths(rows, report, undefined, LISTS), found.entry.line.number))
      const policy = deciding.policy(surveyed?.figures)
      const seen = await lookInto(found.entry, deciding, policy, stored, store, scanned, recorded)
      const hasNewerReplies = made !== undefined && (seen.calls ?? []).some((call) => isAfter(call, made))
      const refilled = recorded && seen.wanted !== null ? refilledIn(recorded) : null
      const { measured = null } = (surveyed?.sections ?? {}) as { measured?: Measured | null }
      const where = { file: input.name, run: stored.id, output: made ? rows : null, hasNewerReplies }
      return { ...where, ...seen, refilled, measured }
    } finally {
      await opened.close()
    }
  } finally {
    await store.close()
  }
}

/** Refuses policy options for an output, because its own decision is explained and not that of another policy. */
function assertNoOther(
  rows: string,
  { input, manifest: { program } }: OutputOrigin,
  given: Record<string, unknown>,
  own: OwnPolicy | undefined,
): void {
  if (program?.policy !== undefined && own?.name !== program.policy) {
    throw new UsageError(`${rows} was decided by the custom policy "${program.policy}"`, {
      hint: 'Explain it from a program: explain(rows, row, { policy }).',
    })
  }
  const others = { ...given, policy: program?.policy === undefined ? own : undefined }
  const flags = Object.entries(others)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => flagOf(name))
  if (flags.length === 0) return
  throw new UsageError(`${flags.join(', ')}: no effect on ${rows}, whose options are in its manifest`, {
    hint: `To see the effect of other options, explain the rows it was made from: ${input}`,
  })
}

/** Returns the policy options that an output was made with. */
function policyOf({ options }: OutputOrigin): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name in POLICY_OPTIONS))
}

function isAfter({ at }: ExplainedCall, { manifest: { started, seconds } }: OutputOrigin): boolean {
  return at !== null && Date.parse(at) > Date.parse(started) + seconds * 1000
}

function ledgerNear(rows: string): string {
  const [beside, here] = [defaultLedger(rows), defaultLedger('-')]
  return existsSync(beside) || !existsSync(here) ? beside : here
}

async function openRows(rows: string, made: OutputOrigin | undefined, format: string | undefined): Promise<Input> {
  if (made === undefined) return openInput(rows, format, undefined, true)
  try {
    return await openInput(made.input, made.options['format'] as string | undefined, undefined, true)
  } catch (error) {
    throw new UsageError(`${rows} was made from ${made.input}, which cannot be read: ${messageOf(error)}`, {
      cause: error,
      hint: 'Restore it, or give a copy of it: winnow explain ROWS ROW_ID --ledger FILE.',
    })
  }
}

function changed(rows: string, { input, hash }: OutputOrigin, now: string): UsageError {
  return new UsageError(
    `${input} has changed since ${rows} was made from it (SHA-256 ${short(hash)} then, ${short(now)} now)`,
    { hint: 'Restore the original rows, or rerun the command that made the output.' },
  )
}

function beyondLimit(file: string, { entry, before }: FoundRow, run: string, limit: number): UsageError {
  return new UsageError(
    `${entry.row.id} is row ${before + 1} of ${file}; run ${run} covered only the first ${limit} (--limit)`,
  )
}

type Surveyed = Pick<SurveyOutcome, 'figures' | 'sections'>

const foundIn = ({ manifest }: OutputOrigin): Surveyed => ({ figures: manifest.figures, sections: { ...manifest } })

/** Surveys all rows if the policy needs it. */
async function survey(
  input: Input,
  deciding: StoredDecider,
  run: StoredRun,
  store: EvidenceStore,
  scan: Scan,
): Promise<Surveyed | undefined> {
  const needed = deciding.survey()
  if (!needed?.isNeeded) return undefined
  const { definition, plan } = deciding
  const job = { definition, input, plan, scan, run, hooks: {} }
  const source = store.source(job)
  return source.reading(() => surveyRows(job, source, needed), needed.isDone === undefined)
}

/** Explains everything about the row itself. @param recorded what the lists beside an output say about it */
async function lookInto(
  entry: RowLine,
  { definition, plan, options }: StoredDecider,
  policy: Policy,
  run: StoredRun,
  store: EvidenceStore,
  scan: Scan,
  recorded: RowRecords | undefined,
): Promise<Omit<Explanation, 'file' | 'run' | 'output' | 'hasNewerReplies' | 'refilled' | 'measured'>> {
  const { row, line } = entry
  const requests: ChatRequest[] = []
  const around = (ask: Ask) => recordingAsk(ask, requests)
  const source = store.source({ definition, plan, run }, { around, fromLine: line.number })
  const evidence = await evidenceOf(entry, source, { plan, scan })
  const { explainer = {} } = definition
  const atFirst = { ...untouched(entry), evidence, decision: policy(row, evidence) }
  const decided = recorded ? (explainer.recall?.(atFirst, recorded.records) ?? atFirst) : atFirst
  const { decision } = decided
  const { task, by, words } = plan.tasks.chosen(row)
  const anchors = explainer.anchorsIn?.(row, evidence, options) ?? []
  const { ledger } = store
  const general = {
    line: line.number,
    row: row.id,
    query: row.query,
    dataset: row.dataset ?? null,
    task: task.name,
    taskBy: { by, words },
    method: definition.name,
    outcome: decision.outcome,
    reason: decision.reason ?? null,
    falseNegatives: decision.falseNegatives,
    wanted: decision.wanted ?? null,
    suspect: plan.suspectIn?.(row, evidence) ?? null,
    passages: explainPassages(row, evidence, decision, anchors),
    calls: ledger ? requests.map((request) => explainCall(ledger, request)) : null,
  }
  return withFields(general, EXPLAINED, explainer.of?.(decided) ?? {})
}
