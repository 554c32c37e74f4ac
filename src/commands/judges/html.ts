// The HTML page of judges: one file with plots that loads nothing.
import type { VNode } from 'preact'
import { counted, duration } from '../../base/format.ts'
import type { Draw } from '../../html/draw.ts'
import { framed, type PageContents } from '../../html/frame.ts'
import { Command } from '../../html/parts/command.ts'
import { Figure as Drawn } from '../../html/parts/figure.ts'
import { Section } from '../../html/parts/section.ts'
import { Table, type TableColumn } from '../../html/parts/table.ts'
import { intervals, type IntervalRow } from '../../html/pictures/intervals.ts'
import { scatter } from '../../html/pictures/scatter.ts'
import { html } from '../../html/template.ts'
import type { Figure } from '../../judging/figures.ts'
import { agreementCells, headOf, NOTES, rightCells, sampleText, thresholdText } from './page.ts'
import type { JudgeReport, JudgesReport } from './report.ts'
import { chanceText, costText, figureText, plainNumber } from './words.ts'

export const htmlPage = (report: JudgesReport): Promise<string> => framed(judgesContents(report))

/** What the page says, for a file and for the studio. */
export function judgesContents(report: JudgesReport): PageContents {
  return {
    ...report,
    command: 'judges',
    title: titleOf(report),
    lead: `${headOf(report)}. ${sampleText(report)}`,
    took: duration(report.seconds),
    body: (draw) => partsOf(report, draw),
  }
}

/** Says which judge to take, or that none is told from chance. */
function titleOf({ judges, proposal }: JudgesReport): string {
  const best = judges.find(({ name }) => name === proposal.judge)
  if (best === undefined) {
    return judges.length === 1 ? 'This judge is not told from chance' : 'None of these judges is told from chance'
  }
  const value = best.figures.f1.value
  const before = proposal.screen === null ? '' : `, with ${proposal.screen} as its screen`
  const f1 = value === null ? '' : `: F1 ${plainNumber(value)}`
  return `Take ${best.name} as the judge${before}${f1}${moneyText(best.usdPerThousand)}`
}

function moneyText(usd: number | null): string {
  if (usd === null) return ''
  return usd === 0 ? ', for free' : `, at ${costText(usd)} for 1,000 passages`
}

function partsOf(report: JudgesReport, draw: Draw): (VNode | null)[] {
  const { judges, proposal, bounds } = report
  const reasons = html`<ul>
    ${proposal.reasons.map((reason) => html`<li>${reason}</li>`)}
  </ul>`
  return [
    Section({
      title: 'Proposal',
      children: [
        reasons,
        proposal.command === null ? null : Command({ label: 'the proposed command', text: proposal.command }),
      ],
    }),
    Section({
      title: 'How good, for what money',
      children: [costFigure(judges, draw), rightTable(judges), ...thresholds(judges)],
    }),
    Section({
      title: 'What their verdicts can bear',
      children: [verdictFigure(judges, bounds.relabelFrom, draw), verdictTable(judges)],
    }),
    Section({
      title: 'Agreement with the gold beyond chance',
      children: [agreementTable(judges), html`<p><small>${NOTES.agreement}</small></p>`],
    }),
    report.pairs.length === 0 ? null : pairPart(report),
    ...judges.map(positions),
  ]
}

/** An interval that is not known is as wide as the value. */
const ends = ({ value, low, high }: Figure) => ({ low: low ?? value ?? 0, high: high ?? value ?? 0 })

function costFigure(judges: readonly JudgeReport[], draw: Draw): VNode {
  const points = judges.flatMap(({ name, figures: { f1 }, usdPerThousand }) => {
    const note = `${name}: F1 ${figureText(f1)}, ${costText(usdPerThousand)}`
    return f1.value === null ? [] : [{ label: name, x: usdPerThousand, y: f1.value, ...ends(f1), note }]
  })
  if (points.length === 0) return html`<p>No judge has an F1: nothing in the sample is relevant.</p>`
  return Drawn({
    caption:
      'F1 with its 95% interval against the cost of 1,000 passages. Best is at the top left: right often, and cheap.',
    picture: draw(scatter(points, 'F1 against cost', { x: 'US dollars for 1,000 passages', y: 'F1' })),
  })
}

