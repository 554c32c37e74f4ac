// The terminal output of train: one line per epoch, and the result.
import type { EpochReport } from '../../train/trainer.ts'
import { mapText, type TrainManifest } from '../../train/manifest.ts'
import { counted, duration, percent, plural } from '../../base/format.ts'
import type { PageStyle } from '../../terminal/page.ts'
import { CANDIDATES } from '../../train/development-set.ts'
import type { TorchManifest } from '../../train/torch/manifest.ts'

export const epochLine = ({ epoch, loss, ndcg }: EpochReport) =>
  `epoch ${String(epoch).padStart(3)}   loss ${loss.toFixed(4)}${ndcg === null ? '' : `   nDCG@10 ${ndcg.toFixed(4)}`}`

/** Describes what was trained on, how it went, and where it is. */
export function trainPage(
  { rows, development, training, encoder, seconds }: TrainManifest,
  style: PageStyle,
): string[] {
  return [
    style.heading(`${encoder.path}: ${contentsOf(encoder)}`),
    rowsLine(rows),
    ...refreshLines(training, rows.trained),
    chosenLine(training, development, counted(development?.texts ?? 0)),
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

const rowsLine = ({ trained, setAside }: { trained: number; setAside: number }) =>
  `  ${plural(trained, 'row')} trained on${setAside > 0 ? `, ${counted(setAside)} held out to choose the epoch` : ''}`

/** @param among how many passages were ranked for a query */
function chosenLine(
  { epochs, chosen }: Pick<TrainManifest['training'], 'epochs' | 'chosen'>,
  development: TrainManifest['development'],
  among: string,
): string {
  const ndcg = epochs.find(({ epoch }) => epoch === chosen)?.ndcg ?? null
  const measured =
    ndcg === null || development === null
      ? ''
      : `: nDCG@10 ${ndcg.toFixed(4)} on ${plural(development.queries, 'query').replace(/ys$/, 'ies')} among ${among} passages`
  return `  epoch ${chosen} of ${epochs.length} chosen${measured}`
}

/** Describes what the torch engine was trained on, how it went, and where the model is. */
export function torchPage({ rows, development, training, model, seconds }: TorchManifest, style: PageStyle): string[] {
  const ofRows = development?.from === 'rows' ? 'their own' : `their first ${CANDIDATES} BM25`
  const among = model.kind === 'reranker' ? ofRows : counted(development?.texts ?? 0)
  const part = model.trained < model.parameters ? `, ${counted(model.trained)} of them trained` : ''
  const speed = training.rowsPerSecond > 0 ? `${training.rowsPerSecond.toFixed(1)} rows/s ` : ''
  const several = training.processes > 1 ? ` in ${plural(training.processes, 'process').replace(/ss$/, 'sses')}` : ''
  return [
    style.heading(`${model.path}: ${model.kind} from ${model.base}, ${counted(model.parameters)} parameters${part}`),
    rowsLine(rows),
    chosenLine(training, development, among),
    `  ${speed}on ${training.device}${several} in ${training.precision}, ${duration(training.seconds)} of training, ${duration(seconds)} in total`,
  ]
}
