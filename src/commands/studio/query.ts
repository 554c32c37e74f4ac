// Reads filters, places and bodies from requests. What is not allowed is an error with what is.
import { UsageError } from '../../base/errors.ts'
import type { Filter, Sort } from '../../browse/api.ts'
import { LISTED } from '../../browse/index/postings.ts'
import type { PageRequest } from '../../browse/index/run-index.ts'

const MOST_ROWS = 500
const SORTS: readonly Sort[] = ['line', 'falseNegatives']

/** @throws UsageError naming the parameter and what is allowed */
export function pageRequest(query: URLSearchParams): PageRequest & { filter: Filter } {
  const sort = query.get('sort') ?? 'line'
  if (!SORTS.includes(sort as Sort)) throw new UsageError(`sort ${JSON.stringify(sort)}: allowed: ${SORTS.join(', ')}`)
  return {
    filter: filterIn(query),
    sort: sort as Sort,
    offset: wholeNumber(query, 'offset', 0, 0, Number.MAX_SAFE_INTEGER),
    limit: wholeNumber(query, 'limit', 100, 1, MOST_ROWS),
    around: query.has('around') ? wholeNumber(query, 'around', 1, 1, Number.MAX_SAFE_INTEGER) : undefined,
  }
}

function filterIn(query: URLSearchParams): Filter {
  const filter: Filter = {}
  for (const name of LISTED) if (query.has(name)) filter[name] = query.getAll(name)
  const text = query.get('text')
  if (text !== null) filter.text = text
  for (const name of ['disagree', 'whatIf'] as const) if (isSet(query, name)) filter[name] = true
  return filter
}

function isSet(query: URLSearchParams, name: string): boolean {
  const value = query.get(name)
  if (value === null || value === '0' || value === 'false') return false
  if (value === '' || value === '1' || value === 'true') return true
  throw new UsageError(`${name} ${JSON.stringify(value)}: allowed: 1, 0`)
}

/** Reads a line number. */
export function lineIn(text: string): number {
  return checkedNumber('line', text, 1, Number.MAX_SAFE_INTEGER)
}

function wholeNumber(query: URLSearchParams, name: string, otherwise: number, least: number, most: number): number {
  const text = query.get(name)
  return text === null ? otherwise : checkedNumber(name, text, least, most)
}

function checkedNumber(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN
  if (value >= least && value <= most) return value
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`
  throw new UsageError(`${name} ${JSON.stringify(text)}: allowed: a whole number ${range}`)
}
