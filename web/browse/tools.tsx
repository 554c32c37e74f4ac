// Above the list: outcomes with their counts, the search, the order, and the filters that are on.
import { useEffect, useRef } from 'preact/hooks'
import type { Filter, RunView, Sort } from '../../src/browse/api.ts'
import { go, toggled, type ListFilter, type Place } from '../address.ts'
import { count, FILTERS, OUTCOMES, SIGNS, valueWord } from '../words.ts'

/** Milliseconds of quiet before a search is made. */
const QUIET = 180

export function Outcomes({ rows, filter }: { rows: RunView['rows']; filter: Filter }) {
  const chosen = filter.outcome ?? []
  return (
    <div class="outcomes" role="group" aria-label="Outcome">
      <OutcomeButton
        word="all"
        rows={rows.all}
        isOn={chosen.length === 0}
        onClick={() => go({ filter: withoutOutcome(filter) })}
      />
      {OUTCOMES.map((word) => (
        <OutcomeButton
          key={word}
          word={word}
          rows={rows[word]}
          isOn={chosen.includes(word)}
          onClick={() => go({ filter: { ...withoutOutcome(filter), outcome: [word] } })}
        />
      ))}
    </div>
  )
}

const withoutOutcome = ({ outcome: _gone, ...others }: Filter): Filter => others

interface OutcomeProps {
  word: string
  rows: number
  isOn: boolean
  onClick: () => void
}

function OutcomeButton({ word, rows, isOn, onClick }: OutcomeProps) {
  return (
    <button type="button" class={`outcome ${word}`} aria-pressed={isOn} onClick={onClick}>
      <span class="outcome-word">
        <span aria-hidden="true">{SIGNS[word] ?? ''}</span> {word}
      </span>
      <span class="number">{count(rows)}</span>
    </button>
  )
}

export function Search({ filter }: { filter: Filter }) {
  const timer = useRef<number>(0)
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const element = box.current as HTMLInputElement
    if (document.activeElement !== element) element.value = filter.text ?? ''
  }, [filter.text])
  const search = () => {
    const text = (box.current as HTMLInputElement).value.trim()
    const { text: _old, ...others } = filter
    go({ filter: text === '' ? others : { ...others, text } }, { replace: true })
  }
  return (
    <input
      ref={box}
      type="search"
      id="search"
      class="search"
      placeholder="Search queries, passages, reasons"
      aria-label="Search queries, passages that moved, and reasons"
      aria-keyshortcuts="/"
      autocomplete="off"
      spellcheck={false}
      defaultValue={filter.text ?? ''}
      dir="auto"
      onInput={() => {
        clearTimeout(timer.current)
        timer.current = window.setTimeout(search, QUIET)
      }}
    />
  )
}

export function Order({ sort }: { sort: Sort }) {
  return (
    <label class="order">
      <span class="hidden">Order</span>
      <select value={sort} onChange={(event) => go({ sort: event.currentTarget.value as Sort })}>
        <option value="line">in file order</option>
        <option value="falseNegatives">most false negatives first</option>
      </select>
    </label>
  )
}

interface ChipsProps {
  filter: Filter
  /** The options of the policy that is tried. */
  options: Record<string, string>
}

/** The filters that are on and the policy that is tried, each with a cross to take it off. */
export function Chips({ filter, options }: ChipsProps) {
  const { outcome: _outcome, text: _text, disagree, whatIf, ...lists } = filter
  const values = Object.entries(lists).flatMap(([name, list]) =>
    list.map((value) => ({ name: name as ListFilter, value })),
  )
  const tried = Object.entries(options).map(([name, value]) => `${name} ${value}`)
  if (values.length === 0 && tried.length === 0 && !disagree && !whatIf) return null
  return (
    <ul class="chips" aria-label="Filters">
      {tried.length > 0 && (
        <Chip words={`What if: ${tried.join(', ')}`} change={{ options: {}, filter: { ...filter, whatIf: false } }} />
      )}
      {values.map(({ name, value }) => (
        <Chip
          key={`${name} ${value}`}
          words={`${FILTERS[name]}: ${valueWord(name, value)}`}
          change={{ filter: toggled(filter, name, value) }}
        />
      ))}
      {disagree && <Chip words="Judges disagree" change={{ filter: { ...filter, disagree: false } }} />}
      {whatIf && <Chip words="Rows that come out otherwise" change={{ filter: { ...filter, whatIf: false } }} />}
    </ul>
  )
}

/** @param change what takes it off */
function Chip({ words, change }: { words: string; change: Partial<Place> }) {
  return (
    <li>
      <button type="button" class="chip" onClick={() => go(change)}>
        <span class="clip" dir="auto">
          {words}
        </span>
        <span aria-hidden="true">×</span>
        <span class="hidden">, take off</span>
      </button>
    </li>
  )
}
