// Mines for existing rows: their negatives are replaced or extended, and all their other columns kept.
import type { Hooks } from '../../base/hooks.ts'
import { contentsOf, type Grades } from '../../collections/collection.ts'
import type { DocumentStore } from '../../search/retriever.ts'
import { fold } from '../../likeness/fold.ts'
import { parseLossless } from '../../base/json.ts'
import { textOf } from '../../base/lines.ts'
import { withMiners, type Miner } from '../../rows/miners.ts'
import { badRecord, lineWith, readRows, relabelledColumns, type RowLine } from '../../rows/read.ts'
import { labelled, type Passage, type Row } from '../../rows/row.ts'
import type { Input } from '../../rows/input.ts'
import type { Scan } from '../../rows/scan.ts'
import type { MineEntry, MineSource } from '../../mining/entry.ts'
import { knownChecker, openRepeatedPositives, readable, relevantIn, type RepeatedPositives } from '../../mining/kin.ts'
import type { Closers } from '../../mining/miner.ts'
import { PositiveFinder } from '../../mining/positives.ts'

export interface FromRowsOptions {
  input: Input
  scan: Scan
  store: DocumentStore
  /** Judgements by row id; empty if there are none. */
  grades: Grades
  /** Whether the existing negatives stay. */
  add: boolean
  limit: number
  hooks: Hooks
  /** Closes everything that is opened. */
  closers: Closers
}

/** @throws UsageError if the input changes */
export async function fromRows(options: FromRowsOptions): Promise<MineSource> {
  const { input, scan, limit } = options
  const { finder, repeated } = await findPositives(options)
  return {
    name: input.name,
    path: input.path,
    format: input.format,
    total: Math.min(scan.rows, limit),
    badRows: scan.badRows,
    about: { rows: input.name, sha256: scan.hash, format: input.format.name, badRows: scan.badRows },
    async *rows() {
      for await (const batch of linesOf(options)) yield batch.map((line) => entryOf(line, finder, repeated, options))
      await input.assertUnchanged()
    },
    async writeBad(sink) {
      for await (const batch of readRows(input)) {
        for (const entry of batch) {
          if (!('row' in entry)) await sink.write(`${JSON.stringify(badRecord(entry))}\n`)
        }
      }
    },
  }
}

/** Yields the rows up to the limit, in small batches. */
async function* linesOf({ input, limit }: FromRowsOptions): AsyncGenerator<RowLine[]> {
  let left = limit
  for await (const entries of readRows(input)) {
    const lines = entries.filter((entry) => 'row' in entry).slice(0, left)
    left -= lines.length
    for (let start = 0; start < lines.length; start += BATCH) yield lines.slice(start, start + BATCH)
    if (left === 0) return
  }
}

const BATCH = 64

/** Finds the documents of the positives, and the positives that other rows, even beyond the limit, have for the same queries. */
async function findPositives({ input, scan, store, limit, hooks, closers }: FromRowsOptions) {
  const finder = new PositiveFinder(store)
  const repeated = openRepeatedPositives(scan.known)
  closers.push(() => repeated.close())
  let index = 0
  for await (const entries of readRows(input)) {
    hooks.signal?.throwIfAborted()
    for (const entry of entries) {
      if (!('row' in entry)) continue
      if (index++ < limit) finder.add(entry.row)
      repeated.add(entry.row)
    }
  }
  await finder.find(hooks)
  return { finder, repeated }
}

function entryOf(
  line: RowLine,
  finder: PositiveFinder,
  repeated: RepeatedPositives,
  options: FromRowsOptions,
): MineEntry {
  const { row } = line
  const { scan, store, grades, add } = options
  const positives = labelled(row, 'positive')
  const documents = positives.map((passage) => finder.idOf(passage))
  const kept = add ? labelled(row, 'negative') : []
  const judged: ReadonlyMap<string, number> = grades.get(row.id) ?? new Map<string, number>()
  return {
    query: { id: row.id, text: row.query },
    positives: positives.map((passage, index) => ({ ...passage, document: documents[index] })),
    kin: [...readable(store, relevantIn(judged, 1)), ...repeated.of(row)],
    againstId: (id) => {
      if (judged.has(id)) return 'judged for the query'
      if (documents.includes(id) || positives.some((passage) => passage.id === id)) return 'positives of the row'
      return kept.some((passage) => passage.id === id) ? 'in the row already' : undefined
    },
    againstDocument: knownChecker(row, scan.known),
    kept: kept.length,
    taken: kept.flatMap((passage) => [fold(contentsOf(passage)), fold(passage.text)]),
    bytes: (scores, negatives, miners) => bytesOf(line, scores, kept, negatives, miners, options),
    dropped: (reason) => ({ line: line.line.number, row: row.id, reason, columns: parseLossless(textOf(line.line)) }),
  }
}

/** Returns the bytes of a row. Kept negatives keep the scores in the file; everything else has the miner's scores. */
function bytesOf(
  line: RowLine,
  scores: readonly (number | undefined)[],
  kept: readonly Passage[],
  negatives: readonly Passage[],
  miners: readonly Miner[],
  { input: { format, wantsNegatives = false }, add }: FromRowsOptions,
): Buffer {
  const { row } = line
  // A row that got no negatives stays unchanged.
  const isMined = negatives.length > 0
  const positives = labelled(row, 'positive').map((passage, index) =>
    withScore(passage, isMined ? scores[index] : undefined, kept.length > 0),
  )
  const isGenerated = ({ origin }: Passage) => origin === 'generated'
  const found = [...kept.filter((passage) => !isGenerated(passage)), ...negatives]
  const after: Row = { ...row, passages: [...positives, ...found, ...kept.filter(isGenerated)] }
  const columns = format.withScores(relabelledColumns(line, after, { format, wantsNegatives }), after, add)
  if (format.hasNoOrigins === true) return lineWith(line, columns)
  // Rows whose negatives were replaced lose their earlier miners.
  const before = kept.length > 0 ? columns : { ...columns, miners: [] }
  return lineWith(line, withMiners(before, isMined ? miners : []))
}

function withScore(passage: Passage, score: number | undefined, keepsScores: boolean): Passage {
  if (keepsScores && passage.score !== undefined) return passage
  const { score: _before, ...rest } = passage
  return score === undefined ? rest : { ...rest, score }
}
