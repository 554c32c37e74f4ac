// Agreement: between the people who judged, and of each judge with them.
import type { AgreementFigure, AgreementPair, AgreementView } from '../../src/audit/api.ts'
import type { RunView } from '../../src/browse/api.ts'
import { go, type Place } from '../address.ts'
import { useFetched } from '../api.ts'
import { Failed, Nothing, Waiting } from '../parts/states.tsx'
import { count, counted } from '../words.ts'
import { NoSample } from './no-sample.tsx'

export function Agreement({ run, place }: { run: RunView; place: Place }) {
  const sample = place.sample ?? run.audits[0] ?? null
  if (sample === null) return <NoSample file={run.file} />
  return <Report name={sample} samples={run.audits} key={sample} />
}

function Report({ name, samples }: { name: string; samples: readonly string[] }) {
  const { value, error, again } = useFetched<AgreementView>(`agreement?name=${encodeURIComponent(name)}`)
  if (error) return <Failed error={error} again={again} />
  if (!value) return <Waiting words="Comparing judgements" />
  return (
    <div class="agreement">
      <header>
        <h2>Agreement</h2>
        {samples.length > 1 && (
          <label>
            Sample{' '}
            <select value={name} onChange={(event) => go({ sample: event.currentTarget.value })}>
              {samples.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
        )}
        <p class="pale">
          {counted(value.judged, 'passage')} judged, {count(value.shared)} of them by two or more people.
        </p>
      </header>
      {value.judged === 0 ? <NothingYet name={name} /> : <Figures view={value} />}
    </div>
  )
}

function NothingYet({ name }: { name: string }) {
  return (
    <Nothing title="Nobody has judged a passage yet.">
      <button type="button" class="button primary" onClick={() => go({ view: 'audit', sample: name })}>
        Judge now
      </button>
    </Nothing>
  )
}

function Figures({ view }: { view: AgreementView }) {
  const between = view.pairs.filter(({ kind }) => kind === 'assessors')
  const judges = view.pairs.filter(({ kind }) => kind === 'judge')
  return (
    <>
      {view.notes.map((note) => (
        <p class="notice" key={note}>
          {note}
        </p>
      ))}
      <FigureTable title="The whole file, from the sample" rows={view.file.map((figure) => ({ of: '', figure }))} />
      <FigureTable title="All people together" rows={view.together.map((figure) => ({ of: '', figure }))} />
      <PairTable title="Two people" pairs={between} />
      <PairTable title="A judge with a person" pairs={judges} />
      <FigureTable
        title="One judge against another"
        rows={view.differences.map(({ one, other, figure }) => ({ of: `${one} − ${other}`, figure }))}
      />
      {view.published.map(({ source, figures }) => (
        <FigureTable key={source} title={source} rows={figures.map((figure) => ({ of: '', figure }))} />
      ))}
      <Disagreements items={view.disagreements} />
    </>
  )
}

function PairTable({ title, pairs }: { title: string; pairs: readonly AgreementPair[] }) {
  const rows = pairs.flatMap(({ one, other, figures }) =>
    figures.map((figure, index) => ({ of: index === 0 ? `${one} and ${other}` : '', figure })),
  )
  return <FigureTable title={title} rows={rows} />
}

interface FigureRow {
  /** Whom it is about; empty where the row above says it. */
  of: string
  figure: AgreementFigure
}

function FigureTable({ title, rows }: { title: string; rows: readonly FigureRow[] }) {
  if (rows.length === 0) return null
  const hasNames = rows.some(({ of }) => of !== '')
  return (
    <section>
      <h3>{title}</h3>
      <div class="wide" tabIndex={0} role="region" aria-label={title}>
        <table class="differences agreement-table">
          <thead>
            <tr>
              {hasNames && (
                <th scope="col" class="left">
                  who
                </th>
              )}
              <th scope="col" class="left">
                measure
              </th>
              <th scope="col">value</th>
              <th scope="col">95% interval</th>
              <th scope="col" class="bar-head">
                <span class="hidden">as a line</span>
              </th>
              <th scope="col">passages</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ of, figure }, index) => (
              <tr key={index} class={of !== '' && index > 0 ? 'group' : ''}>
                {hasNames && <td class="left">{of}</td>}
                <td class="left">{figure.name}</td>
                <td>
                  <b>{written(figure.value, figure)}</b>
                </td>
                <td>
                  {figure.interval &&
                    `${written(figure.interval[0], figure)} to ${written(figure.interval[1], figure)}`}
                </td>
                <td class="bar-cell" aria-hidden="true">
                  <Line figure={figure} />
                </td>
                <td>{count(figure.items)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function written(value: number | null, { isShare }: AgreementFigure): string {
  if (value === null) return 'cannot be told'
  if (isShare) return `${(100 * value).toFixed(1)}%`
  return value.toFixed(3).replace('-', '−').replace('0.', '.')
}

/** The value and its interval between the ends of its scale: 0 to 1 for a share, −1 to 1 else. */
function Line({ figure: { value, interval, isShare } }: { figure: AgreementFigure }) {
  if (value === null) return null
  const at = (one: number) => 100 * Math.max(0, Math.min(1, isShare ? one : (one + 1) / 2))
  return (
    <span class="scale">
      {!isShare && <span class="scale-zero" />}
      {interval && (
        <span
          class="scale-interval"
          style={{ left: `${at(interval[0])}%`, width: `${at(interval[1]) - at(interval[0])}%` }}
        />
      )}
      <span class="scale-value" style={{ left: `${at(value)}%` }} />
    </span>
  )
}

function Disagreements({ items }: { items: AgreementView['disagreements'] }) {
  if (items.length === 0) return null
  return (
    <section>
      <h3>Where people differ</h3>
      <ul class="apart">
        {items.map(({ line, query, passage, text, grades }) => (
          <li key={`${line} ${passage}`} class="passage">
            <p class="apart-grades">
              {grades.map(({ by, grade }) => (
                <span key={by}>
                  <bdi>{by}</bdi>: <b>{grade}</b>
                </span>
              ))}
              <button type="button" class="quiet" onClick={() => go({ view: 'browse', row: line, filter: {} })}>
                Open the row
              </button>
            </p>
            <p dir="auto">
              <b>{query}</b>
            </p>
            <p class="text" dir="auto">
              {text}
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}
