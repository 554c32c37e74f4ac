// The HTML page of a comparison: one self-contained file, in light and dark colours.
import type { VNode } from 'preact'
import { counted, duration } from '../../base/format.ts'
import type { Draw } from '../../html/draw.ts'
import { framed, type PageContents } from '../../html/frame.ts'
import { Figure } from '../../html/parts/figure.ts'
import { Section } from '../../html/parts/section.ts'
import { Table, type TableRow } from '../../html/parts/table.ts'
import { curves } from '../../html/pictures/curves.ts'
import { intervals } from '../../html/pictures/intervals.ts'
import { sortedBars } from '../../html/pictures/sorted-bars.ts'
import { html, type Content } from '../../html/template.ts'
import { changeText, chance, firstStageText, points } from '../../laboratory/words.ts'
import { meanOf } from '../../statistics/mean.ts'
import { moversOf } from './html-movers.ts'
import { notesOf } from './page.ts'
import type { ArmReport, CompareReport, Difference, SetDifference } from './report.ts'
import { leadOf, verdictOf } from './verdict.ts'

export const htmlPage = (report: CompareReport): Promise<string> => framed(compareContents(report))

/** What the page says, for a file and for the studio, which has parts of its own about queries. */
export function compareContents(report: CompareReport, queryParts: QueryParts = queriesAndMovers): PageContents {
  return {
    ...report,
    command: 'compare',
    title: verdictOf(report),
    lead: leadOf(report),
    took: duration(report.seconds),
    body: (draw) => [...identicalArms(report), ...(report.plan === null ? [] : partsOf(report, draw, queryParts))],
  }
}

const identicalArms = ({ arms }: CompareReport): VNode[] =>
  arms.flatMap(({ name, identicalTo }) =>
    identicalTo === undefined
      ? []
      : [html`<p>${`${name} has the same rows as ${identicalTo}; nothing to compare.`}</p>`],
  )

const given = ({ differences }: CompareReport) => differences.filter(({ pHolm }) => pHolm !== null)

type QueryParts = (report: CompareReport, draw: Draw) => VNode[]

function queriesAndMovers(report: CompareReport, draw: Draw): VNode[] {
  const perQuery = given(report).flatMap((each) => each.sets.map((set) => queriesOf(each, set, report, draw)))
  return [
    Section({ title: 'Query by query', children: perQuery }),
    Section({
      title: 'Queries that changed most',
      children: report.movers.map((each) => moversOf(each, report)),
    }),
  ]
}

function partsOf(report: CompareReport, draw: Draw, queryParts: QueryParts): VNode[] {
  return [
    Section({
      title: 'Differences',
      children: [
        intervalFigure(report, draw),
        differenceTable(report),
        html`<ul>
          ${notesOf(report).map((note) => html`<li>${note}</li>`)}
        </ul>`,
      ],
    }),
    Section({ title: 'What was trained', children: armTable(report) }),
    ...queryParts(report, draw),
    Section({ title: 'Learning curves', children: curveFigure(report, draw) }),
  ]
}

const name = ({ arm, against }: Pick<Difference, 'arm' | 'against'>) => `${arm} − ${against}`

const span = ({ interval }: Pick<Difference, 'interval'>) => `${points(interval.low)} to ${points(interval.high)}`

function intervalFigure({ differences, sets, arms }: CompareReport, draw: Draw): VNode {
  const controls = new Set(arms.filter(({ of }) => of !== undefined).map((arm) => arm.name))
  const rows = differences.flatMap((each) => {
    const isPale = controls.has(each.arm)
    const mean = { label: sets.length > 1 ? `${name(each)}, mean` : name(each), of: each as Difference | SetDifference }
    const bySet = sets.length > 1 && !isPale ? each.sets : []
    return [mean, ...bySet.map((set) => ({ label: `${name(each)}, ${set.set}`, of: set }))].map(({ label, of }) => ({
      label,
      mean: of.mean * 100,
      low: of.interval.low * 100,
      high: of.interval.high * 100,
      isPale,
      value: `${points(of.mean)} (${span(of)})`,
      note: `${label}: ${points(of.mean)} (${span(of)}), p ${chance(of.p)}`,
    }))
  })
  return Figure({
    caption: 'A point is 0.01 of the measure. Lines are 95% intervals; controls are paler.',
    picture: draw(intervals(rows, 'Differences with 95% intervals')),
  })
}

