// The rows that a filter finds, fetched page by page as they come into view.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Filter, RowsPage, RowSummary, Sort } from '../../src/browse/api.ts'
import { parametersOf } from '../address.ts'
import { ApiError, get } from '../api.ts'

/** Rows of one page. */
const PAGE = 100
/** Pages that are remembered; the ones asked for longest ago go first. */
const MOST_PAGES = 60

export interface Rows {
  /** null until the first page is here. */
  total: number | null
  error: ApiError | null
  /** The row at a place in the list; undefined while it is on its way. */
  at: (index: number) => RowSummary | undefined
  /** Fetches what is missing of a stretch. */
  want: (from: number, to: number) => void
  /** The place of a row by its line; -1 if it is not among the fetched. */
  placeOf: (line: number) => number
  /** Begins anew after a failure. */
  again: () => void
}

/** One filter's rows. A new filter is a new list. */
class RowList {
  total: number | null = null
  error: ApiError | null = null
  readonly #pages = new Map<number, RowSummary[]>()
  readonly #asked = new Set<number>()
  readonly #stop = new AbortController()
  readonly #query: string
  readonly #changed: () => void
  /** The stretch that was wanted last. */
  #wanted: [from: number, to: number] = [0, 1]

  /** Counts refreshes. An answer that was asked for before the last one says what is over. */
  #time = 0

  constructor(query: string, changed: () => void) {
    this.#query = query
    this.#changed = changed
  }

  at = (index: number) => this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE]

  want = (from: number, to: number) => {
    this.#wanted = [from, to]
    const last = Math.floor(Math.max(from, to - 1) / PAGE)
    for (let page = Math.floor(from / PAGE); page <= last; page++) {
      if (!this.#pages.has(page) && !this.#asked.has(page)) void this.#fetch(page, `&offset=${page * PAGE}`)
    }
  }

  placeOf = (line: number) => {
    for (const [page, rows] of this.#pages) {
      const index = rows.findIndex((row) => row.line === line)
      if (index !== -1) return page * PAGE + index
    }
    return -1
  }

  /** Fetches the page around a row first, so that a link to a row opens the list at it. */
  start(line: number | null) {
    void this.#fetch(0, line === null ? '&offset=0' : `&around=${line}`)
  }

  /** Fetches what is in view again, as the file has been read further; meanwhile the old is shown. */
  refresh() {
    const [from, to] = this.#wanted
    this.#time++
    for (const [page, { length }] of this.#pages) if (length < PAGE && page * PAGE >= to) this.#pages.delete(page)
    for (let page = Math.floor(from / PAGE); page * PAGE < to; page++) void this.#fetch(page, `&offset=${page * PAGE}`)
  }

  stop() {
    this.#stop.abort()
  }

  async #fetch(page: number, where: string): Promise<void> {
    this.#asked.add(page)
    const time = this.#time
    try {
      const answer = await get<RowsPage>(`rows?${this.#query}&limit=${PAGE}${where}`, this.#stop.signal)
      if (time !== this.#time) return
      this.total = answer.total
      this.error = null
      this.#pages.set(Math.floor(answer.offset / PAGE), answer.rows)
      for (const old of this.#pages.keys()) if (this.#pages.size > MOST_PAGES) this.#pages.delete(old)
    } catch (error) {
      if (!(error instanceof ApiError)) return
      this.error = error
    } finally {
      this.#asked.delete(page)
    }
    this.#changed()
  }
}

/** The rows of a filter. `open` is the row that the list starts at; `version` changes when the server knows more. */
export function useRows(filter: Filter, sort: Sort, open: number | null, version: string): Rows {
  const query = `${parametersOf(filter)}&sort=${sort}`
  const [, setTurn] = useState(0)
  const [attempt, setAttempt] = useState(0)
  const list = useMemo(() => new RowList(query, () => setTurn((turn) => turn + 1)), [query, attempt])
  useEffect(() => {
    list.start(open)
    return () => list.stop()
  }, [list])
  const isFirst = useRef(true)
  useEffect(() => {
    if (!isFirst.current) list.refresh()
    isFirst.current = false
  }, [version])
  return { ...list, total: list.total, error: list.error, again: () => setAttempt((last) => last + 1) }
}
