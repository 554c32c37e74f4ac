// The encoder that measures hardness: one that the user names, or a small one trained on the rows themselves and kept in the cache.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { cacheFolder } from '../../base/cache.ts'
import { UsageError } from '../../base/errors.ts'
import { sha256 } from '../../base/hash.ts'
import type { Encoder } from '../../encoders/encoder.ts'
import { openKeptEncoder } from '../../encoders/models.ts'
import { modelOptionsOf } from '../../encoders/open-options.ts'
import { openStaticEncoder } from '../../encoders/static/encoder.ts'
import { isRunning } from '../../base/running.ts'
import { VERSION } from '../../base/version.ts'
import type { Input } from '../../rows/input.ts'
import type { Hooks } from '../../base/hooks.ts'
import type { Scan } from '../../rows/scan.ts'
import type { OwnInput } from '../../train/options.ts'
import { SAMPLED_ROWS, withSample } from './sample.ts'

/** The rows to be grown, already scanned. */
export interface HardnessRows {
  input: Input
  scan: Pick<Scan, 'hash' | 'rows'>
}

export interface EncoderSource {
  /** Returns the encoder; the first call may have to train it. */
  get(): Promise<TrainedEncoder>
  close(): Promise<void>
}

interface TrainedEncoder {
  encoder: Encoder
  /** Training time; null if nothing was trained. */
  trainedSeconds: number | null
}

/**
 * Opens a named encoder at once, so that an unavailable one is known before any money is spent. Without a name, an encoder is trained when
 * it is first needed.
 * @throws UsageError if the encoder is unavailable
 */
export async function openHardnessEncoder(
  spec: string | undefined,
  rows: HardnessRows,
  hooks: Hooks,
): Promise<EncoderSource> {
  if (spec === undefined) {
    let trained: Promise<TrainedEncoder> | undefined
    return { get: () => (trained ??= trainedOn(rows, hooks)), close: () => Promise.resolve() }
  }
  // Vectors that are expensive to compute are kept, so that deciding again is free.
  const encoder = await openKeptEncoder(spec, hooks.env, modelOptionsOf({}, hooks))
  return { get: () => Promise.resolve({ encoder, trainedSeconds: null }), close: () => encoder.close() }
}

/** Limits the vectors, with all that training keeps of them, to 61 MB: training runs in the process that grows a file. */
const SMALL = { dimensions: 256, vocabulary: 20_000 }

/**
 * Trains against the positives of other rows only. If mined negatives were trained to rank below their query's positives, they would rank
 * below any unseen text, and every new passage would count as hard.
 */
const TRAINING = { negatives: 0, ...SMALL } satisfies OwnInput

async function trainedOn(rows: HardnessRows, hooks: Hooks): Promise<TrainedEncoder> {
  const { input, scan } = rows
  const folder = join(
    cacheFolder('encoders', hooks.env),
    sha256(JSON.stringify([VERSION, scan.hash, input.format.name, TRAINING, SAMPLED_ROWS]), 32),
  )
  if (isEncoder(folder)) return { encoder: named(openStaticEncoder(folder)), trainedSeconds: null }
  clearDead(folder)
  const { trainEncoder } = await import('../../train/train.ts')
  const own = `${folder}.${process.pid}`
  const settings = {
    ...TRAINING,
    out: own,
    format: input.format.name as OwnInput['format'],
    onBadRow: 'skip',
  } as const
  const { training, rows: trained } = await withSample({ input, rows: scan.rows, path: `${own}.jsonl` }, (path) =>
    trainEncoder(path, settings, {
      signal: hooks.signal,
      onStep: ({ step, steps }) =>
        hooks.onProgress?.({ what: 'training the hardness encoder, step', done: step, total: steps }),
    }),
  )
  keep(own, folder)
  const part = scan.rows > SAMPLED_ROWS ? `${trained.trained.toLocaleString('en-US')} of these rows` : 'these rows'
  hooks.onNotice?.(`trained the hardness encoder on ${part} in ${training.seconds.toFixed(1)} s; cached in ${folder}`)
  return { encoder: named(openStaticEncoder(folder)), trainedSeconds: training.seconds }
}

const named = (encoder: Encoder): Encoder => ({ ...encoder, name: 'trained on the rows' })

const isEncoder = (folder: string) => existsSync(join(folder, 'manifest.json'))

/** Moves a trained encoder into the cache. Another process may have trained the same one in the meantime. */
function keep(own: string, folder: string): void {
  try {
    renameSync(own, folder)
  } catch (error) {
    if (!isEncoder(folder)) throw new UsageError(`cannot write ${folder}`, { cause: error })
    rmSync(own, { recursive: true, force: true })
  }
}

/** Removes folders and files left by processes that were killed while they trained. */
function clearDead(folder: string): void {
  mkdirSync(dirname(folder), { recursive: true })
  for (const name of readdirSync(dirname(folder))) {
    const owner = name.startsWith(`${basename(folder)}.`)
      ? Number(/\.(\d+)(\.training|\.jsonl)?$/.exec(name)?.[1])
      : NaN
    if (owner > 0 && !isRunning(owner)) rmSync(join(dirname(folder), name), { recursive: true, force: true })
  }
}