const rightTable = (judges: readonly JudgeReport[]) =>
  Table({
    label: 'how often judges are right',
    columns: ['F1', 'precision', 'recall', 'cost of 1,000', 'time of 1,000'],
    rows: judges.map((judge) => ({ name: judge.name, cells: rightCells(judge) })),
  })

const thresholds = (judges: readonly JudgeReport[]): VNode[] =>
  judges.flatMap((judge) => {
    const text = thresholdText(judge)
    return text === null ? [] : [html`<p><small>${text}</small></p>`]
  })

const agreementTable = (judges: readonly JudgeReport[]) =>
  Table({
    label: 'agreement with the gold',
    columns: ['kappa', 'PABAK', 'AC1', 'unread', 'position p'],
    rows: judges.map((judge) => ({ name: judge.name, cells: agreementCells(judge) })),
  })

function verdictFigure(judges: readonly JudgeReport[], relabelFrom: number, draw: Draw): VNode {
  const rows = judges.flatMap(({ name, verdicts }) =>
    verdicts.flatMap(({ verdict, precision, action }): IntervalRow[] => {
      if (precision.value === null) return []
      const value = figureText(precision)
      const label = `${name}: ${verdict} → ${action}`
      return [
        {
          label,
          mean: precision.value,
          ...ends(precision),
          isPale: action === 'keep',
          value,
          note: `${name}, ${verdict}: ${value}`,
        },
      ]
    }),
  )
  if (rows.length === 0) return html`<p>Nothing was called relevant.</p>`
  return Drawn({
    caption: `Precision of each verdict with its 95% interval. The line is at ${plainNumber(relabelFrom)}, which a new positive takes. Paler: nothing is done about these.`,
    picture: draw(intervals(rows, 'Precision of verdicts', { unit: 'precision', mark: relabelFrom, ends: [0, 1] })),
  })
}

const WORDS: readonly TableColumn[] = [{ head: 'verdict', isText: true }]

function verdictTable(judges: readonly JudgeReport[]): VNode {
  const rows = judges.flatMap(({ name, verdicts }) =>
    verdicts.length === 0
      ? [{ name, cells: ['none', '0', '–', 'keep'] }]
      : verdicts.map(({ verdict, passages, precision, action }) => {
          return { name, cells: [verdict, counted(passages), figureText(precision), action] }
        }),
  )
  return Table({
    label: 'verdicts',
    columns: [...WORDS, 'passages', 'precision', { head: 'action', isText: true }],
    rows,
  })
}

function pairPart({ judges, pairs }: JudgesReport): VNode {
  const cell = (one: string, other: string) => {
    if (one === other) return ''
    const pair = pairs.find(({ judges: both }) => both.includes(one) && both.includes(other))
    return pair === undefined || pair.kappa === null ? '–' : plainNumber(pair.kappa)
  }
  const names = judges.map(({ name }) => name)
  return Section({
    title: 'Agreement with each other (kappa)',
    children: Table({
      label: 'agreement of judges with each other',
      columns: names,
      rows: names.map((name) => ({ name, cells: names.map((other) => cell(name, other)) })),
    }),
  })
}

function positions({ name, positionBias }: JudgeReport): VNode | null {
  if (positionBias === null) return null
  const { bins, chiSquare, degrees, p } = positionBias
  const rows = bins.map(({ from, to, passages, called }) => ({
    name: from === to ? String(from) : `${from}–${to}`,
    cells: [counted(passages), `${counted(called)} (${((100 * called) / passages).toFixed(0)}%)`],
  }))
  const note = `Chi-square ${chiSquare.toFixed(1)} with ${degrees} degrees of freedom, p ${p < 0.001 ? '' : '= '}${chanceText(p)}, among relevant and irrelevant passages apart.`
  return Section({
    title: `Verdicts of ${name} by position`,
    children: [
      Table({ label: `verdicts of ${name} by position`, columns: ['passages', 'called relevant'], rows }),
      html`<p><small>${note}</small></p>`,
    ],
  })
}
