// The index of a run, complete or still being built: pages of rows that fit a filter, and what is stored of each.
import { readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Facet, Filter, Pictures, RowsPage, RowSummary, Sort } from '../api.ts'
import { buildIndex, type IndexedRun } from './build.ts'
import type { CountedPictures, PassageCounts } from './picture-counts.ts'
import { LISTED, Postings, type ListedFilter } from './postings.ts'
import { selectedRows } from './select.ts'
import { IndexStore } from './store.ts'

export interface PageRequest {
  sort: Sort
  offset: number
  limit: number
  /** The line of a row: the page that holds it is returned in place of the one at `offset`. */
  around?: number | undefined
}

const NO_PICTURES: CountedPictures = { datasets: [], ranks: [], positions: [], perRow: [] }

export class RunIndex {
  readonly store: IndexStore
  #postings: Postings
  /** Rows so far. */
  rows: number
  #byFound: Uint32Array | undefined
  #selected: { key: string; rows: Uint32Array | undefined } | undefined
  #whatIf: Uint32Array | undefined

  private constructor(store: IndexStore, postings: Postings, rows: number) {
    this.store = store
    this.#postings = postings
    this.rows = rows
  }

  /** Opens a complete index; undefined if there is none of these files. */
  static open(path: string, stamp: string): RunIndex | undefined {
    const store = openedStore(path)
    if (store?.about('stamp') === stamp) return new RunIndex(store, store.postings(), store.rows)
    store?.close()
    return undefined
  }

  /** Begins an index, as soon as the run is open; `built` ends when it is complete and in its place. */
  static build(
    path: string,
    stamp: string,
    indexed: Promise<IndexedRun>,
    signal: AbortSignal,
  ): { index: RunIndex; built: Promise<void> } {
    const part = `${path}.${process.pid}.part`
    for (const left of partsLeft(path)) rmSync(left, { force: true })
    const store = new IndexStore(part)
    store.create()
    const index = new RunIndex(store, new Postings(), 0)
    const build = async () => {
      await buildIndex(await indexed, {
        store,
        postings: index.#postings,
        signal,
        onRows: (done) => (index.rows = done),
      })
      store.setAbout('stamp', stamp)
      store.finish(index.#postings)
      renameSync(part, path)
    }
    return { index, built: build() }
  }

  /** Removes what was built of an index that is not complete. */
  discard(): void {
    this.store.close()
    rmSync(this.store.path, { force: true })
  }

  page(filter: Filter, { sort, offset, limit, around }: PageRequest): RowsPage {
    const selected = this.#select(filter)
    const ordered = sort === 'line' ? selected : this.#sorted(selected)
    const total = ordered?.length ?? this.rows
    const at = (place: number) => ordered?.[place] ?? place
    const from = around === undefined ? offset : this.#pageOf(around, ordered, limit)
    const count = Math.max(0, Math.min(limit, total - from))
    const rows = Array.from({ length: count }, (_, place) => this.store.summary(at(from + place)) as RowSummary)
    return { total, offset: from, rows }
  }

  /** Takes the rows that another policy decides in another way. */
  set whatIf(rows: Uint32Array) {
    this.#whatIf = rows
    this.#selected = undefined
  }

  /** Returns the values of each filter with their numbers of rows, the most first; counts in their order. */
  facets(): Facet[] {
    const listed = LISTED.flatMap((filter): Facet[] => {
      const values = this.#postings.valuesOf(filter)
      const sorted =
        filter === 'falseNegatives'
          ? values.toSorted((one, other) => Number.parseInt(one.value) - Number.parseInt(other.value))
          : values.toSorted((one, other) => other.rows - one.rows)
      return values.length === 0 ? [] : [{ filter, values: sorted }]
    })
    const rows = this.#postings.rowsOf('disagree', '1').length
    return rows === 0 ? listed : [...listed, { filter: 'disagree', values: [{ value: 'true', rows }] }]
  }

  countOf(filter: ListedFilter, value: string): number {
    return this.#postings.rowsOf(filter, value).length
  }

  pictures(): CountedPictures {
    return (this.store.about('pictures') as Pictures | undefined) ?? NO_PICTURES
  }

  /** Counts of passages before and after; 0 until the index is complete. */
  passages(): PassageCounts {
    return (this.store.about('passages') as PassageCounts | undefined) ?? { positives: [0, 0], negatives: [0, 0] }
  }

  get falseNegatives(): number {
    return this.pictures().datasets.reduce((sum, { falseNegatives }) => sum + falseNegatives, 0)
  }

  /** Selects, remembering the last selection: pages of one list are asked for one after another. */
  #select(filter: Filter): Uint32Array | undefined {
    const key = JSON.stringify([filter, this.rows, filter.whatIf === true ? this.#whatIf?.length : 0])
    if (this.#selected?.key !== key) {
      const withWords = (text: string) => this.store.withWords(text)
      const rows = selectedRows(filter, { rows: this.rows, postings: this.#postings, withWords, whatIf: this.#whatIf })
      this.#selected = { key, rows }
    }
    return this.#selected.rows
  }

  #sorted(selected: Uint32Array | undefined): Uint32Array {
    if (this.#byFound?.length !== this.rows) this.#byFound = this.store.byFalseNegatives()
    if (selected === undefined) return this.#byFound
    const wanted = new Uint8Array(this.rows)
    for (const row of selected) wanted[row] = 1
    return this.#byFound.filter((row) => wanted[row] === 1)
  }

  #pageOf(line: number, ordered: Uint32Array | undefined, limit: number): number {
    const number = this.store.numberAt(line)
    if (number === undefined) return 0
    const place = ordered === undefined ? number : ordered.indexOf(number)
    return place < 0 ? 0 : place - (place % limit)
  }
}

/** Returns the store in a file; undefined if it is damaged. */
function openedStore(path: string): IndexStore | undefined {
  try {
    return new IndexStore(path)
  } catch {
    return undefined
  }
}

/** Returns parts of an index that processes left behind which were killed. */
function partsLeft(path: string): string[] {
  const begins = `${basename(path)}.`
  const parts = readdirSync(dirname(path)).filter((name) => name.startsWith(begins) && /\.\d+\.part$/.test(name))
  return parts
    .filter((name) => !isAlive(Number(/(\d+)\.part$/.exec(name)?.[1])))
    .map((name) => join(dirname(path), name))
}

/** Whether another process of this number lives; it may be building the same index. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
