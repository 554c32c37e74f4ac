// The HTML page of a comparison: one self-contained file, in light and dark colours.
import { meanOf } from '../../statistics/mean.ts'
import { COLOURS, curveChart, intervalChart, sortedChart } from '../../html/charts.ts'
import { html, type Markup } from '../../html/markup.ts'
import { framed } from '../../html/frame.ts'
import type { ArmReport, CompareReport, Difference, Mover, SetDifference } from './report.ts'
import { changeText, chance, firstStageText, kindText, points } from '../../laboratory/words.ts'
import { onTheseQueries } from './page.ts'

export function htmlPage(report: CompareReport): string {
  const title = report.arms
    .filter(({ of }) => of === undefined)
    .map(({ name }) => name)
    .join(' · ')
  const body = report.plan === null ? nothing(report) : whole(report)
  return framed({ ...report, command: 'compare', title, body })
}

const identicalArms = ({ arms }: CompareReport): Markup[] =>
  arms
    .filter(({ identicalTo }) => identicalTo !== undefined)
    .map(
      ({ name, identicalTo }) => html`<p><b>${name}</b> has the same rows as ${identicalTo}; nothing to compare.</p>`,
    )

const nothing = (report: CompareReport) => html`${identicalArms(report)}`

function whole(report: CompareReport): Markup {
  const { plan, measure, seeds, steps, sets, trained } = report
  const queries = sets.map(({ name, queries: count }) => `${name} (${count} queries)`).join(', ')
  const asked = trained === undefined ? queries : `${queries}; ${trained}`
  const expected = ((plan?.smallestEffect ?? 0) * 100).toFixed(2)
  const seen = report.differences[0]?.smallestEffect ?? 0
  return html`<p class="lead">
      ${measure} on ${asked}; ${seeds.length} seeds, ${steps} steps each. Differences of ${expected} points were
      expected to be found with a chance of
      80%${seen === 0 ? '' : `; by the spread that showed it is ${(seen * 100).toFixed(2)}`}.
    </p>
    ${identicalArms(report)}
    <section>
      <h2>Differences</h2>
      ${intervals(report)}${differenceTable(report)}
      ${report.differences.filter(({ pHolm }) => pHolm !== null).map((each) => html`<p>${onTheseQueries(each)}</p>`)}
    </section>
    <section>
      <h2>Arms</h2>
      ${armTable(report)}
    </section>
    <section>
      <h2>Per query</h2>
      ${report.differences
        .filter(({ pHolm }) => pHolm !== null)
        .map((each) =>
          each.sets.map(
            (set) =>
              html`<figure>
                <figcaption>${each.arm} − ${each.against}, ${set.set}, points</figcaption>
                ${sortedChart(
                  set.perQuery.map((value) => value * 100),
                  `Differences of single queries of ${set.set}`,
                )}
              </figure>`,
          ),
        )}
    </section>
    <section>
      <h2>Queries that changed most</h2>
      ${report.movers.map(({ arm, queries: moved }) => moversOf(arm, moved, report))}
    </section>
    <section>
      <h2>Learning curves</h2>
      ${curves(report)}
    </section>`
}

const name = ({ arm, against }: Pick<Difference, 'arm' | 'against'>) => `${arm} − ${against}`

function figures({ mean, interval, p }: Difference | SetDifference): string {
  return `${points(mean)} (${points(interval.low)} to ${points(interval.high)}), p ${p < 0.001 ? '' : '= '}${chance(p)}`
}

function intervals({ differences, sets, arms }: CompareReport): Markup {
  const controls = new Set(arms.filter(({ of }) => of !== undefined).map((arm) => arm.name))
  const rows = differences.flatMap((each) => {
    const isControl = controls.has(each.arm)
    const all = [
      { label: sets.length > 1 ? `${name(each)}, mean` : name(each), of: each as Difference | SetDifference },
    ]
    if (sets.length > 1 && !isControl)
      all.push(...each.sets.map((set) => ({ label: `${name(each)}, ${set.set}`, of: set })))
    return all.map(({ label, of }) => ({
      label,
      mean: of.mean * 100,
      low: of.interval.low * 100,
      high: of.interval.high * 100,
      isControl,
      note: `${label}: ${figures(of)}`,
    }))
  })
  return html`<figure>
    <figcaption>Points (0.01 of the measure) with 95% intervals; controls are paler</figcaption>
    ${intervalChart(rows, 'Differences with 95% intervals')}
  </figure>`
}

