// The page's state is its address: what is shown can be reloaded, gone back to, and sent to a colleague.
import { useEffect, useState } from 'preact/hooks'
import type { Filter, Sort } from '../src/browse/api.ts'

const VIEWS = ['browse', 'what-if', 'pictures', 'audit', 'agreement'] as const
export type View = (typeof VIEWS)[number]

const SORTS = ['line', 'falseNegatives'] as const

/** Filters of several values. */
const LISTS = ['outcome', 'verdict', 'dataset', 'judge', 'stage', 'reason', 'to', 'falseNegatives'] as const
export type ListFilter = (typeof LISTS)[number]

export interface Place {
  view: View
  filter: Filter
  sort: Sort
  /** Line of the row that is open. */
  row: number | null
  /** The options of the policy being tried, by name, as texts. */
  options: Record<string, string>
  /** Name of the audit's sample. */
  sample: string | null
  assessor: string | null
  /** The query of a comparison that is open. */
  query: string | null
}

/** Before the name of an option of the policy. */
const OPTION = 'if.'

/** Reads an address. What it cannot read is left out. */
export function placeIn(search: string): Place {
  const given = new URLSearchParams(search)
  const lists = LISTS.flatMap((name) => {
    const values = given.getAll(name)
    return values.length > 0 ? [[name, values] as const] : []
  })
  const filter: Filter = Object.fromEntries(lists)
  const text = given.get('text')
  if (text) filter.text = text
  if (given.has('disagree')) filter.disagree = true
  if (given.has('whatIf')) filter.whatIf = true
  const options = [...given].flatMap(([name, value]) =>
    name.startsWith(OPTION) ? [[name.slice(OPTION.length), value] as const] : [],
  )
  const line = Number(given.get('row'))
  return {
    view: VIEWS.find((view) => view === given.get('view')) ?? 'browse',
    filter,
    sort: SORTS.find((sort) => sort === given.get('sort')) ?? 'line',
    row: Number.isSafeInteger(line) && line > 0 ? line : null,
    options: Object.fromEntries(options),
    sample: given.get('sample'),
    assessor: given.get('assessor'),
    query: given.get('query'),
  }
}

/** Returns the parameters of a filter, as the page and the API have them. */
export function parametersOf(filter: Filter): URLSearchParams {
  const parameters = new URLSearchParams()
  for (const name of LISTS) for (const value of filter[name] ?? []) parameters.append(name, value)
  if (filter.text) parameters.set('text', filter.text)
  if (filter.disagree) parameters.set('disagree', '1')
  if (filter.whatIf) parameters.set('whatIf', '1')
  return parameters
}

/** Returns the address of a place; what is usual is left out. */
export function searchOf(place: Place): string {
  const parameters = parametersOf(place.filter)
  const set = (name: string, value: string | number | null, usual: string | null = null) => {
    if (value !== null && value !== usual) parameters.set(name, String(value))
  }
  set('view', place.view, 'browse')
  set('sort', place.sort, 'line')
  set('row', place.row)
  for (const [name, value] of Object.entries(place.options)) set(OPTION + name, value)
  set('sample', place.sample)
  set('assessor', place.assessor)
  set('query', place.query)
  const search = parameters.toString()
  return search === '' ? './' : `?${search}`
}

const listeners = new Set<() => void>()

export const here = () => placeIn(location.search)

/** Goes to another place. `replace`: without a step to come back to, for what changes with every key. */
export function go(change: Partial<Place>, { replace = false } = {}): void {
  const address = searchOf({ ...here(), ...change })
  if (address === (location.search || './')) return
  history[replace ? 'replaceState' : 'pushState'](null, '', address)
  for (const listener of listeners) listener()
}

/** The place that the address says, now and whenever it changes. */
export function usePlace(): Place {
  const [place, setPlace] = useState(here)
  useEffect(() => {
    const follow = () => setPlace(here())
    listeners.add(follow)
    addEventListener('popstate', follow)
    return () => {
      listeners.delete(follow)
      removeEventListener('popstate', follow)
    }
  }, [])
  return place
}

/** Whether no filter narrows the rows. */
export const isOpen = (filter: Filter) => parametersOf(filter).size === 0

/** Returns the filter with a value of one kind put in, or taken out if it is there. */
export function toggled(filter: Filter, name: ListFilter, value: string): Filter {
  const values = filter[name] ?? []
  const next = values.includes(value) ? values.filter((one) => one !== value) : [...values, value]
  const { [name]: _old, ...others } = filter
  return next.length > 0 ? { ...others, [name]: next } : others
}
