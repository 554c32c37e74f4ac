// Writes down what was decided about a row: the row itself, and the records of it in the lists beside the rows.
import { isUndecided, type Decision } from '../methods/policy.ts'
import type { MethodPlan, MethodTally } from '../methods/definition.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { bytesIn } from '../rows/convert.ts'
import { parseLossless } from '../base/json.ts'
import { textOf } from '../base/lines.ts'
import { minersOf, withMinerAlike } from '../rows/miners.ts'
import { bytesWithOrigins, lineWith, relabelledBytes, relabelledColumns, type RowLine } from '../rows/read.ts'
import { contentOf, labelled, type Row } from '../rows/row.ts'
import type { DecideOptions } from './decide.ts'
import { noteGrown } from './growth/lists.ts'
import type { Mined } from './refill-row.ts'
import { bump, type DecisionTotals } from './totals.ts'

/** A row, and all that came of it. */
export interface Decided {
  entry: RowLine
  evidence: Evidence[]
  decision: Decision
  /** Negatives that it was refilled with. */
  mined: Mined[]
  /** How hard the passages are that were written for it, by id; empty where nothing was measured. */
  hardness: ReadonlyMap<string, number | null>
}

/** What is needed to write it down. */
export type SettleOptions = Pick<DecideOptions, 'input' | 'plan' | 'outputs' | 'refiller' | 'to' | 'adds'>

export async function settle(
  { entry, evidence, decision, mined, hardness }: Decided,
  options: SettleOptions,
  totals: DecisionTotals,
  tally: MethodTally,
): Promise<void> {
  const { row } = entry
  totals.add(row, options.plan.taskOf(row).name, decision)
  tally.add(row, evidence, decision)
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

function writeRow(entry: RowLine, decision: Decision, options: SettleOptions): Promise<void> | undefined {
  const { outputs, input, to, adds } = options
  if (decision.outcome === 'dropped') return outputs.note('dropped', droppedRecord(entry, decision))
  if (to !== undefined) return outputs.rows.write(bytesIn(to, entry, decision.row, input))
  if (adds) return outputs.rows.write(bytesWithOrigins(entry, decision.row, input))
  if (decision.outcome !== 'changed') return outputs.rows.write(entry.line.bytes)
  if (decision.added === undefined) return outputs.rows.write(relabelledBytes(entry, decision.row, input.format))
  return outputs.rows.write(refilledBytes(entry, decision.row, options))
}

/** Every row of a file has the same columns: who mined is said in it where rows say that already. */
function refilledBytes(entry: RowLine, after: Row, { input, refiller }: SettleOptions): Buffer {
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
function minedRecord({ line, row }: RowLine, { passage, reason }: Mined, { refiller }: SettleOptions): object {
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
  { outputs }: SettleOptions,
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
  options: SettleOptions,
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
