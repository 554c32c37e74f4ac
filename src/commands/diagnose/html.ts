// The HTML page of diagnose: one self-contained file, in light and dark colours.
import type { MeanByQuery } from './shortcut/auc.ts'
import { COLOURS, curveChart, intervalChart } from '../../html/charts.ts'
import { framed } from '../../html/frame.ts'
import { histogramChart } from '../../html/histogram.ts'
import { html, type Markup } from '../../html/markup.ts'
import type { DiagnosisReport, Figure, FigureGroup } from './report.ts'
import type { TrainingDiagnosis } from './training-log.ts'
import { strategyText } from './figures.ts'
import { headOf, MARKS, markText, modelText, rowsText, STRATEGIES, strategiesIn, verdictOf } from './words.ts'

export function diagnosisPage(report: DiagnosisReport): string {
  const body = html`<p class="lead">${rowsText(report)} ${modelText(report)}</p>
    <p>${verdictOf(report)}</p>
    ${histogram(report)} ${tellingApart(report)} ${report.groups.map(groupOf)} ${strategies(report)} ${marks(report)}
    ${trainingCurves(report)}`
  return framed({ ...report, command: 'diagnose', title: headOf(report), body })
}

function histogram({ similarity }: DiagnosisReport): Markup | undefined {
  if (similarity === null) return undefined
  const { from, width, mined, generated, positives } = similarity.histogram
  const distributions = [
    { label: 'mined negatives', shares: mined, isDashed: false },
    { label: 'generated negatives', shares: generated, isDashed: false },
    ...(positives.some((share) => share > 0) ? [{ label: 'positives', shares: positives, isDashed: true }] : []),
  ]
  return html`<section>
    <h2>Similarity to the query</h2>
    <figure>
      <figcaption>
        Share of passages at each similarity, in standard deviations from the mean of the row's negatives, so that
        queries are comparable; the outer bins include everything beyond
      </figcaption>
      ${histogramChart(distributions, { from, width, unit: 'standard deviations' }, 'Similarities by source')}
      ${legendOf(distributions.map(({ label }) => label))}
    </figure>
  </section>`
}

const legendOf = (labels: readonly string[]) =>
  html`<ul class="legend">
    ${labels.map((label, index) => html`<li><span class="key c${index % COLOURS}"></span>${label}</li>`)}
  </ul>`

/** Draws the two AUCs on one axis. */
function tellingApart({ similarity, text, groups }: DiagnosisReport): Markup | undefined {
  const shown = groups.flatMap(({ figures }) => figures)
  const row = (code: string, auc: MeanByQuery | null | undefined) => {
    const figure = shown.find((each) => each.code === code)
    if (auc === null || auc === undefined || figure === undefined) return []
    const { low, high } = auc.interval ?? { low: auc.mean, high: auc.mean }
    return [
      { label: figure.title, mean: auc.mean, low, high, isControl: false, note: `${figure.title}: ${figure.text}` },
    ]
  }
  const rows = [...row('similarity-auc', similarity?.auc), ...row('text-auc', text)]
  if (rows.length === 0) return undefined
  return html`<section>
    <h2>Telling the sources apart</h2>
    <figure>
      <figcaption>
        AUC within queries, with 95% intervals: at .5 generated and mined negatives are indistinguishable, at 1 the
        generated one always ranks higher, at 0 always lower
      </figcaption>
      ${intervalChart(rows, 'AUC by similarity and by text', { unit: 'AUC', mark: 0.5, ends: [0, 1] })}
    </figure>
  </section>`
}

function groupOf({ title, figures }: FigureGroup): Markup {
  return html`<section>
    <h2>${title}</h2>
    ${figures.map(figureOf)}
  </section>`
}

function strategies(report: DiagnosisReport): Markup | undefined {
  const found = strategiesIn(report)
  if (found.length === 0) return undefined
  return html`<section>
    <h2>By strategy</h2>
    <p>${STRATEGIES}</p>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">strategy</th>
            <th scope="col">negatives</th>
            <th scope="col">AUC by similarity</th>
            <th scope="col">dead</th>
          </tr>
        </thead>
        <tbody>
          ${found.map((each) => {
            const { negatives, auc, dead } = strategyText(each)
            return html`<tr>
              <th scope="row">${each.strategy}</th>
              <td>${negatives}</td>
              <td>${auc}</td>
              <td>${dead}</td>
            </tr>`
          })}
        </tbody>
      </table>
    </div>
  </section>`
}

function marks({ marks: found }: DiagnosisReport): Markup | undefined {
  if (found.length === 0) return undefined
  return html`<section>
    <h2>Marks of the source</h2>
    <p>${MARKS}</p>
    <ul>
      ${found.map((mark) => html`<li>${markText(mark)}</li>`)}
    </ul>
  </section>`
}

const figureOf = ({ title, by, text, meaning, worry, isWorrying }: Figure) =>
  html`<div class="figure ${isWorrying ? 'worrying' : ''}">
    <div>
      <h3>${title}</h3>
      <small>${by === 'paper' ? "the paper's" : "Winnow's"}</small>
    </div>
    <div>
      <p class="value">${text}</p>
      <p>${meaning}</p>
      <p><small>${worry}</small></p>
    </div>
  </div>`

function trainingCurves({ training }: DiagnosisReport): Markup | undefined {
  if (training === null) return undefined
  const { curves } = training
  return html`<section>
    <h2>During training</h2>
    ${curvesOf('Gradient share of generated relative to mined negatives, and the even share', training, [
      { label: 'gradient share', values: curves.gradientShare, isControl: false },
      { label: 'even share', values: curves.evenShare, isControl: true },
    ])}
    ${curvesOf(
      'Cosine of positive and generated gradients, and share of generated negatives that are alive',
      training,
      [
        { label: 'cosine', values: curves.cosine, isControl: false },
        { label: 'alive', values: curves.alive, isControl: false },
      ],
    )}
  </section>`
}

function curvesOf(
  caption: string,
  { last }: TrainingDiagnosis,
  curves: Parameters<typeof curveChart>[0],
): Markup | undefined {
  if (!curves.some(({ values }) => values.some((value) => value !== null))) return undefined
  return html`<figure>
    <figcaption>${caption}</figcaption>
    ${curveChart(curves, last, caption)} ${legendOf(curves.map(({ label }) => label))}
  </figure>`
}
