// winnow train: an encoder from training rows, on this machine, in seconds to minutes.
import type { EpochReport } from '../../train/trainer.ts'
import type { TrainManifest } from '../../train/manifest.ts'
import { TRAIN_OPTIONS } from '../../train/encoder-options.ts'
import { trainEncoder } from '../../train/train.ts'
import type { CommandSpec } from '../../terminal/command.ts'
import { counted, duration, percent, plural } from '../../terminal/format.ts'
import { onInterrupt } from '../../terminal/interrupt.ts'
import { terminal, type PageStyle } from '../../terminal/page.ts'
import { TrainLine } from '../../terminal/train-line.ts'

export const trainCommand: CommandSpec = {
  name: 'train',
  arguments: '<rows>',
  summary: 'Trains a static encoder on rows: seconds to minutes on a laptop. Python loads it, too.',
  example: [
    'winnow train train.jsonl --out model/',
    'winnow train train.jsonl --out model/ --dev data/fiqa:dev --epochs 4',
    'winnow eval model/ data/scifact',
  ].join('\n'),
  schema: TRAIN_OPTIONS,
  run: async ([rows = ''], options, shell) => {
    const line = shell.quiet ? undefined : new TrainLine()
    const notice = (sentence: string) => line?.note(`note: ${sentence}`) ?? process.stderr.write(`note: ${sentence}\n`)
    const interrupt = onInterrupt(notice)
    try {
      const manifest = await trainEncoder(rows, options, {
        signal: interrupt.signal,
        onNotice: notice,
        onProgress: ({ what, done }) => line?.show(() => `${what}: ${counted(done)} rows`),
        onStep: (progress) => line?.step(progress),
        onEpoch: (report) => line?.note(epochLine(report)),
      })
      line?.done()
      if (shell.json) process.stdout.write(`${JSON.stringify(manifest, undefined, 2)}\n`)
      else process.stderr.write(`${pageOf(manifest, terminal()).join('\n')}\n`)
      return 0
    } finally {
      line?.done()
      interrupt.release()
    }
  },
}

const epochLine = ({ epoch, loss, ndcg }: EpochReport) =>
  `epoch ${String(epoch).padStart(3)}   loss ${loss.toFixed(4)}${ndcg === null ? '' : `   nDCG@10 ${ndcg.toFixed(4)}`}`

/** What was trained on, how it went, and where it is. */
function pageOf({ rows, development, training, encoder, seconds }: TrainManifest, style: PageStyle): string[] {
  const aside = rows.setAside > 0 ? `, ${counted(rows.setAside)} set aside to choose the epoch` : ''
  const chosen = training.epochs.find(({ epoch }) => epoch === training.chosen)
  const ndcg = chosen?.ndcg ?? null
  const measured =
    ndcg === null || development === null
      ? ''
      : `: nDCG@10 ${ndcg.toFixed(4)} on ${plural(development.queries, 'query').replace(/ys$/, 'ies')} among ${counted(development.texts)} passages`
  return [
    style.heading(`${encoder.path}: ${counted(encoder.tokens)} tokens of ${encoder.dimensions} dimensions`),
    `  ${plural(rows.trained, 'row')} trained on${aside}`,
    ...refreshLines(training, rows.trained),
    `  epoch ${training.chosen} of ${training.epochs.length} chosen${measured}`,
    `  ${counted(Math.round(training.rowsPerSecond))} rows/s on ${plural(training.threads, 'thread')}, ${duration(training.seconds)} of training, ${duration(seconds)} in all (${percent(training.seconds / seconds, 0)})`,
  ]
}

function refreshLines({ refresh }: TrainManifest['training'], rows: number): string[] {
  if (refresh === null) return []
  const { times, negatives, rowsWithout } = refresh
  const without = rowsWithout > 0 ? `; ${plural(rowsWithout, 'row')} found none and kept their own` : ''
  return times === 0
    ? ['  negatives never mined anew: there were fewer steps than --refresh-negatives']
    : [`  negatives mined anew ${plural(times, 'time')}, ${(negatives / rows).toFixed(1)} a row at last${without}`]
}
