// Opens what trainings by Winnow's own engine need: texts as tokens or vectors, and the engine.
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Engine } from '../../train/engine/engine.ts'
import type { InitialModel } from '../../train/start/model.ts'
import { capacityFor } from '../../train/trainer.ts'
import type { LaboratoryValues } from '../options.ts'
import type { Workplace } from '../workplace.ts'
import type { Conditions, OwnLaboratory } from './conditions.ts'
import { identityOf } from './identity.ts'
import type { Materials } from './materials.ts'
import { ownTrainer } from './trainer.ts'

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
  work: (lab: OwnLaboratory) => Promise<T>,
): Promise<T> {
  const { start, values, texts, evalTexts, root } = materials
  const { tokens, dimensions, map } = start
  const size = capacityFor(values, Math.max(texts.largest, evalTexts.largest))
  const capacity = { tokens, dimensions, map, trains: true, ...size }
  const engine = new Engine(capacity, values.threads ?? availableParallelism())
  try {
    const identity = identityOf(materials, conditions)
    const bench = { ...materials, ...conditions, engine }
    return await work({ ...bench, trainer: ownTrainer(bench), identity, folder: join(root, identity.slice(0, 16)) })
  } finally {
    await engine.close()
  }
}
