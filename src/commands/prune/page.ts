// The terminal page of prune: the effect of leaving each dataset out, its verdict and the reason.
import { chance, points } from '../../laboratory/words.ts'
import type { PlanReport } from '../../laboratory/hooks.ts'
import type { DatasetReport, PruneReport } from './report.ts'
import { effectColumns, effectsOf, reasonOf, span, togetherText } from './words.ts'
import { counted, duration, plural } from '../../base/format.ts'
import { padEnd, widthOf } from '../../base/text.ts'
import { hanging, type PageStyle } from '../../terminal/page.ts'
import { tableLines } from '../../base/table.ts'

/** Describes what will be trained, and what half of the queries can detect. */
export function prunePlanLines({ sets, seeds, steps, trainings, arms, smallestEffect, basis }: PlanReport): string[] {
  const queries = sets.map(({ name, queries: count }) => `${name} (${counted(count)} queries)`).join(', ')
  return [
    `${plural(trainings, 'training')}: ${plural(arms.length, 'arm')} with ${seeds} seeds each, ${counted(steps)} steps; evaluated on ${queries}`,
    `smallest effect detectable by half of the queries (80% power), before adjusting for multiple datasets: ${(smallestEffect * 100).toFixed(2)} points (expected from ${basis})`,
  ]
}

export function prunePageLines(report: PruneReport, style: PageStyle): string[] {
  const { measure, seeds, steps, everything, initial, datasets, keptRows, inputs } = report
  const rows = inputs.reduce((sum, input) => sum + input.rows, 0)
  const mean = `${everything.mean.toFixed(4)} trained on everything, ${initial.toFixed(4)} untrained`
  return [
    style.heading(`${measure}, ${seeds.length} seeds, ${counted(steps)} steps: ${mean}`),
    '',
    style.heading(
      'Effect of leaving out each dataset, in points (0.01 of the measure): above zero, the rest is better without it',
    ),
    ...matrixTable(report),
    '',
    style.heading('Verdicts'),
    ...datasets.flatMap((each) => verdictLines(each, datasets, style)),
    ...togetherLines(report, style),
    '',
    `${counted(keptRows)} of ${plural(rows, 'row')} kept${outputsOf(report)}`,
    style.faint(duration(report.seconds)),
  ]
}

function matrixTable(report: PruneReport): string[] {
  const { datasets } = report
  const hasRandom = datasets.some(({ leftOut }) => leftOut?.random)
  const head = ['', 'rows', ...effectColumns(report).flatMap((name) => [name, '95% interval'])]
  head.push('p (Holm)', ...(hasRandom ? ['random'] : []))
  const lines = datasets.map((dataset) => {
    const { name, rows, leftOut } = dataset
    if (leftOut === null) return [name, counted(rows), ...head.slice(2).map(() => '')]
    const { pHolm, random } = leftOut
    return [
      name,
      counted(rows),
      ...effectsOf(dataset, report).flatMap((effect) => (effect ? [points(effect.mean), span(effect)] : ['', ''])),
      chance(pHolm),
      ...(hasRandom ? [random ? points(random.effect.mean) : ''] : []),
    ]
  })
  return tableLines([head, ...lines])
}

function verdictLines(dataset: DatasetReport, all: readonly DatasetReport[], style: PageStyle): string[] {
  const width = Math.max(...all.map(({ name }) => widthOf(name)))
  return hanging(`  ${padEnd(dataset.name, width)}  ${dataset.verdict.padEnd(9)}  `, reasonOf(dataset), style.width)
}

function togetherLines(report: PruneReport, style: PageStyle): string[] {
  const text = togetherText(report)
  return text === null ? [] : ['', style.heading('All chosen datasets together'), ...hanging('  ', text, style.width)]
}

function outputsOf({ outputs }: PruneReport): string {
  return outputs === null ? '' : `: ${Object.values(outputs).join(', ')}`
}
