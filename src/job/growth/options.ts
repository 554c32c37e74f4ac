// The options of growing that no method has: how hard the passages are that were written, and in which format rows are written.
import { choice, SCORER, share, text, type OptionValues } from '../../options/options.ts'
import { FORMATS } from '../../rows/formats/index.ts'

export const GROWTH_OPTIONS = {
  hardnessModel: text(SCORER, {
    help: 'the encoder that tells how hard passages are: hf:PATH, MODEL@BASE_URL, a folder of winnow train; off for none (default: one trained on these rows)',
  }),
  minHardness: share<number | undefined>('SHARE', {
    help: "discard passages below this percentile of similarity to the query among the row's mined negatives, as in 10%",
    default: undefined,
  }),
  to: choice(
    FORMATS.map(({ name }) => name),
    { help: 'write all rows anew in another format', default: undefined },
  ),
}

export type GrowthValues = OptionValues<typeof GROWTH_OPTIONS>
