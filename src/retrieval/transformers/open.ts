// Opens a model of a local folder or of the hub in this process.
import type { Environment } from '../../cache.ts'
import { UsageError } from '../../errors.ts'
import type { Encoder } from '../encoder.ts'
import type { ModelOptions } from '../models.ts'
import type { Scorer } from '../scorer.ts'
import { nameOf, type ModelSpec } from '../specs.ts'

export async function openTransformer(
  spec: Extract<ModelSpec, { kind: 'hf' }>,
  _env: Environment,
  _options: ModelOptions,
): Promise<Encoder | Scorer> {
  throw new UsageError(`${nameOf(spec)}: models in this process are not built yet`)
}
