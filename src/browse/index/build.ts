// Builds the index in one pass over the rows, in small steps, so that what is indexed can be read meanwhile.
import type { Evidence } from '../../evidence/evidence.ts'
import { prepare } from '../../job/prepare.ts'
import { recordsOf } from '../../job/stages/records.ts'
import type { EvidenceSource } from '../../job/stored/source.ts'
import { untouched, type DecidedRow } from '../../policy/decided.ts'
import { RowIds } from '../../rows/ids.ts'
import type { Input } from '../../rows/input.ts'
import { linesOfRows, readRow, type RowLine } from '../../rows/read.ts'
import type { DecidingRun } from '../explain-row.ts'
import { itemOf, type ListedItem } from '../changes/lists.ts'
import { addValues, canMatter, summaryOf, wordsOf, type DescribedRow } from './describe-row.ts'
import { storedTrial } from '../what-if/trial-row.ts'
import { PictureCounts } from './picture-counts.ts'
import type { Postings } from './postings.ts'
import type { IndexStore } from './store.ts'

export interface IndexedRun {
  input: Input
  /** Rows beyond are not part of the run. */
  limit: number
  /** How the run decides; undefined if no run decided about the rows, or its evidence is gone. */
  run: DecidingRun | undefined
  /** The lists beside the output, by row; empty if there are none. */
  lists: AsyncGenerator<ListedItem>
  /** Whether lines can be read again at their places. */
  hasPlaces: boolean
  /** Whether the evidence can be had again for single rows. */
  keepsEvidence: boolean
  /** What the next to open the index need not find out again. */
  source: IndexedSource
}

/** Which rows were indexed. */
export interface IndexedSource {
  /** SHA-256 of the rows that a run decided about; undefined without a run. */
  hash?: string
  /** Whether they are those that the lists beside the output are about. */
  isListed: boolean
}

interface Building {
  store: IndexStore
  postings: Postings
  /** Called as rows are added. @param done their number */
  onRows(done: number): void
  signal: AbortSignal
}

/** @throws any error of reading the rows or the evidence; the store is then incomplete */
export async function buildIndex(indexed: IndexedRun, building: Building): Promise<void> {
  const { run, keepsEvidence, source: read } = indexed
  const source = run?.store.source({ ...run.deciding, run: run.stored })
  const pictures = new PictureCounts(run)
  const pass = () => addRows(indexed, source, pictures, building)
  await (source ? source.reading(pass, false) : pass())
  building.store.setAbout('pictures', pictures.counts())
  building.store.setAbout('passages', pictures.passages)
  building.store.setAbout('keepsEvidence', keepsEvidence)
  building.store.setAbout('source', read)
}

async function addRows(
  { input, limit, run, lists, hasPlaces, keepsEvidence }: IndexedRun,
  source: EvidenceSource | undefined,
  pictures: PictureCounts,
  { store, postings, onRows, signal }: Building,
): Promise<void> {
  const items = new ItemsByLine(lists)
  let [start, number] = [0, 0]
  for await (const entry of entriesOf(input, (bytes) => (start += bytes))) {
    if (number >= limit) break
    const { row, line } = entry
    const gathered = source && run ? await gatheredAbout(entry, source, run) : undefined
    const evidence: Evidence[] = gathered?.all ?? []
    const decision = run?.policy(row, evidence)
    const listed = await items.at(line.number)
    const told =
      run && decision && run.made === undefined ? itemsOf({ ...untouched(entry), evidence, decision }, run) : []
    const described: DescribedRow = { row, line: line.number, items: [...listed, ...told], evidence, decision }
    const summary = summaryOf(described)
    const place = hasPlaces ? { start: start - line.bytes.length, bytes: line.bytes.length } : null
    store.insert({
      number,
      summary,
      place,
      line: place === null ? line.bytes : null,
      evidence: gathered && keepsEvidence ? JSON.stringify(gathered.own) : null,
      records: changesOf(described),
      trial: run && canMatter(described) ? storedTrial({ row, evidence }, readsTexts(run)) : null,
      ...wordsOf(described),
    })
    addValues(postings, number, summary, described)
    pictures.add(described)
    number += 1
    if (number % 16 === 0) {
      onRows(number)
      await new Promise(setImmediate)
      signal.throwIfAborted()
    }
  }
  onRows(number)
}

/** Returns what a run over an input would write to its lists: there are none before it is written. */
function itemsOf(decided: DecidedRow, { deciding: { definition } }: DecidingRun): ListedItem[] {
  return recordsOf(decided, definition).flatMap(
    ({ list, record }) => itemOf(list, record as Record<string, unknown>) ?? [],
  )
}

/** Whether the policy of a run adds passages, which it compares with those of the row. */
const readsTexts = ({ deciding: { definition } }: DecidingRun) => definition.afterPolicy !== undefined

/** Returns a row's lines of the list of changes, as JSON. */
function changesOf({ items }: DescribedRow): string | null {
  const changes = items.filter(({ kind }) => kind === 'relabelled' || kind === 'removed' || kind === 'added')
  return changes.length === 0 ? null : JSON.stringify(changes.map(({ record }) => record))
}

/** Returns what the method gathered about a row, and with it what is known without a model. */
async function gatheredAbout(
  entry: RowLine,
  source: EvidenceSource,
  { deciding: { plan }, scan: { known } }: DecidingRun,
): Promise<{ own: Evidence[]; all: Evidence[] }> {
  const prepared = prepare(entry.row, known, plan.keepDuplicates)
  const own = await source.gathered(entry, prepared.asked)
  return { own, all: [...prepared.evidence, ...own] }
}

/** Yields the rows of a file. @param onBytes receives the length of every line, also of those that hold no row */
async function* entriesOf(input: Input, onBytes: (bytes: number) => void): AsyncGenerator<RowLine> {
  const ids = new RowIds()
  for await (const batch of linesOfRows(input)) {
    for (const line of batch) {
      onBytes(line.bytes.length)
      const entry = readRow(line, input, ids)
      if (entry && 'row' in entry) yield entry
    }
  }
}

/** Takes the items of one row after another from a stream in the order of the rows. */
class ItemsByLine {
  readonly #stream: AsyncGenerator<ListedItem>
  #next: IteratorResult<ListedItem> | undefined

  constructor(stream: AsyncGenerator<ListedItem>) {
    this.#stream = stream
  }

  async at(line: number): Promise<ListedItem[]> {
    const found: ListedItem[] = []
    this.#next ??= await this.#stream.next()
    while (this.#next.done !== true && this.#next.value.line <= line) {
      if (this.#next.value.line === line) found.push(this.#next.value)
      this.#next = await this.#stream.next()
    }
    return found
  }
}
