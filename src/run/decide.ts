// Phase 2: one ordered streaming pass over the rows that asks no model and writes what the policy says.
import { refilled } from '../decide/changes.ts'
import { isUndecided, type Decision, type Policy } from '../decide/policy.ts'
import type { MethodPlan, MethodTally } from '../methods/definition.ts'
import type { Evidence } from '../methods/evidence.ts'
import type { KnownPositives } from '../rows/known.ts'
import { parseLossless } from '../rows/json.ts'
import { textOf } from '../rows/lines.ts'
import { minersOf, withMinerAlike } from '../rows/miners.ts'
import { bytesIn } from '../rows/convert.ts'
import {
  badRecord,
  lineWith,
  readRows,
  bytesWithOrigins,
  relabelledBytes,
  relabelledColumns,
  type RowLine,
} from '../rows/read.ts'
import { contentOf, labelled, type Row } from '../rows/row.ts'
import { noteGrown } from './growing/lists.ts'
import type { Measured } from './growing/hardness.ts'
import { GrowthTotals } from './growing/totals.ts'
import type { Input } from './input.ts'
import type { Means } from './means.ts'
import type { Outputs } from './outputs.ts'
import { prepare } from './prepare.ts'
import type { Mined } from './mining/refill-row.ts'
import type { EvidenceSource } from './source.ts'
import { bump, DecisionTotals } from './totals.ts'

export interface DecideOptions extends Means {
  input: Input
  plan: MethodPlan
  source: EvidenceSource
  policy: Policy
  known: KnownPositives
  /** Rows to go through, from the first; what follows is not written. */
  limit: number
  outputs: Outputs
  /** Whether the method writes passages: then every row says where its passages came from. */
  adds?: boolean
  /** Ends the phase: its reason is thrown. */
  signal?: AbortSignal | undefined
  onRow?: (totals: DecisionTotals) => void
}

/** @throws whatever a broken input or a full disk throws; the caller aborts the outputs. */
export async function decide(options: DecideOptions): Promise<DecisionTotals> {
  const totals = new DecisionTotals(options.adds === true ? new GrowthTotals() : undefined)
  const tally = options.plan.tally()
  await options.input.assertUnchanged()
  reading: for await (const batch of readRows(options.input)) {
    options.signal?.throwIfAborted()
    for (const entry of batch) {
      if (totals.rows >= options.limit) break reading
      if ('row' in entry) await decideRow(entry, options, totals, tally)
      else await options.outputs.note('bad', badRecord(entry))
      options.onRow?.(totals)
    }
  }
  await options.input.assertUnchanged()
  totals.figures = tally.figures()
  return totals
}

async function decideRow(
  entry: RowLine,
  options: DecideOptions,
  totals: DecisionTotals,
  tally: MethodTally,
): Promise<void> {
  const { row } = entry
  const evidence = await evidenceOf(entry, options)
  const { decision: refilled, mined } = await refill(row, options.policy(row, evidence), options)
  const { decision, hardness } = await measured(row, refilled, options)

  totals.add(row, options.plan.taskOf(row).name, decision)
  tally.add(row, evidence)
  await writeRow(entry, decision, options)
  await options.outputs.noteEvidence(entry, evidence)
  for (const record of changeRecords(entry, decision)) await options.outputs.note('changes', record)
  for (const each of mined) await options.outputs.note('changes', minedRecord(entry, each, options))
  if (totals.growth) {
    totals.growth.add(evidence, decision, hardness)
    await noteGrown(entry, evidence, decision, hardness, options.outputs)
  }
  await noteUnread(entry, decision, options, totals)
  await noteSuspect(entry, evidence, options, totals)
  countEvidence(evidence, decision, options.plan, totals)
}

/** A row that wants negatives gets them here, or goes. */
async function refill(
  row: Row,
  decision: Decision,
  { refiller }: DecideOptions,
): Promise<{ decision: Decision; mined: Mined[] }> {
  if (decision.wanted === undefined || refiller === undefined) return { decision, mined: [] }
  const { mined, isBlind } = await refiller.refill(row, decision)
  const passages = mined.map(({ passage }) => passage)
  return { decision: refilled(row, decision, passages, isBlind), mined }
}

/** A row that was given passages has them measured here, where that was asked for; some may go again. */
async function measured(row: Row, decision: Decision, { meter }: DecideOptions): Promise<Measured> {
  return meter === undefined ? { decision, hardness: new Map() } : meter.measure(row, decision)
}

