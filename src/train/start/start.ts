// The initial model of a training: a vocabulary of the rows with random vectors, an existing static encoder, or a map over the vectors of
// an encoder that stays as it is.
import type { Hooks } from '../../base/hooks.ts'
import type { WordCounter } from '../../encoders/static/vocabulary.ts'
import type { TrainingValues } from '../options.ts'
import type { InitialModel } from './model.ts'
import { startAnew, startFrom } from './static.ts'

/** Returns whether the words of the rows decide the initial model. */
export const needsWords = ({ from, base }: Pick<TrainingValues, 'from' | 'base'>) =>
  from === undefined && base === undefined

/** Returns the model of --from or --base, or else one of the counted words. @throws UsageError when the encoder cannot be used */
export async function startOf(counter: WordCounter, values: TrainingValues, hooks: Hooks): Promise<InitialModel> {
  if (values.from !== undefined) return startFrom(values.from, values)
  if (values.base === undefined) return startAnew(counter, values)
  const { startOver } = await import('./map.ts')
  return startOver(values.base, values, hooks)
}
