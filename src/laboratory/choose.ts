// Which engine trains the arms of an experiment, by --engine, and its options.
import { UsageError } from '../base/errors.ts'
import { flagOf, readOptions, type OptionSchema } from '../options/options.ts'
import { assertLoss } from '../train/losses/index.ts'
import { settled } from '../train/options.ts'
import { publicOptions } from '../train/public-options.ts'
import type { CompareHooks } from './hooks.ts'
import type { LaboratoryValues } from './options.ts'
import type { Setup } from './setup.ts'
import type { TorchSchema } from './torch/options.ts'

/** The options of an experiment, by engine. */
export interface EngineSchemas {
  winnow: OptionSchema
  torch: TorchSchema
}

export interface EngineChoice<V> {
  values: V
  /** The options as reports have them. */
  shown: Record<string, unknown>
  /** @throws UsageError with what the engine lacks */
  open(hooks: CompareHooks): Promise<Setup>
}

/**
 * Reads the options with the declarations of the engine that they name.
 * @param given with the name of a recipe as `recipe`, if a program gives one
 * @typeParam V what both engines' options have in common
 */
export async function chooseEngine<V>(
  schemas: EngineSchemas,
  given: Record<string, unknown>,
): Promise<EngineChoice<V>> {
  return given['engine'] === 'torch' || given['recipe'] !== undefined
    ? chooseTorch<V>(schemas, given)
    : chooseOwn<V>(schemas, given)
}

async function chooseOwn<V>(
  { winnow, torch }: EngineSchemas,
  given: Record<string, unknown>,
): Promise<EngineChoice<V>> {
  assertKnown(given, winnow, torch)
  const values = settled(readOptions(winnow, given) as unknown as LaboratoryValues, given)
  assertLoss(values)
  return {
    values: values as V,
    shown: await publicOptions(given),
    open: async () => (await import('./winnow/setup.ts')).ownSetup(values),
  }
}

async function chooseTorch<V>(schemas: EngineSchemas, given: Record<string, unknown>): Promise<EngineChoice<V>> {
  const { withRecipe } = await import('../train/torch/recipes.ts')
  const { readTorchArms } = await import('./torch/options.ts')
  const whole = withRecipe(given)
  const values = readTorchArms(schemas.torch, schemas.winnow, whole)
  return {
    values: values as V,
    shown: whole,
    open: async (hooks) => (await import('./torch/setup.ts')).torchSetup(values, hooks),
  }
}

/** @throws UsageError that names options of the torch engine alone */
function assertKnown(given: Record<string, unknown>, own: OptionSchema, torch: OptionSchema): void {
  const foreign = Object.keys(given).filter((name) => !(name in own) && name in torch)
  if (foreign.length === 0) return
  throw new UsageError(`${foreign.map(flagOf).join(', ')}: no effect without --engine torch`, {
    hint: 'Leave it out, or add --engine torch or a --recipe of it.',
  })
}
