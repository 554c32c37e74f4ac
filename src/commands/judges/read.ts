// Reads the rows that gold speaks of, and counts what of the gold cannot be asked about.
import { sha256 } from '../../base/hash.ts'
import type { Hooks } from '../../base/hooks.ts'
import { UsageError } from '../../base/errors.ts'
import { counted, plural } from '../../base/format.ts'
import type { Gold } from '../../judging/gold.ts'
import type { GoldPassage, GoldRow } from '../../judging/sample.ts'
import { duplicatesIn } from '../../rows/known.ts'
import type { Input } from '../../rows/input.ts'
import { titleAndText, type Passage, type Row } from '../../rows/row.ts'
import { scan, type Scan } from '../../rows/scan.ts'

/** A passage that judges can be asked about. */
interface AskedPassage extends GoldPassage {
  /** Id of its contents. */
  document: string
}

export interface AskedRow extends GoldRow {
  passages: AskedPassage[]
  query: string
  /** Among the rows that can be read, from 0. */
  index: number
}

/** Why labelled passages are left out. */
export interface LeftOut {
  /** Passages on which as many assessors say relevant as not. */
  disputed: number
  /** Positives of their own rows, or passages that the rows ignore. */
  positives: number
  /** Copies of a positive of their row, which no judge is needed for. */
  copies: number
  /** Passages of rows whose task is exempt from the method. */
  exempt: number
}

/** Gold that speaks of nothing in the rows. */
export interface Unmatched {
  rows: number
  passages: number
  /** The first id of each. */
  row: string | undefined
  passage: { row: string; passage: string } | undefined
}

export interface GoldReading {
  scan: Scan
  rows: AskedRow[]
  leftOut: LeftOut
  unmatched: Unmatched
}

interface ReadingRules {
  onBadRow: 'stop' | 'skip'
  positives: boolean
  keepDuplicates: boolean
  /** Whether no judge may be asked about a row. */
  isExempt(row: Row): boolean
}

/** @throws UsageError when no label speaks of a passage that can be asked about */
export async function readGoldRows(input: Input, gold: Gold, rules: ReadingRules, hooks: Hooks): Promise<GoldReading> {
  const rows: AskedRow[] = []
  const leftOut: LeftOut = { disputed: 0, positives: 0, copies: 0, exempt: 0 }
  const unmatched: Unmatched = { rows: 0, passages: 0, row: undefined, passage: undefined }
  const there = new Set<string>()
  let index = 0
  const onRow = (row: Row) => {
    hooks.onProgress?.({ what: 'reading rows', done: index + 1, total: 0 })
    const labelled = gold.passagesOf(row.id)
    if (labelled.length > 0) {
      there.add(row.id)
      const passages = matched(row, labelled, gold, rules, leftOut, unmatched)
      if (passages.length > 0) rows.push({ id: row.id, query: row.query, dataset: row.dataset, passages, index })
    }
    index += 1
  }
  const scanned = await scan(input, { onBadRow: rules.onBadRow, undone: 'nothing was asked', onRow }, hooks.signal)
  for (const row of gold.rows) {
    if (there.has(row)) continue
    unmatched.rows += 1
    unmatched.row ??= row
  }
  if (rows.length === 0) throw nothingToAsk(input.name, gold, leftOut, unmatched)
  return { scan: scanned, rows, leftOut, unmatched }
}

function matched(
  row: Row,
  labelled: readonly string[],
  gold: Gold,
  rules: ReadingRules,
  leftOut: LeftOut,
  unmatched: Unmatched,
): AskedPassage[] {
  const passages = new Map(row.passages.map((passage) => [passage.id, passage]))
  const copies = new Set(rules.keepDuplicates ? [] : duplicatesIn(row).map(({ passage }) => passage.id))
  const isExempt = rules.isExempt(row)
  return labelled.flatMap((id) => {
    const passage = passages.get(id)
    if (passage === undefined) {
      unmatched.passages += 1
      unmatched.passage ??= { row: row.id, passage: id }
      return []
    }
    const verdict = gold.verdictOf(row.id, id)
    const reason = whyLeftOut(passage, copies, rules, isExempt) ?? (verdict === 'disputed' ? 'disputed' : undefined)
    if (reason === undefined) return [asked(passage, verdict === 'relevant')]
    leftOut[reason] += 1
    return []
  })
}

function whyLeftOut(
  { id, label }: Passage,
  copies: ReadonlySet<string>,
  { positives }: ReadingRules,
  isExempt: boolean,
): keyof LeftOut | undefined {
  if (label !== 'negative' && !positives) return 'positives'
  if (copies.has(id)) return 'copies'
  return isExempt ? 'exempt' : undefined
}

const DIGITS = 16

/** The id of what a passage holds, whatever row it stands in. */
export const documentOf = (passage: Pick<Passage, 'title' | 'text'>) => sha256(titleAndText(passage), DIGITS)

const asked = (passage: Passage, isRelevant: boolean): AskedPassage => ({
  id: passage.id,
  label: passage.label,
  isRelevant,
  document: documentOf(passage),
})

function nothingToAsk(rows: string, gold: Gold, leftOut: LeftOut, unmatched: Unmatched): UsageError {
  const why = [...unmatchedText(rows, unmatched), ...leftOutText(leftOut)]
  return new UsageError(
    `${gold.path}: none of its ${counted(gold.labels)} labels is of a negative of ${rows}: ${why.join('; ')}`,
    {
      hint: 'A label names the id of a row and the id of one of its passages, as they stand in the file or as winnow explain shows them.',
    },
  )
}

/** Says which ids of the gold are in no row. */
export function unmatchedText(rows: string, { rows: noRow, passages, row, passage }: Unmatched): string[] {
  return [
    ...(noRow > 0
      ? [
          `${plural(noRow, 'row id')} of the gold ${noRow === 1 ? 'is' : 'are'} not in ${rows} (first: ${JSON.stringify(row)})`,
        ]
      : []),
    ...(passages > 0
      ? [
          `${plural(passages, 'passage id')} of the gold ${passages === 1 ? 'is' : 'are'} not in ${passages === 1 ? 'its row' : 'their rows'} (first: ${JSON.stringify(passage?.passage)} of row ${JSON.stringify(passage?.row)})`,
        ]
      : []),
  ]
}

/** Says why labelled passages are not asked about. */
export function leftOutText({ disputed, positives, copies, exempt }: LeftOut): string[] {
  const reasons: [number, string][] = [
    [positives, 'no negative of its row'],
    [copies, 'a copy of a positive of its row'],
    [disputed, 'disputed: as many assessors say relevant as not'],
    [exempt, 'in a row whose task is exempt'],
  ]
  return reasons.flatMap(([count, why]) =>
    count > 0 ? [`${plural(count, 'gold passage')} not asked about: ${why}`] : [],
  )
}
