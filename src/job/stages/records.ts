// Builds the entries of one row for the lists beside the rows: its changes, why it was dropped, what could not be read, what to look at.
import { parseLossless } from '../../base/json.ts'
import { textOf } from '../../base/lines.ts'
import type { ListRecord } from '../../method/brought.ts'
import { REFILL, type DecidedRow } from '../../policy/decided.ts'
import type { MethodDefinition } from '../../method/definition.ts'
import type { GeneralList } from '../outputs.ts'
import { contentOf, labelled, passageOf, type Row } from '../../rows/row.ts'

/** Returns the records in the order in which they are written. */
export function recordsOf(row: DecidedRow, { recordsOf: own }: MethodDefinition): ListRecord[] {
  return [
    ...listed('dropped', droppedRecords(row)),
    ...listed('changes', [...changeRecords(row), ...minedRecords(row)]),
    ...(own?.(row) ?? []),
    ...listed('undecided', unreadRecords(row)),
    ...listed('suspects', suspectRecords(row)),
  ]
}

const listed = (list: GeneralList, records: object[]): ListRecord[] => records.map((record) => ({ list, record }))

const placeOf = ({ line, row }: DecidedRow['entry']) => ({ line: line.number, row: row.id })

function droppedRecords({ entry, decision: { outcome, reason } }: DecidedRow): object[] {
  if (outcome !== 'dropped') return []
  return [{ ...placeOf(entry), reason: reason?.text, columns: parseLossless(textOf(entry.line)) }]
}

function changeRecords({ entry, decision }: DecidedRow): object[] {
  return decision.changes.map(({ passage, from, to, stage, model, verdict, snippet, reason }) => ({
    ...placeOf(entry),
    passage: passage.id,
    from,
    to,
    stage,
    model: model ?? null,
    verdict: verdict ?? null,
    reason,
    ...(snippet && { snippet }),
    query: entry.row.query,
    text: contentOf(passage),
  }))
}

/** Returns a record for each negative from elsewhere, which had no label before. */
function minedRecords({ entry, decision: { added = [] }, remarks }: DecidedRow): object[] {
  const texts = new Map(added.map((passage) => [passage.id, contentOf(passage)]))
  return remarks
    .filter(({ stage }) => stage === REFILL)
    .map(({ passage, stage, by, reason }) => ({
      ...placeOf(entry),
      passage,
      from: null,
      to: 'negative',
      stage,
      model: by?.name ?? null,
      verdict: null,
      reason,
      query: entry.row.query,
      text: texts.get(passage) as string,
    }))
}

function unreadRecords({ entry, decision: { outcome, reason, unread } }: DecidedRow): object[] {
  if (unread.length === 0) return []
  const calls = unread.map(({ stage, model, why, detail, passages, raw }) => ({
    stage,
    model,
    why,
    detail,
    passages,
    raw: raw ?? null,
  }))
  return [{ ...placeOf(entry), outcome, reason: reason?.text, calls }]
}

function suspectRecords({ entry, suspect }: DecidedRow): object[] {
  if (suspect === undefined) return []
  const { row } = entry
  return [
    {
      ...placeOf(entry),
      query: row.query,
      reason: suspect.reason,
      positives: labelled(row, 'positive').map(({ id, text }) => ({ passage: id, text })),
      preferred: suspect.preferred.map((item) => ({ ...item, text: textOfPassage(row, item.passage) })),
    },
  ]
}

const textOfPassage = (row: Row, id: string) => passageOf(row, id)?.text ?? ''
