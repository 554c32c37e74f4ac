// Opens what an experiment needs: files of rows, texts as tokens, and the engine. Each is closed where it was opened, even after an error.
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Hooks } from '../base/hooks.ts'
import { openInput, type Input } from '../rows/input.ts'
import { Engine } from '../train/engine/engine.ts'
import type { InitialModel } from '../train/start/model.ts'
import { capacityFor } from '../train/trainer.ts'
import { everyFault } from './every-fault.ts'
import { identityOf } from './identity.ts'
import type { LaboratoryValues } from './options.ts'
import type { Materials } from './materials.ts'
import type { Conditions, Laboratory } from './unit.ts'
import type { Workplace } from './workplace.ts'

/** Runs `work` with opened files of rows. @throws UsageError with the faults of every file at once */
export async function withRows<T>(
  paths: readonly string[],
  { format }: LaboratoryValues,
  hooks: Hooks,
  work: (inputs: Input[]) => Promise<T>,
): Promise<T> {
  const inputs: Input[] = []
  try {
    // Rows need no negatives of their own for training: those of the batch are enough.
    await everyFault(paths, async (path) => void inputs.push(await openInput(path, format, hooks, true)))
    return await work(inputs)
  } finally {
    for (const input of inputs) await input.close()
  }
}

/** Runs `work` with texts as tokens, those of rows and those of collections apart. */
export async function withMaterials<T>(
  { root, bags, leave }: Workplace,
  start: InitialModel,
  values: LaboratoryValues,
  work: (materials: Materials) => Promise<T>,
): Promise<T> {
  const texts = start.openTexts({ maxTokens: values.maxTokens, file: bags[0] })
  const evalTexts = start.openTexts({ maxTokens: Infinity, file: bags[1] })
  try {
    return await work({ root, start, values, texts, evalTexts })
  } finally {
    texts.close()
    evalTexts.close()
    leave()
    await start.close()
  }
}

/** Runs `work` with the single engine that trains and evaluates every arm, once all texts are read. */
export async function withLaboratory<T>(
  materials: Materials,
  conditions: Conditions,
  work: (lab: Laboratory) => Promise<T>,
): Promise<T> {
  const { start, values, texts, evalTexts, root } = materials
  const { tokens, dimensions, map } = start
  const size = capacityFor(values, Math.max(texts.largest, evalTexts.largest))
  const capacity = { tokens, dimensions, map, trains: true, ...size }
  const engine = new Engine(capacity, values.threads ?? availableParallelism())
  try {
    const identity = identityOf(materials, conditions)
    return await work({ ...materials, ...conditions, engine, identity, folder: join(root, identity.slice(0, 16)) })
  } finally {
    await engine.close()
  }
}
