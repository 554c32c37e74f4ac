// Explains one row of an opened run: what was decided about it, on what evidence, and by which calls.
import { withFields } from '../method/brought.ts'
import type { Ask, ChatRequest } from '../llm/chat.ts'
import { untouched, type Suspect } from '../policy/decided.ts'
import type { Measured } from '../policy/measured.ts'
import type { Outcome, Policy } from '../policy/policy.ts'
import { EXPLAINED, type MethodExplained } from '../methods/index.ts'
import { evidenceOf } from '../job/stages/policy.ts'
import type { EvidenceStore } from '../job/stored/store.ts'
import type { StoredDecider, StoredRun } from '../job/stored/stored-run.ts'
import type { Input } from '../rows/input.ts'
import type { RowLine } from '../rows/read.ts'
import type { ReadRows } from '../job/stored/stored-input.ts'
import type { ChosenBy } from '../tasks/tasks.ts'
import { explainPassages, type ExplainedPassage } from './explained-passages.ts'
import type { OutputOrigin } from './made-from.ts'
import { explainCall, recordingAsk, type ExplainedCall } from './recorded-calls.ts'
import type { RowRecords } from './recorded.ts'
import { refilledIn, type RefilledPassage } from './refilled.ts'

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

/** The parts of a run that its decisions follow from. */
export interface DecidingRun {
  /** What an output was made from; undefined if the rows are an input. */
  made: OutputOrigin | undefined
  input: Input
  scan: ReadRows
  stored: StoredRun
  store: EvidenceStore
  deciding: StoredDecider
  /** As the output was decided by, or as the options say. */
  policy: Policy
  measured: Measured | null
}

/** @param rows the file as the user named it @param recorded what the lists beside an output say about the row */
export async function explainRow(
  entry: RowLine,
  rows: string,
  run: DecidingRun,
  recorded: RowRecords | undefined,
): Promise<Explanation> {
  const { made, input, stored, measured } = run
  const seen = await lookInto(entry, run, recorded)
  const hasNewerReplies = made !== undefined && (seen.calls ?? []).some((call) => isAfter(call, made))
  const refilled = recorded && seen.wanted !== null ? refilledIn(recorded) : null
  const where = { file: input.name, run: stored.id, output: made ? rows : null, hasNewerReplies }
  return { ...where, ...seen, refilled, measured }
}

function isAfter({ at }: ExplainedCall, { manifest: { started, seconds } }: OutputOrigin): boolean {
  return at !== null && Date.parse(at) > Date.parse(started) + seconds * 1000
}

/** Explains everything about the row itself. @param recorded what the lists beside an output say about it */
async function lookInto(
  entry: RowLine,
  { deciding: { definition, plan, options }, policy, stored: run, store, scan }: DecidingRun,
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
    calls: ledger ? await Promise.all(requests.map((request) => explainCall(ledger, request))) : null,
  }
  return withFields(general, EXPLAINED, explainer.of?.(decided) ?? {})
}

/** Returns what the calls about a row cost, in US dollars; null if that is not known. */
export function costOf(explanation: Explanation | null): number | null {
  if (!explanation?.calls) return null
  const costs = explanation.calls.map(({ cost }) => cost)
  return costs.includes(null) ? null : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0)
}
