// Phase 2: one ordered streaming pass over the rows that asks no model and writes what the policy says.
import { refilled } from '../methods/changes.ts'
import type { Decision, Policy } from '../methods/policy.ts'
import type { MethodPlan } from '../methods/definition.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { KnownPositives } from '../rows/known.ts'
import { badRecord, readRows, type BadLine, type RowLine } from '../rows/read.ts'
import type { Row } from '../rows/row.ts'
import type { HardnessMeter } from './growth/hardness.ts'
import { GrowthTotals } from './growth/totals.ts'
import type { Input } from '../rows/input.ts'
import type { Means } from './means.ts'
import type { Mined } from './refill-row.ts'
import type { Outputs } from './outputs.ts'
import { prepare } from './prepare.ts'
import { settle, type Decided } from './settle.ts'
import type { EvidenceSource } from './source.ts'
import { DecisionTotals } from './totals.ts'

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

/** Rows that are decided before they are written: an encoder that tells how hard their passages are may be a server. */
const AT_ONCE = 16

/** @throws whatever a broken input or a full disk throws; the caller aborts the outputs. */
export async function decide(options: DecideOptions): Promise<DecisionTotals> {
  const { input, meter, limit } = options
  const totals = new DecisionTotals(options.adds === true ? new GrowthTotals() : undefined)
  const tally = options.plan.tally()
  await input.assertUnchanged()
  for await (const batch of readRows(input)) {
    options.signal?.throwIfAborted()
    for (let start = 0; start < batch.length && totals.rows < limit; start += AT_ONCE) {
      const decided: (Decided | BadLine)[] = []
      let rows = totals.rows
      for (const entry of batch.slice(start, start + AT_ONCE)) {
        if (rows >= limit) break
        decided.push('row' in entry ? await decideRow(entry, options) : entry)
        if ('row' in entry) rows += 1
      }
      for (const each of meter ? await Promise.all(decided.map((one) => measured(one, meter))) : decided) {
        if ('faults' in each) await options.outputs.note('bad', badRecord(each))
        else await settle(each, options, totals, tally)
        options.onRow?.(totals)
      }
    }
    if (totals.rows >= limit) break
  }
  await input.assertUnchanged()
  totals.figures = tally.figures()
  return totals
}

async function decideRow(entry: RowLine, options: DecideOptions): Promise<Decided> {
  const { row } = entry
  const evidence = await evidenceOf(entry, options)
  const { decision, mined } = await refill(row, options.policy(row, evidence), options)
  return { entry, evidence, decision, mined, hardness: NOT_MEASURED }
}

const NOT_MEASURED: Decided['hardness'] = new Map()

/** A row that was given passages has them measured; some may go again. */
async function measured(decided: Decided | BadLine, meter: HardnessMeter): Promise<Decided | BadLine> {
  if ('faults' in decided) return decided
  return { ...decided, ...(await meter.measure(decided.entry.row, decided.decision)) }
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

/** All that is known of a row: without a model first, then what the method found out. */
export async function evidenceOf(
  entry: RowLine,
  { known, plan, source }: Pick<DecideOptions, 'known' | 'plan' | 'source'>,
): Promise<Evidence[]> {
  const prepared = prepare(entry.row, known, plan.keepDuplicates)
  return [...prepared.evidence, ...(await source.gathered(entry, prepared.asked))]
}
