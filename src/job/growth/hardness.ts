// Hardness: where a passage that was written stands, by its similarity to the query, among the mined negatives of its row.
import type { JobHooks } from '../hooks.ts'
import type { Decision, Discarded } from '../../methods/policy.ts'
import { withoutAdded } from '../../methods/discard.ts'
import { UsageError } from '../../base/errors.ts'
import { scorerOf } from '../../encoders/encoder-scorer.ts'
import { labelled, titleAndText, type Row } from '../../rows/row.ts'
import { openHardnessEncoder, type EncoderSource, type HardnessRows } from './hardness-encoder.ts'
import type { GrowthValues } from './options.ts'
import { midRank } from './percentile.ts'

/** A row with what was written for it, measured. */
interface Measured {
  decision: Decision
  /** By passage id, for all that was to be added, from 0 (easiest) to 1; null where the row has no mined negatives. */
  hardness: ReadonlyMap<string, number | null>
}

/** What tells how hard passages are. */
export interface HardnessMeter {
  /** Measures what was added to a row; what is too easy is discarded. */
  measure(row: Row, decision: Decision): Promise<Measured>
  /** The encoder, once something was measured. */
  encoder(): HardnessEncoder | null
}

export interface HardnessEncoder {
  /** As the user named it, without credentials; `trained on the rows`. */
  name: string
  identity: string
  /** How long training took; null where nothing was trained now. */
  trainedSeconds: number | null
}

/** The code of a passage that is discarded for its hardness. */
export const TOO_EASY = 'too-easy'
const OFF = 'off'

/** Does work with a meter, where one is asked for, and closes it. @throws UsageError when the encoder cannot be had */
export async function withHardness<T>(
  values: Partial<GrowthValues>,
  rows: HardnessRows,
  hooks: JobHooks,
  work: (meter: HardnessMeter | undefined) => Promise<T>,
): Promise<T> {
  const { hardnessModel: spec, minHardness } = values
  if (spec === OFF) {
    if (minHardness === undefined) return work(undefined)
    throw new UsageError('--min-hardness needs the hardness that --hardness-model off leaves out')
  }
  if (spec === 'bm25') {
    throw new UsageError('--hardness-model bm25: BM25 gives no vectors', {
      hint: 'Name an encoder: hf:PATH, MODEL@BASE_URL, a folder of winnow train; or leave it out, and one is trained on these rows.',
    })
  }
  const source = await openHardnessEncoder(spec, rows, hooks)
  try {
    return await work(meterOf(source, minHardness, hooks.signal))
  } finally {
    await source.close()
  }
}

function meterOf(source: EncoderSource, least: number | undefined, signal: AbortSignal | undefined): HardnessMeter {
  let used: HardnessEncoder | null = null
  return {
    encoder: () => used,
    measure: async (row, decision) => {
      const { added = [] } = decision
      const mined = minedIn(row)
      if (added.length === 0 || mined.length === 0) {
        return { decision, hardness: new Map(added.map(({ id }) => [id, null])) }
      }
      const { encoder, trainedSeconds } = await source.get()
      used = { name: encoder.name, identity: encoder.identity, trainedSeconds }
      const scores = await scorerOf(encoder).score(row.query, [...mined, ...added].map(titleAndText), signal)
      const others = scores.slice(0, mined.length)
      const hardness = new Map(added.map(({ id }, at) => [id, midRank(scores[mined.length + at] as number, others)]))
      const easy = least === undefined ? [] : tooEasy(added, hardness, least)
      return { decision: withoutAdded(row, decision, easy), hardness }
    },
  }
}

/** The negatives that no model wrote. */
const minedIn = (row: Row) => labelled(row, 'negative').filter(({ origin }) => origin !== 'generated')

function tooEasy(
  added: NonNullable<Decision['added']>,
  hardness: ReadonlyMap<string, number | null>,
  least: number,
): Discarded[] {
  return added.flatMap((passage) => {
    const share = hardness.get(passage.id) ?? null
    if (share === null || share >= least) return []
    const text = `its similarity to the query is at percentile ${inHundred(share)} of the row's mined negatives, below ${inHundred(least)}`
    return [{ passage, code: TOO_EASY, text }]
  })
}

const inHundred = (share: number) => String(Math.round(share * 1000) / 10)