function differenceTable({ differences, sets }: CompareReport): Markup {
  const withHolm = differences.filter(({ pHolm }) => pHolm !== null).length > 1
  const row = (label: string, each: Difference | SetDifference, isFirst: boolean, holm: number | null) =>
    html`<tr class="${isFirst ? 'first' : ''}">
      <th>${label}</th>
      <td>${points(each.mean)}</td>
      <td>${points(each.interval.low)} … ${points(each.interval.high)}</td>
      <td>${chance(each.p)}</td>
      ${withHolm ? html`<td>${holm === null ? '' : chance(holm)}</td>` : undefined}
      <td>${'wins' in each ? `${each.wins}/${each.ties}/${each.losses}` : ''}</td>
    </tr>`
  const rows = differences.map((each) =>
    sets.length === 1
      ? row(name(each), each.sets[0] as SetDifference, true, each.pHolm)
      : [row(`${name(each)}, mean`, each, true, each.pHolm), ...each.sets.map((set) => row(set.set, set, false, null))],
  )
  return html`<div class="wide">
    <table>
      <thead>
        <tr>
          <th></th>
          <th>difference</th>
          <th>95% interval</th>
          <th>p</th>
          ${withHolm ? html`<th>p (Holm)</th>` : undefined}
          <th>win/tie/loss</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
}

function armTable({ arms, sets, initial, firstStage }: CompareReport): Markup {
  const shown = arms.filter(({ identicalTo }) => identicalTo === undefined)
  const values = (means: readonly number[]) => {
    const mean = meanOf(means)
    return (sets.length > 1 ? [...means, mean] : means).map((value) => html`<td>${value.toFixed(4)}</td>`)
  }
  const firstStageRow = ({ means, ...stage }: NonNullable<CompareReport['firstStage']>) =>
    html`<tr>
      <th>${firstStageText(stage)}</th>
      <td></td>
      <td></td>
      ${values(means)}
    </tr>`
  const names = [...sets.map((set) => set.name), ...(sets.length > 1 ? ['mean'] : [])]
  return html`<div class="wide">
      <table>
        <thead>
          <tr>
            <th></th>
            <th>rows</th>
            <th>epochs</th>
            ${names.map((each) => html`<th>${each}</th>`)}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th>untrained</th>
            <td></td>
            <td></td>
            ${values(initial ?? [])}
          </tr>
          ${firstStage && firstStageRow(firstStage)}${shown.map(
            (arm) =>
              html`<tr>
                <th>${arm.name}</th>
                <td>${arm.rows}</td>
                <td>${arm.epochs.toFixed(2)}</td>
                ${values(arm.means)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${shown.filter((arm: ArmReport) => arm.changes !== null).map((arm) => html`<p><b>${arm.name}</b>: ${arm.changes ? changeText(arm.changes) : ''}</p>`)}`
}

function moversOf(arm: string, queries: readonly Mover[], report: CompareReport): Markup {
  if (queries.length === 0) return html`<p>${arm}: no query changed.</p>`
  return html`<h3>${arm}</h3>
    ${queries.map(
      ({ set, id, text, before, after, rows }) =>
        html`<details>
          <summary>
            <b class="${after > before ? 'up' : 'down'}">${points(after - before)}</b> ${text}
            <small>${set} ${id}: ${report.measure} ${before.toFixed(3)} → ${after.toFixed(3)}</small>
          </summary>
          ${rows.length === 0 ? html`<p>No related row changed.</p>` : undefined}
          ${rows.map(
            (row) =>
              html`<div class="row">
                <p>
                  ${row.shares === 'document' ? 'Shares a relevant document' : 'Similar words'}: row ${row.id}:
                  <i>${row.query}</i>
                </p>
                <ul>
                  ${row.changes.map(({ kind, text: passage }) => html`<li>${kindText(kind)}${passage === '' ? '' : `: ${passage}…`}</li>`)}
                </ul>
              </div>`,
          )}
        </details>`,
    )}`
}

function curves({ arms, steps }: CompareReport): Markup {
  const shown = arms.filter(({ losses }) => losses.length > 0)
  const own = shown.filter(({ of }) => of === undefined).map((arm) => arm.name)
  const colourOf = (arm: ArmReport) => own.indexOf(arm.of ?? arm.name)
  return html`<figure>
    <figcaption>
      Training loss, mean over seeds. Arms train on different rows, so a lower loss does not mean a better encoder.
      Controls are dashed, in the colour of their arm.
    </figcaption>
    ${curveChart(
      shown.map((arm) => {
        return { label: arm.name, values: arm.losses, isControl: arm.of !== undefined, colour: colourOf(arm) }
      }),
      steps,
      'Loss by step',
      'loss',
    )}
    <ul class="legend">
      ${shown.map((arm) => html`<li><span class="key c${colourOf(arm) % COLOURS} ${arm.of === undefined ? '' : 'broken'}"></span>${arm.name}</li>`)}
    </ul>
  </figure>`
}
