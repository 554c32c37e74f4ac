// Whether scores are written into the rows, and on which scale: settled before anything is asked.
import { UsageError } from '../base/errors.ts'
import { choice, type OptionSpec, type OptionValues } from '../options/options.ts'
import type { MethodDefinition } from '../method/definition.ts'
import { SCALE_NAMES, type Scale, type ScaleName } from '../method/scale.ts'
import type { RowFormat } from '../rows/formats/format.ts'
import { FORMATS } from '../rows/formats/index.ts'

const NAMED_SCALE = choice(SCALE_NAMES, {
  help: "also write a score for every passage, for distillation: percpos's scores, places or votes in arhn's rankings, or verdicts (without a value: the first of these that the method has)",
  default: undefined,
})

/** A scale, or the flag alone, which reads as true. */
const SCALE: OptionSpec<ScaleName | true | undefined> = {
  ...NAMED_SCALE,
  isValueOptional: true,
  kinds: [...NAMED_SCALE.kinds, 'boolean'],
  read: (raw) => (raw === true ? raw : NAMED_SCALE.read(raw)),
}

/** Options for scores in the rows. */
export const SCORE_OPTIONS = {
  writeScores: SCALE,
  unscored: choice(['keep', 'drop'], {
    help: 'with --write-scores: rows with a passage that has no score: keep them with null in place of the scores, or drop them',
    default: undefined,
  }),
}

export type ScoreValues = Partial<OptionValues<typeof SCORE_OPTIONS>>

/** How the passages of the rows are scored. */
export interface Scoring {
  scale: Scale
  /** The fields of the rows that hold the scores. */
  fields: string
  unscored: 'keep' | 'drop'
}

/**
 * @param format of the rows to write
 * @throws UsageError if the method has no such scale, or the format has no place for scores
 */
export function scoringOf(
  { name, scales = [] }: MethodDefinition,
  { writeScores, unscored }: ScoreValues,
  format: RowFormat,
): Scoring | undefined {
  if (writeScores === undefined) {
    if (unscored !== undefined) throw new UsageError('--unscored: only with --write-scores')
    return undefined
  }
  const names = scales.map((scale) => scale.name)
  const scale = writeScores === true ? scales[0] : scales.find((each) => each.name === writeScores)
  if (scale === undefined) {
    const which = writeScores === true ? '' : ` ${writeScores}`
    throw new UsageError(
      `--write-scores${which}: ${name} has ${names.length === 0 ? 'no scores' : `no such scale, but ${names.join(', ')}`}`,
    )
  }
  const { scoreFields } = format
  if (scoreFields === undefined) {
    const others = FORMATS.flatMap((each) =>
      each.scoreFields === undefined ? [] : [`${each.name} (${each.scoreFields})`],
    )
    throw new UsageError(`--write-scores: trainers on ${format.name} rows read no scores`, {
      hint: `Formats whose trainers do: ${others.join('; ')}.`,
    })
  }
  return { scale, fields: scoreFields, unscored: unscored ?? 'keep' }
}
