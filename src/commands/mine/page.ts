// The pages of mine for a terminal: what each threshold leaves, and what was written.
import { flagOf } from '../../options/options.ts'
import type { Threshold } from '../../mining/thresholds.ts'
import { SCRIPT_USE } from '../../trainers/options.ts'
import { counted, duration, percent, plural } from '../../base/format.ts'
import type { MineManifest, MinePlan } from './manifest.ts'

/** Returns a table of what each threshold leaves. */
export function planLines({ thresholds, rows, negatives, miners, corpus }: MinePlan): string[] {
  const head = ['share', 'negatives', `rows with ${negatives}`, 'with fewer', 'with none']
  const table = [head, ...thresholds.map((threshold) => cellsOf(threshold, rows))]
  const widths = head.map((_name, column) => Math.max(...table.map((cells) => (cells[column] as string).length)))
  return [
    `${miners.map(({ name }) => name).join(', then ')} over ${plural(corpus.documents, 'document')}, for ${plural(rows, 'row')}: ` +
      `negatives that score below this share of the positive's score`,
    ...table.map((cells, row) => {
      const mark = row > 0 && thresholds[row - 1]?.isChosen ? '→' : ' '
      return `${mark} ${cells.map((cell, column) => cell.padStart(widths[column] as number)).join('   ')}`
    }),
  ]
}

function cellsOf({ share, negatives, full, short, none }: Threshold, rows: number): string[] {
  const of = (count: number) => `${counted(count)} (${percent(rows === 0 ? 0 : count / rows)})`
  const name = share === null ? 'off' : `${Number((share * 100).toFixed(2))}%`
  return [name, counted(negatives), of(full), of(short), of(none)]
}

export function summaryLines(manifest: MineManifest): string[] {
  const { outcomes, dropReasons, chosen, against, positives, outputs, seconds } = manifest
  const list = (counts: Record<string, number>) =>
    Object.entries(counts).map(([reason, count]) => `${counted(count)} ${reason}`)
  const why = outcomes.dropped > 0 ? `: ${list(dropReasons).join(', ')}` : ''
  const kinds = [
    ...(chosen.filled > 0 ? [`${counted(chosen.filled)} random`] : []),
    ...(chosen.kept > 0 ? [`${counted(chosen.kept)} kept`] : []),
  ]
  return [
    `${plural(outcomes.read, 'row')} in ${duration(seconds)}`,
    `  written    ${counted(outcomes.written)}: ${counted(outcomes.full)} with all ${manifest.negatives} negatives, ${counted(outcomes.short)} with fewer`,
    `  dropped    ${counted(outcomes.dropped)}${why}`,
    ...(isRemedied(manifest) ? [`             ${flagOf('tooFew')} fill keeps such rows, with random negatives`] : []),
    `  negatives  ${counted(chosen.mined)} mined${kinds.length > 0 ? `, ${kinds.join(', ')}` : ''}`,
    ...(positives.withoutScore > 0
      ? [`  positives  ${counted(positives.withoutScore)} of ${counted(positives.all)} have no score`]
      : []),
    ...againstLines(against),
    'files',
    `  ${outputs.rows === '-' ? 'standard output' : outputs.rows}  rows`,
    ...(outcomes.dropped > 0 ? [`  ${outputs.dropped}  dropped rows`] : []),
    ...(outputs.bad ? [`  ${outputs.bad}  bad rows`] : []),
    ...(outputs.script ? [`  ${outputs.script}  ${SCRIPT_USE}`] : []),
    `  ${outputs.manifest}  settings and counts; rerun with ${flagOf('recipe')}`,
  ]
}

/** Returns whether rows were dropped that random negatives would have kept. */
const isRemedied = ({ dropReasons, options }: MineManifest) =>
  dropReasons['no negatives left'] !== undefined && options['tooFew'] === 'keep'

/** Returns why documents ranked above the chosen ones did not become negatives. */
function againstLines(against: Record<string, number>): string[] {
  const counts = Object.entries(against).map(([reason, count]) => [counted(count), reason] as const)
  if (counts.length === 0) return ['excluded  nothing']
  const width = Math.max(...counts.map(([count]) => count.length))
  return ['excluded', ...counts.map(([count, reason]) => `  ${count.padStart(width)}  ${reason}`)]
}
