// What the index holds of one row: its summary, from what the lists beside the output say and from the evidence.
import { decidingStage, type Evidence } from '../../evidence/evidence.ts'
import type { Decision } from '../../policy/policy.ts'
import type { ListedChange } from '../../job/changes/listed-change.ts'
import { labelled, type Row } from '../../rows/row.ts'
import type { ChangeSummary, RowSummary } from '../api.ts'
import type { ListedItem } from '../changes/lists.ts'
import type { Postings } from './postings.ts'

/** Characters of a passage or a reason that a summary shows. */
const BEGINNING = 200

export interface DescribedRow {
  row: Row
  line: number
  /** Lines of the lists beside the output that are about it. */
  items: readonly ListedItem[]
  /** Without an evidence store, none. */
  evidence: readonly Evidence[]
  /** What follows from the evidence; undefined without it. */
  decision: Decision | undefined
}

export function summaryOf({ row, line, items, evidence, decision }: DescribedRow): RowSummary {
  const changes = items.filter(isChange).map(({ record }) => record as unknown as ListedChange)
  return {
    line,
    row: row.id,
    query: row.query,
    dataset: row.dataset ?? null,
    ...outcomeOf(items, changes, decision),
    falseNegatives: decision?.falseNegatives ?? changes.filter(({ verdict }) => verdict !== null).length,
    positives: labelled(row, 'positive').length,
    negatives: labelled(row, 'negative').length,
    disagree: doDisagree(evidence),
    changes: changes.map(changeOf),
  }
}

const isChange = ({ kind }: ListedItem) => kind === 'relabelled' || kind === 'removed' || kind === 'added'

function outcomeOf(
  items: readonly ListedItem[],
  changes: readonly ListedChange[],
  decision: Decision | undefined,
): Pick<RowSummary, 'outcome' | 'reason'> {
  const dropped = items.find(({ kind }) => kind === 'dropped')
  const undecided = items.find(({ kind, record }) => kind === 'undecided' && record['outcome'] === 'undecided')
  const listed = dropped ?? undecided
  const outcome = dropped ? 'dropped' : undecided ? 'undecided' : changes.length > 0 ? 'changed' : 'kept'
  const text = listed ? String(listed.record['reason'] ?? '') : undefined
  const { reason } = decision ?? {}
  if (reason && decision?.outcome === outcome) return { outcome, reason }
  return { outcome, reason: text === undefined ? null : { code: outcome, text } }
}

const changeOf = ({ passage, from, to, stage, verdict, reason, text }: ListedChange): ChangeSummary => ({
  passage,
  from,
  to,
  stage,
  verdict,
  reason: beginningOf(reason),
  text: beginningOf(text),
})

const beginningOf = (text: string) => (text.length <= BEGINNING ? text : `${text.slice(0, BEGINNING).toWellFormed()}…`)

/** Whether two judges, orders or samples say different things of a passage. */
function doDisagree(evidence: readonly Evidence[]): boolean {
  const said = new Map<string, string>()
  return evidence.some((item) => {
    if (item.kind !== 'verdict') return false
    if (item.votes && item.votes.agree < item.votes.of) return true
    const about = `${item.step ?? ''} ${item.passage}`
    const before = said.get(about)
    said.set(about, item.verdict)
    return before !== undefined && before !== item.verdict
  })
}

/** Adds a row's values to those that rows are found by. */
export function addValues(postings: Postings, number: number, summary: RowSummary, described: DescribedRow): void {
  const { outcome, reason, dataset, falseNegatives, disagree, changes } = summary
  const add = (filter: Parameters<Postings['add']>[0], value: string) => postings.add(filter, value, number)
  add('outcome', outcome)
  if (reason) add('reason', reason.code)
  if (dataset !== null) add('dataset', dataset)
  add('falseNegatives', countRange(falseNegatives))
  if (disagree) add('disagree', '1')
  for (const { from, to, stage } of changes) {
    add('to', from === null ? 'added' : to)
    add('stage', stage)
  }
  const stage = decidingStage([...described.evidence])
  for (const item of described.evidence) {
    if ('model' in item && typeof item.model === 'string') add('judge', item.model)
    if (item.kind === 'verdict' && item.stage === stage) add('verdict', item.verdict)
  }
}

/** Returns the range of a number of false negatives, as filters name it. */
function countRange(count: number): string {
  if (count < 4) return String(count)
  return count < 8 ? '4-7' : '8+'
}

/** Returns the words by which a row is found besides its query. */
export function wordsOf({ items }: DescribedRow): { passages: string; reasons: string } {
  const records = items.map(({ record }) => record as Partial<ListedChange>)
  return {
    passages: records.flatMap(({ text }) => text ?? []).join('\n'),
    reasons: records.flatMap(({ reason }) => reason ?? []).join('\n'),
  }
}

/** Whether a policy could decide otherwise about a row: one whose negatives were all judged irrelevant stays as it is. */
export function canMatter({ evidence, decision }: Pick<DescribedRow, 'evidence' | 'decision'>): boolean {
  if (decision === undefined) return false
  const isPlain = evidence.every(({ kind }) => kind === 'verdict')
  return !isPlain || decision.falseNegatives > 0 || decision.outcome !== 'kept'
}
