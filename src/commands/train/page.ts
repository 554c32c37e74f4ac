// The terminal output of train: one line per epoch, and the result.
import type { EpochReport } from '../../train/trainer.ts'
import { mapText, type TrainManifest } from '../../train/manifest.ts'
import { counted, duration, percent, plural } from '../../base/format.ts'
import type { PageStyle } from '../../terminal/page.ts'

export const epochLine = ({ epoch, loss, ndcg }: EpochReport) =>
  `epoch ${String(epoch).padStart(3)}   loss ${loss.toFixed(4)}${ndcg === null ? '' : `   nDCG@10 ${ndcg.toFixed(4)}`}`

/** Describes what was trained on, how it went, and where it is. */
export function trainPage(
  { rows, development, training, encoder, seconds }: TrainManifest,
  style: PageStyle,
): string[] {
  const aside = rows.setAside > 0 ? `, ${counted(rows.setAside)} held out to choose the epoch` : ''
  const chosen = training.epochs.find(({ epoch }) => epoch === training.chosen)
  const ndcg = chosen?.ndcg ?? null
  const measured =
    ndcg === null || development === null
      ? ''
      : `: nDCG@10 ${ndcg.toFixed(4)} on ${plural(development.queries, 'query').replace(/ys$/, 'ies')} among ${counted(development.texts)} passages`
  return [
    style.heading(`${encoder.path}: ${contentsOf(encoder)}`),
    `  ${plural(rows.trained, 'row')} trained on${aside}`,
    ...refreshLines(training, rows.trained),
    `  epoch ${training.chosen} of ${training.epochs.length} chosen${measured}`,
    `  ${counted(Math.round(training.rowsPerSecond))} rows/s on ${plural(training.threads, 'thread')}, ${duration(training.seconds)} of training, ${duration(seconds)} in total (${percent(training.seconds / seconds, 0)})`,
  ]
}

function contentsOf({ map, tokens, dimensions, from }: TrainManifest['encoder']): string {
  if (map === null) return `${counted(tokens)} tokens of ${dimensions} dimensions`
  return `${mapText(map, dimensions).toLowerCase()} over ${from}`
}

function refreshLines({ refresh }: TrainManifest['training'], rows: number): string[] {
  if (refresh === null) return []
  const { times, negatives, rowsWithout } = refresh
  const without = rowsWithout > 0 ? `; ${plural(rowsWithout, 'row')} found none and kept their negatives` : ''
  return times === 0
    ? ['  negatives not refreshed: fewer steps than --refresh-negatives']
    : [`  negatives refreshed ${plural(times, 'time')}, ${(negatives / rows).toFixed(1)} per row in the end${without}`]
}
