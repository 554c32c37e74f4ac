// What an experiment holds open: files of rows, texts as tokens, and the engine. Each is closed where it was opened, whatever happens.
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { openInput, type Input } from '../rows/input.ts'
import { Engine } from '../train/engine/engine.ts'
import type { InitialModel } from '../train/start.ts'
import { Texts } from '../train/texts.ts'
import { capacityFor } from '../train/trainer.ts'
import { everyFault } from './every-fault.ts'
import { identityOf } from './identity.ts'
import type { LaboratoryValues } from './options.ts'
import type { Materials } from './materials.ts'
import type { Conditions, Laboratory } from './unit.ts'
import type { Workplace } from './workplace.ts'

/** Works with files of rows. @throws UsageError with the faults of every file at once */
export async function withRows<T>(
  paths: readonly string[],
  { format }: LaboratoryValues,
  signal: AbortSignal | undefined,
  work: (inputs: Input[]) => Promise<T>,
): Promise<T> {
  const inputs: Input[] = []
  try {
    // Training does without negatives of a row's own: those of the batch are there.
    await everyFault(paths, async (path) => void inputs.push(await openInput(path, format, signal, true)))
    return await work(inputs)
  } finally {
    for (const input of inputs) await input.close()
  }
}

/** Works with texts as tokens, those of rows and those of collections apart. */
export async function withMaterials<T>(
  { root, bags, leave }: Workplace,
  start: InitialModel,
  values: LaboratoryValues,
  work: (materials: Materials) => Promise<T>,
): Promise<T> {
  const texts = new Texts(start.read, { maxTokens: values.maxTokens, file: bags[0] })
  const evalTexts = new Texts(start.read, { maxTokens: Infinity, file: bags[1] })
  try {
    return await work({ root, start, values, texts, evalTexts })
  } finally {
    texts.close()
    evalTexts.close()
    leave()
  }
}

/** Works with the one engine that trains and evaluates every arm, once all texts are there. */
export async function withLaboratory<T>(
  materials: Materials,
  conditions: Conditions,
  work: (lab: Laboratory) => Promise<T>,
): Promise<T> {
  const { start, values, texts, evalTexts, root } = materials
  const { tokens, dimensions } = start
  const capacity = capacityFor(values, Math.max(texts.largest, evalTexts.largest))
  const engine = new Engine({ tokens, dimensions, trains: true, ...capacity }, values.threads ?? availableParallelism())
  try {
    const identity = identityOf(materials, conditions)
    return await work({ ...materials, ...conditions, engine, identity, folder: join(root, identity.slice(0, 16)) })
  } finally {
    await engine.close()
  }
}
