// The HTML page of prune: one self-contained file, in light and dark colours.
import { html, type Markup } from '../../html/markup.ts'
import { intervalMatrix, type MatrixCell } from '../../html/matrix.ts'
import type { Effect } from '../../statistics/crossed.ts'
import { framed } from '../../html/frame.ts'
import { chance, points } from '../../laboratory/words.ts'
import type { DatasetReport, PruneReport } from './report.ts'
import { reasonOf, span } from './words.ts'

export function prunePage(report: PruneReport): string {
  const pruned = report.datasets.filter(({ verdict }) => verdict === 'pruned').map(({ name }) => name)
  const title = pruned.length === 0 ? 'Nothing is pruned' : `Pruned: ${pruned.join(', ')}`
  const body = html`${lead(report)}${matrix(report)}${together(report)}${verdicts(report)}`
  return framed({ ...report, command: 'prune', title, body })
}

function lead({ measure, sets, seeds, steps, everything, initial, plan }: PruneReport): Markup {
  const queries = sets.map(({ name, queries: count }) => `${name} (${count} queries)`).join(', ')
  return html`<p class="lead">
    ${measure} on ${queries}; ${seeds.length} seeds, ${steps} steps each. Trained on everything
    ${everything.mean.toFixed(4)}, untrained ${initial.toFixed(4)}. An effect of
    ${(plan.smallestEffect * 100).toFixed(2)} points was expected to be found with a chance of 80% by half of the
    queries.
  </p>`
}

function matrix({ datasets, sets }: PruneReport): Markup {
  const columns = sets.length > 1 ? ['mean', ...sets.map(({ name }) => name)] : sets.map(({ name }) => name)
  const cellOf = (name: string, column: string, effect: Effect): MatrixCell => ({
    mean: effect.mean * 100,
    low: effect.interval.low * 100,
    high: effect.interval.high * 100,
    note: `without ${name}, ${column}: ${points(effect.mean)} (${span(effect)}), p ${chance(effect.p)}`,
  })
  const rows = datasets.map(({ name, verdict, leftOut }) => {
    const cells = leftOut === null ? [] : leftOut.sets.map(({ set, effect }) => cellOf(name, set, effect))
    const mean = leftOut === null || sets.length === 1 ? [] : [cellOf(name, 'mean', leftOut.effect)]
    return {
      label: name,
      isPale: verdict !== 'pruned',
      cells: leftOut === null ? columns.map(() => undefined) : [...mean, ...cells],
    }
  })
  return html`<section>
    <h2>Leaving each dataset out</h2>
    <figure>
      <figcaption>
        Gain of the rest without it, in points (0.01 of the measure), with 95% intervals; kept datasets are paler
      </figcaption>
      ${intervalMatrix(columns, rows, 'points', 'Effect of leaving out each dataset on each evaluation set')}
    </figure>
  </section>`
}

function together({ together: found }: PruneReport): Markup | undefined {
  if (found === null) return undefined
  const { choices, effect, beyondRandom } = found
  const names = choices.map((choice) => (choice.length === 0 ? 'nothing' : choice.join(', ')))
  return html`<section>
    <h2>All chosen datasets together</h2>
    <p>
      One half of the queries chose ${names[0]}, the other ${names[1]}. Without what one half chose, the queries of the
      other gain <b>${points(effect.mean)}</b> points (${span(effect)}), p
      ${chance(effect.p)}${beyondRandom === null ? '' : `; relative to as many random rows ${points(beyondRandom.mean)} (${span(beyondRandom)})`}.
    </p>
  </section>`
}

function verdicts({ datasets }: PruneReport): Markup {
  return html`<section>
    <h2>Verdicts</h2>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th></th>
            <th>rows</th>
            <th>without it</th>
            <th>95% interval</th>
            <th>p (Holm)</th>
            <th>random rows</th>
            <th>halves</th>
            <th></th>
          </tr>
        </thead>
        <tbody>
          ${datasets.map(verdictRow)}
        </tbody>
      </table>
    </div>
    <ul>
      ${datasets.map((each) => html`<li><b>${each.name}</b>, ${each.verdict}: ${reasonOf(each)}.</li>`)}
    </ul>
  </section>`
}

function verdictRow({ name, rows, verdict, leftOut }: DatasetReport): Markup {
  const halves = leftOut?.halves.map(({ effect }) => points(effect.mean)).join(' ') ?? ''
  return html`<tr class="${verdict === 'pruned' ? 'first' : ''}">
    <th>${name}</th>
    <td>${rows}</td>
    <td>${leftOut === null ? '' : points(leftOut.effect.mean)}</td>
    <td>${leftOut === null ? '' : span(leftOut.effect)}</td>
    <td>${leftOut === null ? '' : chance(leftOut.pHolm)}</td>
    <td>${leftOut?.random ? points(leftOut.random.effect.mean) : ''}</td>
    <td>${halves}</td>
    <td>${verdict}</td>
  </tr>`
}
