// The one engine that trains and evaluates every arm.
import { availableParallelism } from 'node:os'
import { Engine } from '../train/engine/engine.ts'
import type { Texts } from '../train/texts.ts'
import { capacityFor } from '../train/trainer.ts'
import type { CommonStart } from './arms.ts'
import type { LaboratoryValues } from './options.ts'

export function engineFor(
  texts: Texts,
  evalTexts: Texts,
  { tokens, dimensions }: CommonStart,
  values: LaboratoryValues,
): Engine {
  const largest = Math.max(texts.largest, evalTexts.largest)
  const threads = values.threads ?? availableParallelism()
  return new Engine({ tokens, dimensions, trains: true, ...capacityFor(values, largest) }, threads)
}
