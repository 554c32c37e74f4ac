// Browse: filters, the list of rows, and the row that is open.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { RunView } from '../../src/browse/api.ts'
import { go, here, isOpen, type Place } from '../address.ts'
import { useKeys } from '../keys.ts'
import { Failed, Nothing, Progress, Waiting } from '../parts/states.tsx'
import { RowPane } from '../row/row.tsx'
import { counted, OUTCOMES } from '../words.ts'
import { typed, useTrial } from '../what-if/trial.ts'
import { Facets } from './facets.tsx'
import { RowsList } from './list.tsx'
import { useRows, type Rows } from './rows.ts'
import { Chips, Order, Outcomes, Search } from './tools.tsx'

/** No policy to try. */
const NONE = {}

/** From this width on the row stands beside the list. */
const WIDE = '(min-width: 52rem)'

interface BrowseProps {
  run: RunView
  place: Place
  again: () => void
}

export function Browse({ run, place, again }: BrowseProps) {
  const { filter, sort, row } = place
  useFirstView(run, place)
  // A link to rows that another policy changes brings the policy with it.
  const { trial } = useTrial(run.policy ? typed(place.options, run.policy) : NONE)
  const tried = trial ? `${trial.done} ${trial.isDone} ${JSON.stringify(trial.options)}` : ''
  const rows = useRows(filter, sort, row, `${run.indexing?.done} ${tried}`)
  const isWide = useWide()
  const shown = row ?? (isWide ? (rows.at(0)?.line ?? null) : null)
  const pane = useRef<HTMLDivElement>(null)
  useBrowseKeys(rows, shown, place, pane)
  const open = (line: number) => go({ row: line }, { replace: isWide })
  return (
    <div class={`browse-view ${row === null ? '' : 'has-row'}`}>
      <aside class="side" aria-label="Filters">
        <Facets facets={run.facets} filter={filter} />
      </aside>
      <section class="list-column" aria-label="Rows found">
        <Outcomes rows={run.rows} filter={filter} />
        <div class="tools">
          <Search filter={filter} />
          <Order sort={sort} />
        </div>
        <details class="narrow-facets">
          <summary>Filters</summary>
          <Facets facets={run.facets} filter={filter} />
        </details>
        <Chips filter={filter} options={place.options} />
        {trial && !trial.isDone && <Progress done={trial.done} all={trial.all} words="Deciding again" />}
        {run.indexing && <Progress {...run.indexing} words="Reading the file" />}
        <Total rows={rows} isNarrowed={!isOpen(filter)} />
        <ListBody rows={rows} shown={shown} open={open} again={again} />
      </section>
      <section class="pane" ref={pane} tabIndex={-1} aria-label="Row">
        <button type="button" class="quiet back" onClick={() => go({ row: null })}>
          ← Rows
        </button>
        {shown === null ? (
          rows.total !== 0 && isWide && <Waiting words="Opening the first row" />
        ) : (
          <RowPane line={shown} trial={trial?.isDone ? tried : null} />
        )}
      </section>
    </div>
  )
}

/** An address that says nothing shows the changed rows, if there are any: they are what one came for. */
function useFirstView(run: RunView, { filter, row }: Place): void {
  const isSettled = useRef(location.search !== '')
  const hasChanged = run.rows.changed > 0
  useEffect(() => {
    if (isSettled.current || (!hasChanged && run.indexing)) return
    isSettled.current = true
    if (hasChanged && isOpen(filter) && row === null) go({ filter: { outcome: ['changed'] } }, { replace: true })
  }, [hasChanged, run.indexing])
}

function useWide(): boolean {
  const [isWide, setWide] = useState(() => matchMedia(WIDE).matches)
  useEffect(() => {
    const query = matchMedia(WIDE)
    const follow = () => setWide(query.matches)
    query.addEventListener('change', follow)
    return () => query.removeEventListener('change', follow)
  }, [])
  return isWide
}

function Total({ rows: { total }, isNarrowed }: { rows: Rows; isNarrowed: boolean }) {
  return (
    <p class="total" aria-live="polite">
      {total === null ? ' ' : `${counted(total, 'row')}${isNarrowed ? ' found' : ''}`}
    </p>
  )
}

interface ListBodyProps {
  rows: Rows
  shown: number | null
  open: (line: number) => void
  again: () => void
}

function ListBody({ rows, shown, open, again }: ListBodyProps) {
  if (rows.error) {
    return (
      <Failed
        error={rows.error}
        again={() => {
          rows.again()
          again()
        }}
      />
    )
  }
  if (rows.total === null) return <Waiting words="Looking for rows" />
  if (rows.total > 0) return <RowsList rows={rows} total={rows.total} open={shown} onOpen={open} />
  return isOpen(here().filter) ? (
    <Nothing title="There are no rows in this file." />
  ) : (
    <Nothing title="No row has all of this.">
      <button type="button" class="button" onClick={() => go({ filter: {} })}>
        Clear all filters
      </button>
    </Nothing>
  )
}

function useBrowseKeys(
  rows: Rows,
  shown: number | null,
  { filter, row }: Place,
  pane: { current: HTMLElement | null },
) {
  const step = (by: number) => {
    // A key may come before the page has followed the last one.
    const open = here().row ?? shown
    const now = open === null ? -1 : rows.placeOf(open)
    const next = Math.max(0, Math.min(now + by, (rows.total ?? 1) - 1))
    const line = rows.at(next)?.line
    if (line !== undefined) go({ row: line }, { replace: row !== null })
    else rows.want(next, next + 1)
  }
  const outcome = (word: string) => {
    const { outcome: chosen, ...others } = filter
    go({ filter: chosen?.length === 1 && chosen[0] === word ? others : { ...others, outcome: [word] }, row: null })
  }
  const byNumber = OUTCOMES.map((word, index) => [`${index + 1}`, () => outcome(word)])
  useKeys({
    ...Object.fromEntries(byNumber),
    u: () => outcome('undecided'),
    0: () => go({ filter: { ...filter, outcome: [] } }),
    j: () => step(1),
    k: () => step(-1),
    '/': () => document.querySelector<HTMLInputElement>('#search')?.focus(),
    x: () => go({ filter: {} }),
    c: toggleCalls,
    Enter: () => {
      if (shown !== null && row === null) go({ row: shown })
      pane.current?.focus()
    },
    Escape: () => leave(pane.current, row),
  })
}

/** Leaves the search, the pane, then the row. */
function leave(pane: HTMLElement | null, row: number | null): void {
  const focused = document.activeElement
  const isInside = focused instanceof HTMLElement && (focused.id === 'search' || (pane?.contains(focused) ?? false))
  if (isInside) focused.blur()
  if (row !== null && (!isInside || !matchMedia(WIDE).matches)) go({ row: null })
}

function toggleCalls(): void {
  const calls = [...document.querySelectorAll<HTMLDetailsElement>('.call')]
  const isOpening = calls.some((call) => !call.open)
  for (const call of calls) call.open = isOpening
}
