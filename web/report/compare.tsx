// A comparison, query by query: each bar is a query; a click opens both of its rankings.
import { useMemo } from 'preact/hooks'
import type { CompareReport, Difference } from '../../src/commands/compare/report.ts'
import { go, usePlace } from '../address.ts'
import { Nothing } from '../parts/states.tsx'
import { Query, signed } from './rankings.tsx'
import { QueryBars, type QueryBar } from './query-bars.tsx'

export function CompareQueries({ report }: { report: CompareReport }) {
  const place = usePlace()
  const choices = useMemo(() => report.differences.flatMap((difference) => setsOf(report, difference)), [report])
  const [arm, set, query = null] = (place.query ?? '').split('\n')
  const chosen = choices.find((choice) => choice.arm === arm && choice.set === set) ?? choices[0]
  if (!chosen) return null
  const open = (id: string) => go({ query: `${chosen.arm}\n${chosen.set}\n${id}` })
  return (
    <section class="compare-queries" aria-label="Query by query">
      <header>
        <h2>Query by query</h2>
        {choices.length > 1 && (
          <select
            aria-label="Files and collection"
            value={choices.indexOf(chosen)}
            onChange={(event) => {
              const next = choices[Number(event.currentTarget.value)]
              if (next) go({ query: `${next.arm}\n${next.set}` })
            }}
          >
            {choices.map((choice, index) => (
              <option key={choice.name} value={index}>
                {choice.name}
              </option>
            ))}
          </select>
        )}
      </header>
      <QueryBars bars={chosen.bars} open={query} onOpen={open} measure={report.measure} />
      <div class="query-choice">
        <Movers bars={chosen.bars} open={query} onOpen={open} />
        {query === null ? (
          <Nothing title="Choose a bar or a query to see both of its rankings." />
        ) : (
          <Chosen report={report} choice={chosen} query={query} />
        )}
      </div>
    </section>
  )
}

interface Choice {
  name: string
  arm: string
  against: string
  set: string
  /** All queries, the largest gain first. */
  bars: QueryBar[]
}

function setsOf({ sets, rankings }: CompareReport, { arm, against, sets: differences }: Difference): Choice[] {
  const ranked = rankings.find((own) => own.arm === arm)?.queries ?? []
  return differences.flatMap(({ set, perQuery }) => {
    const ids = sets.find(({ name }) => name === set)?.queryIds ?? []
    const texts = new Map(ranked.filter((own) => own.set === set).map(({ query, text }) => [query, text]))
    const bars = perQuery.map((difference, index) => {
      const id = ids[index] ?? String(index)
      return { id, difference, text: texts.get(id) ?? null }
    })
    const name = `${arm} against ${against}${sets.length > 1 ? `, ${set}` : ''}`
    return texts.size === 0
      ? []
      : [{ name, arm, against, set, bars: bars.sort((one, other) => other.difference - one.difference) }]
  })
}

interface MoversProps {
  bars: readonly QueryBar[]
  open: string | null
  onOpen: (id: string) => void
}

/** The queries whose rankings are in the report, those that moved most first. */
function Movers({ bars, open, onOpen }: MoversProps) {
  const moved = bars
    .filter(({ text }) => text !== null)
    .sort((one, other) => Math.abs(other.difference) - Math.abs(one.difference))
  return (
    <ul class="movers" aria-label="Queries that moved most">
      {moved.map(({ id, text, difference }) => (
        <li key={id}>
          <button type="button" aria-current={id === open ? 'true' : undefined} onClick={() => onOpen(id)}>
            <span class={`number ${difference < 0 ? 'fell' : 'rose'}`}>
              {difference < 0 ? '▼' : '▲'} {signed(difference)}
            </span>
            <span dir="auto">{text}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

function Chosen({ report, choice, query }: { report: CompareReport; choice: Choice; query: string }) {
  const isIt = (own: { set: string }, id: string) => own.set === choice.set && id === query
  const rankings = report.rankings.find(({ arm }) => arm === choice.arm)?.queries.find((own) => isIt(own, own.query))
  if (!rankings) {
    return (
      <Nothing title="The report has no rankings of this query.">
        <p>It holds those of the queries that moved most.</p>
      </Nothing>
    )
  }
  const mover = report.movers.find(({ arm }) => arm === choice.arm)?.queries.find((own) => isIt(own, own.id)) ?? null
  return (
    <Query
      rankings={rankings}
      mover={mover}
      names={[choice.against, choice.arm]}
      measure={report.measure}
      difference={choice.bars.find(({ id }) => id === query)?.difference ?? 0}
      documents={report.documents[choice.set] ?? {}}
    />
  )
}
