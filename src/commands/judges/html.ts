// The HTML page of judges: one file with plots that loads nothing.
import { counted } from '../../base/format.ts'
import { intervalChart, type IntervalRow } from '../../html/charts.ts'
import { framed } from '../../html/frame.ts'
import { html, type Markup } from '../../html/markup.ts'
import { scatterChart } from '../../html/scatter.ts'
import type { Figure } from '../../judging/figures.ts'
import { percentOf } from '../../statistics/share.ts'
import { headOf, NOTES, sampleText } from './page.ts'
import type { JudgeReport, JudgesReport } from './report.ts'
import { chanceText, costText, figureText, plainNumber, timeText } from './words.ts'

export function htmlPage(report: JudgesReport): string {
  return framed({ ...report, command: 'judges', title: headOf(report), body: bodyOf(report) })
}

function bodyOf(report: JudgesReport): Markup {
  const { judges, proposal, bounds } = report
  return html`<p class="lead">${sampleText(report)}</p>
    <section>
      <h2>Proposal</h2>
      <ul>
        ${proposal.reasons.map((reason) => html`<li>${reason}</li>`)}
      </ul>
      ${proposal.command === null ? undefined : html`<div class="wide"><code>${proposal.command}</code></div>`}
    </section>
    <section>
      <h2>How good, for what money</h2>
      ${costChart(judges)}${rightTable(judges)}
    </section>
    <section>
      <h2>What their verdicts can bear</h2>
      ${verdictChart(judges, bounds.relabelFrom)}${verdictTable(judges)}
    </section>
    <section>
      <h2>Agreement with the gold beyond chance</h2>
      ${agreementTable(judges)}
      <p><small>${NOTES.agreement}</small></p>
    </section>
    ${report.pairs.length === 0 ? undefined : pairTable(report)} ${judges.map(positions)}`
}

/** An interval that is not known is as wide as the value. */
const ends = ({ value, low, high }: Figure) => ({ low: low ?? value ?? 0, high: high ?? value ?? 0 })

function costChart(judges: readonly JudgeReport[]): Markup {
  const points = judges.flatMap(({ name, figures: { f1 }, usdPerThousand }) =>
    f1.value === null
      ? []
      : [
          {
            label: name,
            x: usdPerThousand,
            y: f1.value,
            ...ends(f1),
            note: `${name}: F1 ${figureText(f1)}, ${costText(usdPerThousand)}`,
          },
        ],
  )
  if (points.length === 0) return html`<p>No judge has an F1: nothing in the sample is relevant.</p>`
  return html`<figure>
    <figcaption>F1 with its 95% interval against the cost of 1,000 passages</figcaption>
    ${scatterChart(points, 'F1 against cost', { x: 'US dollars for 1,000 passages', y: 'F1' })}
  </figure>`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): Markup {
  return html`<div class="wide">
    <table>
      <thead>
        <tr>
          ${head.map((cell) => html`<th>${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([name = '', ...cells]) =>
            html`<tr>
              <th>${name}</th>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

const rightTable = (judges: readonly JudgeReport[]) =>
  table(
    ['', 'F1', 'precision', 'recall', 'cost', 'time'],
    judges.map(({ name, figures: { f1, precision, recall }, usdPerThousand, secondsPerThousand }) => [
      name,
      ...[f1, precision, recall].map(figureText),
      costText(usdPerThousand),
      timeText(secondsPerThousand),
    ]),
  )

const agreementTable = (judges: readonly JudgeReport[]) =>
  table(
    ['', 'kappa', 'PABAK', 'AC1', 'unread', 'position p'],
    judges.map(({ name, figures: { kappa, pabak, ac1 }, unread, positionBias }) => [
      name,
      ...[kappa, pabak, ac1].map(figureText),
      unread.hits === 0 ? '0' : percentOf(unread),
      positionBias === null ? '–' : chanceText(positionBias.p),
    ]),
  )

function verdictChart(judges: readonly JudgeReport[], relabelFrom: number): Markup {
  const rows = judges.flatMap(({ name, verdicts }) =>
    verdicts.flatMap(({ verdict, precision, action }): IntervalRow[] =>
      precision.value === null
        ? []
        : [
            {
              label: `${name}: ${verdict} → ${action}`,
              mean: precision.value,
              ...ends(precision),
              isControl: action === 'keep',
              note: `${name}, ${verdict}: ${figureText(precision)}`,
            },
          ],
    ),
  )
  if (rows.length === 0) return html`<p>Nothing was called relevant.</p>`
  return html`<figure>
    <figcaption>
      Precision of each verdict with its 95% interval; the line is what a new positive takes. Paler: nothing is done
      about these.
    </figcaption>
    ${intervalChart(rows, 'Precision of verdicts', { unit: 'precision', mark: relabelFrom, ends: [0, 1] })}
  </figure>`
}

const verdictTable = (judges: readonly JudgeReport[]) =>
  table(
    ['', 'verdict', 'passages', 'precision', 'action'],
    judges.flatMap(({ name, verdicts }) =>
      verdicts.map(({ verdict, passages, precision, action }) => [
        name,
        verdict,
        counted(passages),
        figureText(precision),
        action,
      ]),
    ),
  )

function pairTable({ judges, pairs }: JudgesReport): Markup {
  const cell = (one: string, other: string) => {
    if (one === other) return ''
    const pair = pairs.find(({ judges: both }) => both.includes(one) && both.includes(other))
    return pair === undefined || pair.kappa === null ? '–' : plainNumber(pair.kappa)
  }
  return html`<section>
    <h2>Agreement with each other (kappa)</h2>
    ${table(
      ['', ...judges.map(({ name }) => name)],
      judges.map(({ name }) => [name, ...judges.map((other) => cell(name, other.name))]),
    )}
  </section>`
}

function positions({ name, positionBias }: JudgeReport): Markup | undefined {
  if (positionBias === null) return undefined
  const { bins, chiSquare, degrees, p } = positionBias
  return html`<section>
    <h2>Verdicts of ${name} by position</h2>
    ${table(
      ['position', 'passages', 'called relevant'],
      bins.map(({ from, to, passages, called }) => [
        from === to ? String(from) : `${from}–${to}`,
        counted(passages),
        `${counted(called)} (${((100 * called) / passages).toFixed(0)}%)`,
      ]),
    )}
    <p>
      <small
        >Chi-square ${chiSquare.toFixed(1)} with ${degrees} degrees of freedom, p
        ${p < 0.001 ? '' : '= '}${chanceText(p)}, among relevant and irrelevant passages apart.</small
      >
    </p>
  </section>`
}
