// One query of a comparison: both rankings side by side, what moved between them, and the changed training rows behind it.
import type { Mover, QueryRankings, RankedDocument } from '../../src/commands/compare/report.ts'
import { counted } from '../words.ts'

interface QueryProps {
  rankings: QueryRankings
  mover: Mover | null
  /** The names of the baseline and of the arm. */
  names: [before: string, after: string]
  measure: string
  difference: number
  documents: Record<string, string>
}

export function Query({ rankings, mover, names, measure, difference, documents }: QueryProps) {
  const { before, after, text, set, query } = rankings
  return (
    <section class="query-view" aria-label="Query">
      <p class={`outcome-line ${difference < 0 ? 'fell' : 'rose'}`}>
        <b>
          {difference > 0 ? '▲' : difference < 0 ? '▼' : '='} {measure} {signed(difference)} points
        </b>
        {mover && ` (${points(mover.before)} → ${points(mover.after)})`}
      </p>
      <h2 class="query" dir="auto">
        {text}
      </h2>
      <p class="facts">
        <span>{set}</span>
        <span class="clip">{query}</span>
      </p>
      <div class="columns">
        <Ranking name={names[0]} own={before} other={after} documents={documents} leaves />
        <Ranking name={names[1]} own={after} other={before} documents={documents} />
      </div>
      {mover && <NearRows mover={mover} />}
    </section>
  )
}

const points = (value: number) => (100 * value).toFixed(1)
export const signed = (value: number) => `${value < 0 ? '−' : '+'}${(100 * Math.abs(value)).toFixed(1)}`

interface RankingProps {
  name: string
  own: readonly RankedDocument[]
  other: readonly RankedDocument[]
  documents: Record<string, string>
  /** Whether it is the ranking before: what is not in the other has left. */
  leaves?: boolean
}

function Ranking({ name, own, other, documents, leaves = false }: RankingProps) {
  const places = new Map(other.map(({ id }, index) => [id, index]))
  return (
    <section class="column" aria-label={name}>
      <h3 dir="auto">{name}</h3>
      <ol class="ranking">
        {own.map(({ id, grade }, index) => (
          <li key={id} class={grade !== null && grade > 0 ? 'relevant' : ''}>
            <span class="ranking-place number">{index + 1}</span>
            <div>
              <p class="ranking-facts">
                {grade !== null && <b>{grade > 0 ? `+ relevant, grade ${grade}` : '· judged not relevant'}</b>}
                <span>{moveOf(index, places.get(id), leaves)}</span>
                <span class="id clip">{id}</span>
              </p>
              <p class="text" dir="auto">
                {documents[id] ?? ''}
              </p>
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** Says in words where a document stands in the other ranking. */
function moveOf(index: number, elsewhere: number | undefined, leaves: boolean): string {
  if (elsewhere === undefined) return leaves ? 'leaves' : 'new'
  if (elsewhere === index) return ''
  const by = Math.abs(elsewhere - index)
  const isUp = leaves ? elsewhere < index : elsewhere > index
  return `${isUp ? '▲ up' : '▼ down'} ${by}`
}

function NearRows({ mover }: { mover: Mover }) {
  if (mover.rows.length === 0) return <p class="pale">No changed training row is near this query.</p>
  return (
    <section>
      <h3>{counted(mover.rows.length, 'changed training row')} near this query</h3>
      <div class="columns">
        {mover.rows.map((row) => (
          <article key={row.id} class="passage">
            <header>
              <span class="place">{row.shares === 'document' ? 'shares a relevant document' : 'shares words'}</span>
              <span class="id clip">{row.id}</span>
            </header>
            <h4 dir="auto">{row.query}</h4>
            <ul class="evidence">
              {row.changes.map(({ kind, text }, index) => (
                <li key={index}>
                  <b>{kind}</b> <span dir="auto">{text}</span>
                </li>
              ))}
            </ul>
          </article>
        ))}
      </div>
    </section>
  )
}
