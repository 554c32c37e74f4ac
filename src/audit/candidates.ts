// The passages of a run that a sample is drawn from, with all that is known of each.
import type { Evidence, Verdict } from '../evidence/evidence.ts'
import { decidingStage } from '../evidence/evidence.ts'
import { evidenceOf } from '../job/stages/policy.ts'
import type { OpenedRun } from '../browse/opened-run.ts'
import type { Decision } from '../policy/policy.ts'
import { readRows, type RowLine } from '../rows/read.ts'
import { passageOf, type Passage, type Row } from '../rows/row.ts'
import type { JudgeWord, StratumName } from './sample-file.ts'

export interface Candidate {
  line: number
  row: string
  passage: Passage
  values: Record<StratumName, string>
  judges: JudgeWord[]
  found: boolean | null
}

/** Yields the negatives of the rows that a run covers, in the order of the file; with `positives`, the positives too. */
export async function* candidatesOf(
  run: OpenedRun,
  { positives, signal }: { positives: boolean; signal?: AbortSignal | undefined },
): AsyncGenerator<Candidate[]> {
  for await (const { entry, evidence, decision } of decidedRows(run, signal)) {
    const { row } = entry
    const passages = row.passages.filter(({ label }) => label === 'negative' || (positives && label === 'positive'))
    const facts = factsOf(run, entry, evidence, decision)
    yield passages.map((passage) => ({ line: entry.line.number, row: row.id, passage, ...facts(passage) }))
  }
}

async function* decidedRows(run: OpenedRun, signal: AbortSignal | undefined) {
  const { input, store, stored, deciding, policy, scan } = run
  const { definition, plan } = deciding
  const source = store.source({ definition, plan, run: stored })
  let rows = 0
  for await (const batch of readRows(input)) {
    signal?.throwIfAborted()
    for (const entry of batch) {
      if (!('row' in entry)) continue
      if (rows >= run.limit) return
      rows += 1
      const evidence = await evidenceOf(entry, source, { plan, scan })
      yield { entry, evidence, decision: policy(entry.row, evidence) }
    }
  }
}

const NOT_RELEVANT = new Set(['irrelevant', 'no-answer'])

/** What is said of passages that no model has a verdict about. */
const [UNREAD, UNJUDGED, NONE] = ['unread', 'unjudged', 'none']

/** Returns what is known of each passage of a row. */
function factsOf({ deciding }: OpenedRun, { row }: RowLine, evidence: Evidence[], decision: Decision) {
  const { definition, options } = deciding
  const finds = definition.finds?.in(row, evidence, options)
  const kindOf = new Map(finds?.map(({ passage, verdict }) => [passage, verdict]))
  const changeOf = new Map(decision.changes.map((change) => [change.passage.id, change]))
  const stage = decidingStage(evidence.filter((item) => item.kind !== 'verdict' || item.order === undefined))
  const known = new Map(evidence.flatMap((item) => (item.kind === 'known' ? [[item.passage, item.stage]] : [])))
  const unread = new Set(
    evidence.flatMap((item) => (item.kind === 'unread' && item.stage === stage ? item.passages : [])),
  )
  const isScored = evidence.some(({ kind }) => kind === 'score')
  return ({ id, label }: Passage) => {
    const judges = judgesOf(evidence, id)
    const last = judges.findLast((each) => each.stage === stage) ?? judges.at(-1)
    const change = changeOf.get(id)
    const isSuspected = change?.model !== undefined
    const verdict =
      known.get(id) ??
      kindOf.get(id) ??
      (unread.has(id) ? UNREAD : undefined) ??
      last?.verdict ??
      (isScored ? (isSuspected ? 'suspected' : 'not suspected') : UNJUDGED)
    const isAsked = last !== undefined || isScored
    const isFound = definition.finds === undefined ? isSuspected : kindOf.has(id)
    const values: Record<StratumName, string> = {
      verdict,
      label,
      dataset: row.dataset ?? NONE,
      judge: last?.model ?? NONE,
      stage: change?.stage ?? last?.stage ?? NONE,
      outcome: decision.outcome,
      to: decision.outcome === 'dropped' ? 'dropped' : (passageOf(decision.row, id)?.label ?? label),
    }
    const isDecided = isAsked && !unread.has(id) && (definition.finds === undefined || finds !== undefined)
    return { values, judges, found: isDecided && label === 'negative' ? isFound : null }
  }
}

/** Returns what each stage said of a passage, in the order in which they were asked; a stage that was asked several times, its first find. */
function judgesOf(evidence: Evidence[], passage: string): JudgeWord[] {
  const said = evidence.filter((item): item is Verdict => item.kind === 'verdict' && item.passage === passage)
  return [...Map.groupBy(said, ({ stage }) => stage).values()].flatMap((verdicts) => {
    const item = verdicts.find(({ verdict }) => !NOT_RELEVANT.has(verdict)) ?? verdicts[0]
    if (item === undefined) return []
    const { stage, model, verdict } = item
    return [{ stage, model, verdict, relevant: !NOT_RELEVANT.has(verdict) }]
  })
}

/** Returns the row of a line, for those that were drawn. */
export async function* rowsAt(run: OpenedRun, lines: ReadonlySet<number>): AsyncGenerator<{ line: number; row: Row }> {
  let left = lines.size
  for await (const batch of readRows(run.input)) {
    for (const entry of batch) {
      if (!('row' in entry) || !lines.has(entry.line.number)) continue
      yield { line: entry.line.number, row: entry.row }
      if (--left === 0) return
    }
  }
}
