// The stage that measures hardness: the percentile of a written passage, by its similarity to the query, among the mined negatives of its row.
import { HARDNESS, type Remark } from '../../policy/decided.ts'
import type { DiscardedPassage } from '../../policy/policy.ts'
import { TOO_EASY, withoutAdded } from '../../policy/discard.ts'
import { UsageError } from '../../base/errors.ts'
import { scorerOf } from '../../encoders/encoder-scorer.ts'
import { labelled, titleAndText, type Passage, type Row } from '../../rows/row.ts'
import { openHardnessEncoder, type EncoderSource, type HardnessRows } from './encoder.ts'
import type { JobHooks } from '../hooks.ts'
import type { StageValues } from '../../method/options.ts'
import { midRank } from './percentile.ts'
import { atOnce, nothing, type RowStage } from '../stages/stage.ts'

const OFF = 'off'

/** Does work with the stage, if it is asked for, and closes it. @throws UsageError if the encoder is unavailable */
export async function withHardness<T>(
  values: Partial<StageValues>,
  rows: HardnessRows,
  hooks: JobHooks,
  work: (measure: RowStage) => Promise<T>,
): Promise<T> {
  const { hardnessModel: spec, minHardness } = values
  if (spec === OFF) {
    if (minHardness === undefined) return work(nothing)
    throw new UsageError('--min-hardness has no effect with --hardness-model off')
  }
  if (spec === 'bm25') {
    throw new UsageError('--hardness-model bm25: BM25 has no vectors', {
      hint: 'Give an encoder: hf:PATH, MODEL@BASE_URL, or a folder of winnow train; or omit the option to train one on these rows.',
    })
  }
  const source = await openHardnessEncoder(spec, rows, hooks)
  try {
    return await work(measureBy(source, minHardness, hooks.signal))
  } finally {
    await source.close()
  }
}

/** Returns a stage that measures the passages added to a row and discards those that are too easy. */
function measureBy(source: EncoderSource, least: number | undefined, signal: AbortSignal | undefined): RowStage {
  return atOnce(async (decided) => {
    const { decision, remarks } = decided
    const { row } = decided.entry
    const { added = [] } = decision
    if (added.length === 0) return decided
    const mined = minedIn(row)
    if (mined.length === 0) return { ...decided, remarks: [...remarks, ...added.map(notMeasured)] }
    const { encoder, trainedSeconds } = await source.get()
    const by = { name: encoder.name, identity: encoder.identity, trainedSeconds }
    const scores = await scorerOf(encoder).score(row.query, [...mined, ...added].map(titleAndText), signal)
    const others = scores.slice(0, mined.length)
    const shares = added.map((_passage, at) => midRank(scores[mined.length + at] as number, others))
    const easy = least === undefined ? [] : tooEasy(added, shares, least)
    const told = added.map(({ id }, at) => ({ passage: id, stage: HARDNESS, by, value: shares[at] as number | null }))
    return { ...decided, decision: withoutAdded(row, decision, easy), remarks: [...remarks, ...told] }
  })
}

const notMeasured = ({ id }: Passage): Remark => ({ passage: id, stage: HARDNESS, by: undefined, value: null })

/** Returns the negatives that no model wrote. */
const minedIn = (row: Row) => labelled(row, 'negative').filter(({ origin }) => origin !== 'generated')

function tooEasy(added: readonly Passage[], shares: readonly (number | null)[], least: number): DiscardedPassage[] {
  return added.flatMap((passage, at) => {
    const share = shares[at] ?? null
    if (share === null || share >= least) return []
    const text = `its similarity to the query is at percentile ${inHundred(share)} of the row's mined negatives, below ${inHundred(least)}`
    return [{ passage, code: TOO_EASY, text }]
  })
}

const inHundred = (share: number) => String(Math.round(share * 1000) / 10)