function differenceTable({ differences, sets }: CompareReport): VNode {
  const hasHolm = differences.filter(({ pHolm }) => pHolm !== null).length > 1
  const row = (label: string, each: Difference | SetDifference, holm: number | null, isHead: boolean): TableRow => ({
    name: label,
    ...(isHead && { kind: 'head' as const }),
    cells: [
      points(each.mean),
      `${points(each.interval.low)} … ${points(each.interval.high)}`,
      chance(each.p),
      ...(hasHolm ? [holm === null ? '' : chance(holm)] : []),
      'wins' in each ? `${each.wins}/${each.ties}/${each.losses}` : '',
    ],
  })
  const rows = differences.flatMap((each) =>
    sets.length === 1
      ? [row(name(each), each.sets[0] as SetDifference, each.pHolm, false)]
      : [row(`${name(each)}, mean`, each, each.pHolm, true), ...each.sets.map((set) => row(set.set, set, null, false))],
  )
  const columns = ['difference', '95% interval', 'p', ...(hasHolm ? ['p (Holm)'] : []), 'win/tie/loss']
  return Table({ label: 'differences', columns, rows })
}

function armTable({ arms, sets, initial, firstStage }: CompareReport): Content {
  const shown = arms.filter(({ identicalTo }) => identicalTo === undefined)
  const values = (means: readonly number[], mean = meanOf(means)) =>
    (sets.length > 1 ? [...means, mean] : means).map((value) => value.toFixed(4))
  const names = [...sets.map((set) => set.name), ...(sets.length > 1 ? ['mean'] : [])]
  const start = (label: string, means: readonly number[]): TableRow => ({
    name: label,
    cells: ['', '', ...values(means)],
  })
  const rows = [
    start('untrained', initial ?? []),
    ...(firstStage ? [start(firstStageText(firstStage), firstStage.means)] : []),
    ...shown.map((arm) => ({
      name: arm.name,
      cells: [counted(arm.rows), arm.epochs.toFixed(2), ...values(arm.means, arm.mean)],
    })),
  ]
  const changed = shown.flatMap((arm) => (arm.changes === null ? [] : [`${arm.name}: ${changeText(arm.changes)}`]))
  return [
    Table({ label: 'arms', columns: ['rows', 'epochs', ...names], rows }),
    ...changed.map((text) => html`<p>${text}</p>`),
  ]
}

function queriesOf(each: Difference, { set, perQuery }: SetDifference, { sets }: CompareReport, draw: Draw): VNode {
  const ids = sets.find((one) => one.name === set)?.queryIds ?? []
  const values = perQuery.map((value, at) => ({ value: value * 100, note: `${ids[at]}: ${points(value)}` }))
  return Figure({
    caption: `${name(each)}, ${set}: the difference of every query, from the largest gain to the largest loss`,
    picture: draw(sortedBars(values, `Differences of single queries of ${set}`)),
  })
}

function curveFigure({ arms, steps }: CompareReport, draw: Draw): VNode {
  const shown = arms.filter(({ losses }) => losses.length > 0)
  const own = shown.filter(({ of }) => of === undefined).map((arm) => arm.name)
  const colourOf = (arm: ArmReport) => own.indexOf(arm.of ?? arm.name)
  const lines = shown.map((arm) => {
    return { label: arm.name, values: arm.losses, isControl: arm.of !== undefined, colour: colourOf(arm) }
  })
  return Figure({
    caption:
      'Training loss, mean over seeds. Arms train on different rows, so a lower loss does not mean a better retriever. Controls are dashed, in the colour of their arm.',
    picture: draw(curves(lines, steps, 'Loss by step', 'loss')),
    legend: lines.map(({ label, colour, isControl }) => ({ label, colour, isDashed: isControl })),
  })
}
