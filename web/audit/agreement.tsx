// Agreement: between the people who judged, and of each model with them.
import type { AgreementView, AssessorReport } from '../../src/audit/api.ts'
import type { RunView } from '../../src/browse/api.ts'
import { go, type Place } from '../address.ts'
import { useFetched } from '../api.ts'
import { Failed, Nothing, Waiting } from '../parts/states.tsx'
import { count, counted, percent } from '../words.ts'
import { groupsIn, written, type FigureGroup, type FigureLine } from './figures.ts'
import { NoSample } from './no-sample.tsx'

export function Agreement({ run, place }: { run: RunView; place: Place }) {
  const sample = place.sample ?? run.audits[0] ?? null
  if (sample === null) return <NoSample path={run.path} />
  return <Report name={sample} samples={run.audits} key={sample} />
}

function Report({ name, samples }: { name: string; samples: readonly string[] }) {
  const { value, error, again } = useFetched<AgreementView>(`agreement?name=${encodeURIComponent(name)}`)
  if (error) return <Failed error={error} again={again} />
  if (!value) return <Waiting words="Comparing judgements" />
  const graded = value.assessors.reduce((sum, assessor) => sum + assessor.graded, 0)
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
          {counted(value.items, 'passage')} drawn from {count(value.population)}; {counted(graded, 'grade')} given.
          Intervals are 95%.
        </p>
      </header>
      {graded === 0 ? <NothingYet name={name} /> : <Figures view={value} />}
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
  return (
    <>
      {groupsIn(view).map((group) => (
        <Group key={group.title} group={group} />
      ))}
      <People assessors={view.assessors} />
      <Papers papers={view.papers} />
    </>
  )
}

function Group({ group: { title, says, lines } }: { group: FigureGroup }) {
  const hasNames = lines.some(({ of }) => of !== '')
  return (
    <section>
      <h3>{title}</h3>
      <p class="pale">{says}</p>
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
                what
              </th>
              <th scope="col">value</th>
              <th scope="col">interval</th>
              <th scope="col" class="bar-head">
                <span class="hidden">as a line</span>
              </th>
              <th scope="col">passages</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line, index) => (
              <Line key={index} line={line} hasName={hasNames} isFirst={index === 0} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Line({ line, hasName, isFirst }: { line: FigureLine; hasName: boolean; isFirst: boolean }) {
  const { of, name, figure, isShare, items } = line
  const { low, high } = figure
  return (
    <tr class={of !== '' && !isFirst ? 'group' : ''}>
      {hasName && <td class="left">{of}</td>}
      <td class="left">{name}</td>
      <td>
        <b>{written(figure.value, isShare)}</b>
      </td>
      <td>{low !== null && high !== null && `${written(low, isShare)} to ${written(high, isShare)}`}</td>
      <td class="bar-cell" aria-hidden="true">
        <OnScale line={line} />
      </td>
      <td>{count(items)}</td>
    </tr>
  )
}

/** The value and its interval between the ends of its scale: 0 to 1 for a share, −1 to 1 otherwise. */
function OnScale({ line: { figure, isShare } }: { line: FigureLine }) {
  const { value, low, high } = figure
  if (value === null) return null
  const at = (one: number) => 100 * Math.max(0, Math.min(1, isShare ? one : (one + 1) / 2))
  return (
    <span class="scale">
      {!isShare && <span class="scale-zero" />}
      {low !== null && high !== null && (
        <span class="scale-interval" style={{ left: `${at(low)}%`, width: `${at(high) - at(low)}%` }} />
      )}
      <span class="scale-value" style={{ left: `${at(value)}%` }} />
    </span>
  )
}

function People({ assessors }: { assessors: readonly AssessorReport[] }) {
  return (
    <Table
      title="Who judged"
      head={['person', 'graded', 'relevant', 'unsure', 'skipped', 'seconds each']}
      rows={assessors.map(({ assessor, graded, relevant, unsure, skipped, seconds }) => [
        assessor,
        count(graded),
        percent(relevant, graded),
        count(unsure),
        count(skipped),
        seconds === null ? '' : seconds.toFixed(1),
      ])}
    />
  )
}

function Papers({ papers }: Pick<AgreementView, 'papers'>) {
  if (papers.length === 0) return null
  return (
    <Table
      title="What papers report"
      head={['paper', 'judge', 'people', 'passages', 'kappa']}
      rows={papers.map(({ paper, judge, assessors, passages, kappa }) => [
        paper,
        judge,
        assessors === null ? '' : count(assessors),
        passages === null ? '' : count(passages),
        written(kappa, false),
      ])}
    />
  )
}

interface TableProps {
  title: string
  head: readonly string[]
  rows: readonly (readonly string[])[]
}

function Table({ title, head, rows }: TableProps) {
  return (
    <section>
      <h3>{title}</h3>
      <div class="wide" tabIndex={0} role="region" aria-label={title}>
        <table class="differences">
          <thead>
            <tr>
              {head.map((word, index) => (
                <th key={word} scope="col" class={index === 0 ? 'left' : ''}>
                  {word}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={at}>
                {row.map((cell, index) => (
                  <td key={index} class={index === 0 ? 'left' : ''} dir="auto">
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
