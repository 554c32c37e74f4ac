// Opens a local or hub model in this process: an encoder, or a reranker if its configuration says so.
import type { Environment } from '../../base/cache.ts'
import { keptEncoder } from '../embedding-cache.ts'
import type { Encoder } from '../encoder.ts'
import { mappedEncoder } from '../mapped/mapped-encoder.ts'
import type { OpenOptions } from '../open-options.ts'
import type { Scorer } from '../scorer.ts'
import { nameOf, type ModelSpec } from '../specs.ts'
import { UsageError } from '../../base/errors.ts'
import { encoderPlan, isReranker, readModelFiles, rerankerPlan, type EncoderPlan } from './configuration.ts'
import { transformerEncoder } from './encoder.ts'
import { findModelFolder, type ModelFolder } from './folder.ts'
import { modelIdentity } from './identity.ts'
import { mapsAtEnd, readLayers, routesDiffer, weightFilesOf } from './layers.ts'
import { loadTransformers } from './library.ts'
import { layersIn } from './modules.ts'
import { transformerReranker } from './reranker.ts'
import { openSession, type Session } from './session.ts'

/** @throws UsageError if the library or the model is not available, or the model is neither encoder nor reranker */
export async function openTransformer(
  spec: Extract<ModelSpec, { kind: 'hf' }>,
  env: Environment,
  { consent = {}, onNotice, signal, task }: OpenOptions,
): Promise<Encoder | Scorer> {
  const name = nameOf(spec)
  const library = await loadTransformers(env)
  const folder = await findModelFolder(spec.path, spec.settings, env, { ...consent, signal: consent.signal ?? signal })
  const files = await readModelFiles(folder.path)
  for (const notice of folder.notices) onNotice(notice)
  if (isReranker(files)) {
    const plan = rerankerPlan(files, spec.settings, name)
    const identity = await modelIdentity(folder, plan, env)
    return transformerReranker({ name, identity, plan, onNotice, session: await openSession(library, folder, name) })
  }
  const plan = encoderPlan(files, spec.settings, name, task)
  for (const notice of plan.notices) onNotice(notice)
  const session = await openSession(library, folder, name)
  try {
    return await encoderIn({ name, folder, session, onNotice }, plan, env)
  } catch (error) {
    await session.close()
    throw error
  }
}

interface OpenedModel {
  name: string
  folder: ModelFolder
  session: Session
  onNotice: (notice: string) => void
}

/** Opens the encoder. If it is a map over the vectors of another, those are kept in the cache, where that one finds them, too. */
async function encoderIn(model: OpenedModel, plan: EncoderPlan, env: Environment): Promise<Encoder> {
  const identity = await identityOf(model, plan, env)
  const layers = readLayers(model.folder.path, plan.steps)
  const split = plan.normalize ? mapsAtEnd(model.folder.path, plan.steps) : undefined
  if (split === undefined) return transformerEncoder({ ...model, identity, plan, layers })
  const basePlan = { ...plan, steps: split.before }
  const base = await transformerEncoder({
    ...model,
    identity: await identityOf(model, basePlan, env),
    plan: basePlan,
    layers: readLayers(model.folder.path, split.before),
  })
  const fits = [...split.maps.query, ...split.maps.passage].every(({ inputs }) => inputs === base.dimensions)
  // A model that pools by itself has its maps in its ONNX file; maps that do not fit are reported.
  if (base.givesWholeVectors || !fits) return transformerEncoder({ ...model, identity, plan, layers })
  return mappedEncoder(await keptEncoder(base, env), readLayers(model.folder.path, split.maps), {
    name: model.name,
    identity,
    dimensions: base.dimensions,
    ...(!routesDiffer(plan.steps) && { prefixes: plan.prefixes }),
  })
}

async function identityOf({ folder }: OpenedModel, plan: EncoderPlan, env: Environment): Promise<string> {
  const { steps, beyond, notices: _, ...use } = plan
  const hasSteps = steps.query.length + steps.passage.length > 0
  const used = { ...use, beyond: beyond.map(({ kind }) => kind), ...(hasSteps && { steps }) }
  return modelIdentity(folder, used, env, weightFilesOf(steps))
}

/** The files of an encoder, for who writes them elsewhere with more after them. */
export interface TransformerFiles {
  folder: ModelFolder
  plan: EncoderPlan
  /** Length of the hidden states. */
  hidden: number
  /** Modules between the pooling and the normalisation, as modules.json names them. */
  layers: readonly { path: string; type: string }[]
}

/** Finds the files of an encoder. @throws UsageError as `openTransformer`, and if its ONNX file holds modules that no folder describes */
export async function filesOfTransformer(
  spec: Extract<ModelSpec, { kind: 'hf' }>,
  env: Environment,
  { consent = {}, signal }: OpenOptions,
): Promise<TransformerFiles> {
  const name = nameOf(spec)
  const folder = await findModelFolder(spec.path, spec.settings, env, { ...consent, signal: consent.signal ?? signal })
  const files = await readModelFiles(folder.path)
  const plan = encoderPlan(files, spec.settings, name)
  if (plan.beyond.length > 0) {
    throw new UsageError(
      `${name}: nothing can be put after its module ${plan.beyond.map(({ kind }) => kind).join(', ')}`,
      {
        hint: plan.beyond.map(({ reason }) => reason).join('; '),
      },
    )
  }
  const { hidden_size: hidden, dim } = files.config
  return { folder, plan, hidden: Number(hidden ?? dim), layers: await layersIn(folder.path) }
}