/** All that is known of a row: without a model first, then what the method found out. */
export async function evidenceOf(
  entry: RowLine,
  { known, plan, source }: Pick<DecideOptions, 'known' | 'plan' | 'source'>,
): Promise<Evidence[]> {
  const prepared = prepare(entry.row, known, plan.keepDuplicates)
  return [...prepared.evidence, ...(await source.gathered(entry, prepared.asked))]
}

function writeRow(entry: RowLine, decision: Decision, options: DecideOptions): Promise<void> | undefined {
  const { outputs, input, to, adds } = options
  if (decision.outcome === 'dropped') return outputs.note('dropped', droppedRecord(entry, decision))
  if (to !== undefined) return outputs.rows.write(bytesIn(to, entry, decision.row, input))
  if (adds) return outputs.rows.write(bytesWithOrigins(entry, decision.row, input))
  if (decision.outcome !== 'changed') return outputs.rows.write(entry.line.bytes)
  if (decision.added === undefined) return outputs.rows.write(relabelledBytes(entry, decision.row, input.format))
  return outputs.rows.write(refilledBytes(entry, decision.row, options))
}

/** Every row of a file has the same columns: who mined is said in it where rows say that already. */
function refilledBytes(entry: RowLine, after: Row, { input, refiller }: DecideOptions): Buffer {
  const columns = relabelledColumns(entry, after, input)
  const isSaid = minersOf(entry.row).length > 0 && refiller !== undefined
  return lineWith(entry, isSaid ? withMinerAlike(columns, refiller.miner) : columns)
}

function droppedRecord({ line, row }: RowLine, { reason }: Decision): object {
  return { line: line.number, row: row.id, reason: reason?.text, columns: parseLossless(textOf(line)) }
}

function changeRecords({ line, row }: RowLine, { changes }: Decision): object[] {
  return changes.map(({ passage, from, to, stage, model, verdict, snippet, reason }) => ({
    line: line.number,
    row: row.id,
    passage: passage.id,
    from,
    to,
    stage,
    model: model ?? null,
    verdict: verdict ?? null,
    reason,
    ...(snippet && { snippet }),
    query: row.query,
    text: contentOf(passage),
  }))
}

/** A negative that came from elsewhere: it had no label before. */
function minedRecord({ line, row }: RowLine, { passage, reason }: Mined, { refiller }: DecideOptions): object {
  return {
    line: line.number,
    row: row.id,
    passage: passage.id,
    from: null,
    to: 'negative',
    stage: 'refill',
    model: refiller?.miner.name ?? null,
    verdict: null,
    reason,
    query: row.query,
    text: contentOf(passage),
  }
}

async function noteUnread(
  { line, row }: RowLine,
  decision: Decision,
  { outputs }: DecideOptions,
  totals: DecisionTotals,
): Promise<void> {
  const { unread } = decision
  const [first] = unread
  if (first === undefined) return
  if (isUndecided(decision)) {
    totals.unread += 1
    bump(totals.undecidedReasons, first.why)
  } else totals.unreadPassages += new Set(unread.flatMap(({ passages }) => passages)).size
  await outputs.note('undecided', {
    line: line.number,
    row: row.id,
    outcome: decision.outcome,
    reason: decision.reason?.text,
    calls: unread.map(({ stage, model, why, detail, passages, raw }) => ({
      stage,
      model,
      why,
      detail,
      passages,
      raw: raw ?? null,
    })),
  })
}

async function noteSuspect(
  { line, row }: RowLine,
  evidence: Evidence[],
  options: DecideOptions,
  totals: DecisionTotals,
): Promise<void> {
  const suspect = options.plan.suspectIn(row, evidence)
  if (suspect === undefined) return
  totals.suspects += 1
  await options.outputs.note('suspects', {
    line: line.number,
    row: row.id,
    query: row.query,
    reason: suspect.reason,
    positives: labelled(row, 'positive').map(({ id, text }) => ({ passage: id, text })),
    preferred: suspect.preferred.map((item) => ({ ...item, text: textOfPassage(row, item.passage) })),
  })
}

const textOfPassage = (row: Row, id: string) => row.passages.find((passage) => passage.id === id)?.text ?? ''

function countEvidence(evidence: Evidence[], decision: Decision, plan: MethodPlan, totals: DecisionTotals): void {
  if (evidence.some(({ kind }) => kind === 'exempt')) totals.exempt += 1
  else if (!isUndecided(decision)) bump(totals.falseNegatives, String(decision.falseNegatives))
  if (decision.outcome === 'dropped') bump(totals.dropReasons, decision.reason?.code ?? '')
  const checked = plan.spotCheckOf(evidence)
  if (checked === undefined) return
  totals.spotCheck[checked === 'unread' ? 'unread' : 'checked'] += 1
  if (checked === 'missed') totals.spotCheck.missed += 1
}
