// The HTML page of diagnose: one self-contained file, in light and dark colours.
import type { VNode } from 'preact'
import type { MeanByQuery } from './shortcut/auc.ts'
import { duration } from '../../base/format.ts'
import type { Draw } from '../../html/draw.ts'
import { framed, type PageContents } from '../../html/frame.ts'
import { Figure as Drawn } from '../../html/parts/figure.ts'
import { Section } from '../../html/parts/section.ts'
import { Table } from '../../html/parts/table.ts'
import { curves, type Curve } from '../../html/pictures/curves.ts'
import { histogram } from '../../html/pictures/histogram.ts'
import { intervals } from '../../html/pictures/intervals.ts'
import { html } from '../../html/template.ts'
import type { DiagnosisReport, Figure, FigureGroup } from './report.ts'
import type { TrainingDiagnosis } from './training-log.ts'
import { strategyText } from './figures.ts'
import { headOf, MARKS, markText, modelText, rowsText, STRATEGIES, strategiesIn, titleOf, verdictOf } from './words.ts'

export const diagnosisPage = (report: DiagnosisReport): Promise<string> => framed(diagnosisContents(report))

/** What the page says, for a file and for the studio. */
export function diagnosisContents(report: DiagnosisReport): PageContents {
  return {
    ...report,
    command: 'diagnose',
    title: titleOf(report),
    lead: `${headOf(report)}. ${verdictOf(report)} ${rowsText(report)} ${modelText(report)}`,
    took: duration(report.seconds),
    body: (draw) => [
      similarities(report, draw),
      tellingApart(report, draw),
      ...report.groups.map(groupOf),
      strategies(report),
      marks(report),
      trainingCurves(report, draw),
    ],
  }
}

function similarities({ similarity }: DiagnosisReport, draw: Draw): VNode | null {
  if (similarity === null) return null
  const { from, width, mined, generated, positives } = similarity.histogram
  const distributions = [
    { label: 'mined negatives', shares: mined, isDashed: false },
    { label: 'generated negatives', shares: generated, isDashed: false },
    ...(positives.some((share) => share > 0) ? [{ label: 'positives', shares: positives, isDashed: true }] : []),
  ]
  return Section({
    title: 'Similarity to the query',
    children: Drawn({
      caption:
        "Share of passages at each similarity, in standard deviations from the mean of the row's negatives, so that queries are comparable. The outer bins include everything beyond.",
      picture: draw(histogram(distributions, { from, width, unit: 'standard deviations' }, 'Similarities by source')),
      legend: distributions.map(({ label, isDashed }, colour) => ({ label, colour, isDashed })),
    }),
  })
}

/** Draws the two AUCs on one axis. */
function tellingApart({ similarity, text, groups }: DiagnosisReport, draw: Draw): VNode | null {
  const shown = groups.flatMap(({ figures }) => figures)
  const row = (code: string, auc: MeanByQuery | null | undefined) => {
    const figure = shown.find((each) => each.code === code)
    if (auc === null || auc === undefined || figure === undefined) return []
    const { low, high } = auc.interval ?? { low: auc.mean, high: auc.mean }
    const { title: label, text: value } = figure
    return [{ label, mean: auc.mean, low, high, isPale: false, value, note: `${label}: ${value}` }]
  }
  const rows = [...row('similarity-auc', similarity?.auc), ...row('text-auc', text)]
  if (rows.length === 0) return null
  return Section({
    title: 'Telling the sources apart',
    children: Drawn({
      caption:
        'AUC within queries, with 95% intervals: at .5 generated and mined negatives are indistinguishable, at 1 the generated one always ranks higher, at 0 always lower.',
      picture: draw(intervals(rows, 'AUC by similarity and by text', { unit: 'AUC', mark: 0.5, ends: [0, 1] })),
    }),
  })
}

const groupOf = ({ title, figures }: FigureGroup): VNode => Section({ title, children: figures.map(figureOf) })

function strategies(report: DiagnosisReport): VNode | null {
  const found = strategiesIn(report)
  if (found.length === 0) return null
  const rows = found.map((each) => {
    const { negatives, auc, dead } = strategyText(each)
    return { name: each.strategy, cells: [negatives, auc, dead] }
  })
  const columns = ['negatives', 'AUC by similarity', 'dead']
  return Section({
    title: 'By strategy',
    children: [html`<p>${STRATEGIES}</p>`, Table({ label: 'strategies', columns, rows })],
  })
}

function marks({ marks: found }: DiagnosisReport): VNode | null {
  if (found.length === 0) return null
  const list = html`<ul>
    ${found.map((mark) => html`<li>${markText(mark)}</li>`)}
  </ul>`
  return Section({ title: 'Marks of the source', children: [html`<p>${MARKS}</p>`, list] })
}

const figureOf = ({ title, by, text, meaning, worry, isWorrying }: Figure): VNode =>
  html`<div class=${isWorrying ? 'figure worrying' : 'figure'}>
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

function trainingCurves({ training }: DiagnosisReport, draw: Draw): VNode | null {
  if (training === null) return null
  const { gradientShare, evenShare, cosine, alive } = training.curves
  return Section({
    title: 'During training',
    children: [
      curvesOf('Gradient share of generated relative to mined negatives, and the even share', training, draw, [
        { label: 'gradient share', values: gradientShare, isControl: false },
        { label: 'even share', values: evenShare, isControl: true },
      ]),
      curvesOf(
        'Cosine of positive and generated gradients, and share of generated negatives that are alive',
        training,
        draw,
        [
          { label: 'cosine', values: cosine, isControl: false },
          { label: 'alive', values: alive, isControl: false },
        ],
      ),
    ],
  })
}

function curvesOf(caption: string, { last }: TrainingDiagnosis, draw: Draw, lines: readonly Curve[]): VNode | null {
  if (!lines.some(({ values }) => values.some((value) => value !== null))) return null
  return Drawn({
    caption,
    picture: draw(curves(lines, last, caption)),
    legend: lines.map(({ label, isControl }, colour) => ({ label, colour, isDashed: isControl })),
  })
}
