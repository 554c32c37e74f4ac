// The filters at the side: what there is, how many rows have it, and what is chosen.
import { useState } from 'preact/hooks'
import type { Facet, Filter } from '../../src/browse/api.ts'
import { go, isOpen, toggled, type ListFilter } from '../address.ts'
import { count, FILTERS, SIGNS, valueWord } from '../words.ts'

/** Values shown before the rest is asked for. */
const FEW = 6

interface FacetsProps {
  facets: readonly Facet[]
  filter: Filter
}

export function Facets({ facets, filter }: FacetsProps) {
  const shown = facets.filter(({ filter: name, values }) => name !== 'outcome' && values.length > 0)
  const lists = shown.filter(({ filter: name }) => !isFlag(name))
  const rowsWith = (name: keyof Filter) => facets.find((facet) => facet.filter === name)?.values.at(-1)?.rows
  const flags = (['disagree', 'whatIf'] as const).filter((name) => filter[name] || rowsWith(name) !== undefined)
  return (
    <div class="facets">
      <h2 class="facets-head">Rows with …</h2>
      {flags.map((name) => (
        <label class="facet-flag" key={name}>
          <input
            type="checkbox"
            checked={filter[name] === true}
            onChange={() => go({ filter: { ...without(filter, name), ...(filter[name] ? {} : { [name]: true }) } })}
          />
          <span>{FILTERS[name] ?? name}</span>
          <span class="number">{countOr(rowsWith(name))}</span>
        </label>
      ))}
      {lists.map((facet) => (
        <FacetList key={facet.filter} facet={facet} filter={filter} />
      ))}
      {!isOpen(filter) && (
        <button type="button" class="quiet" onClick={() => go({ filter: {} })}>
          Clear all filters
        </button>
      )}
    </div>
  )
}

const countOr = (rows: number | undefined) => (rows === undefined ? '' : count(rows))

const isFlag = (name: keyof Filter) => name === 'disagree' || name === 'whatIf'

const without = (filter: Filter, name: keyof Filter): Filter => {
  const { [name]: _gone, ...others } = filter
  return others
}

function FacetList({ facet, filter }: { facet: Facet; filter: Filter }) {
  const [isWhole, setWhole] = useState(false)
  const name = facet.filter as ListFilter
  const chosen = filter[name] ?? []
  const most = Math.max(...facet.values.map(({ rows }) => rows))
  const values = isWhole ? facet.values : facet.values.filter(({ value }, at) => at < FEW || chosen.includes(value))
  return (
    <fieldset class="facet">
      <legend>{FILTERS[name] ?? name}</legend>
      {values.map(({ value, rows }) => (
        <label key={value} class={chosen.includes(value) ? 'chosen' : ''}>
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={() => go({ filter: toggled(filter, name, value) })}
          />
          <span class="clip" dir="auto" title={valueWord(name, value)}>
            {name === 'to' && `${SIGNS[value] ?? ''} `}
            {valueWord(name, value)}
          </span>
          <span class="number">{count(rows)}</span>
          <span class="facet-bar" style={{ width: `${(100 * rows) / most}%` }} aria-hidden="true" />
        </label>
      ))}
      {facet.values.length > values.length && (
        <button type="button" class="quiet" onClick={() => setWhole(true)}>
          {count(facet.values.length - values.length)} more
        </button>
      )}
    </fieldset>
  )
}
