// Rows that exist: their negatives are replaced, or added to, and all their other columns kept.
import { contentsOf, type Document, type Grades } from '../../collections/collection.ts'
import type { Reason } from '../../retrieval/mining/rules.ts'
import type { DocumentStore, SearchHooks } from '../../retrieval/retriever.ts'
import { fold } from '../../rows/fold.ts'
import { parseLossless } from '../../rows/json.ts'
import type { KnownPositives } from '../../rows/known.ts'
import { textOf } from '../../rows/lines.ts'
import { minersOf, withMiners, type Miner } from '../../rows/miners.ts'
import { lineWith, readRows, relabelledColumns, type RowLine } from '../../rows/read.ts'
import { contentOf, labelled, type Passage, type Row } from '../../rows/row.ts'
import type { Input } from '../input.ts'
import type { Scan } from '../scan.ts'
import type { MineEntry, MineSource } from './entry.ts'
import { PositiveFinder } from './positives.ts'

export interface FromRowsOptions {
  input: Input
  scan: Scan
  store: DocumentStore
  /** Judgements of the rows' ids; none where there are none. */
  grades: Grades
  /** Whether the negatives that are there stay. */
  add: boolean
  limit: number
  hooks: SearchHooks
}

/** @throws UsageError when the input changes */
export async function fromRows(options: FromRowsOptions): Promise<MineSource> {
  const { input, scan, limit } = options
  const positives = await findPositives(options)
  return {
    name: input.name,
    format: input.format,
    total: Math.min(scan.rows, limit),
    badRows: scan.badRows,
    about: { rows: input.name, sha256: scan.hash, format: input.format.name, badRows: scan.badRows },
    async *rows() {
      for await (const batch of linesOf(options)) yield batch.map((line) => entryOf(line, positives, options))
      await input.assertUnchanged()
    },
    async writeBad(sink) {
      for await (const batch of readRows(input)) {
        for (const entry of batch) {
          if ('row' in entry) continue
          const { line, faults } = entry
          const problems = faults.map(({ message }) => message)
          await sink.write(`${JSON.stringify({ line: line.number, problems, raw: textOf(line) })}\n`)
        }
      }
    },
  }
}

/** The rows up to the limit, in small batches. */
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

async function findPositives(options: FromRowsOptions): Promise<PositiveFinder> {
  const positives = new PositiveFinder(options.store)
  for await (const lines of linesOf(options)) for (const { row } of lines) positives.add(row)
  await positives.find(options.hooks)
  return positives
}

function entryOf(line: RowLine, finder: PositiveFinder, options: FromRowsOptions): MineEntry {
  const { row } = line
  const { input, scan, grades, add } = options
  const positives = labelled(row, 'positive')
  const documents = positives.map((passage) => finder.idOf(passage))
  const kept = add ? labelled(row, 'negative') : []
  const judged = grades.get(row.id)
  return {
    query: { id: row.id, text: row.query },
    positives: positives.map((passage, index) => ({ ...passage, document: documents[index] })),
    kin: [],
    againstId: (id) => {
      if (judged?.has(id)) return 'judged for the query'
      if (documents.includes(id) || positives.some((passage) => passage.id === id)) return 'positives of the row'
      return kept.some((passage) => passage.id === id) ? 'in the row already' : undefined
    },
    againstDocument: knownChecker(row, scan.known),
    kept: kept.length,
    taken: kept.flatMap((passage) => [fold(contentsOf(passage)), fold(passage.text)]),
    bytes: (scores, negatives, miners) => bytesOf(line, scores, kept, negatives, miners, input),
    dropped: (reason) => ({ line: line.line.number, row: row.id, reason, columns: parseLossless(textOf(line.line)) }),
  }
}

/** What speaks against documents that are positives of the same query in other rows. */
export function knownChecker(row: Row, known: KnownPositives): (document: Document) => Reason | undefined {
  return (document) => {
    const passage = { id: document.id, label: 'negative', origin: 'mined' } as const
    const forms = [...new Set([contentOf({ ...passage, ...document }), contentsOf(document)])]
    const passages = forms.map((text): Passage => ({ ...passage, text }))
    return known.knownIn({ ...row, passages }).length > 0 ? 'positives of the same query elsewhere' : undefined
  }
}

/** Negatives that stay keep the scores that the file has; all else is scored in the miner's unit. */
function bytesOf(
  line: RowLine,
  scores: readonly (number | undefined)[],
  kept: readonly Passage[],
  negatives: readonly Passage[],
  miners: readonly Miner[],
  { format, wantsNegatives = false }: Input,
): Buffer {
  const { row } = line
  const positives = labelled(row, 'positive').map((passage, index) =>
    withScore(passage, scores[index], kept.length > 0),
  )
  const after: Row = { ...row, passages: [...positives, ...kept, ...negatives] }
  const columns = format.withScores(relabelledColumns(line, after, { format, wantsNegatives }), after)
  // Rows whose negatives were replaced have no miners of before.
  const before = kept.length > 0 ? minersOf(row) : []
  return lineWith(line, withMiners({ ...columns, miners: before }, miners))
}

function withScore(passage: Passage, score: number | undefined, keepsScores: boolean): Passage {
  if (keepsScores && passage.score !== undefined) return passage
  const { score: _before, ...rest } = passage
  return score === undefined ? rest : { ...rest, score }
}
