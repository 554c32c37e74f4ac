// The modules of a sentence-transformers folder: which there are, in which order, and what follows the pooling for each kind of text.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { messageOf, UsageError } from '../../base/errors.ts'
import { isObject, type JsonObject } from '../../base/json.ts'
import type { TextKind } from '../encoder.ts'
import { ACTIVATIONS, type Activation } from './activations.ts'

export interface SentenceModule {
  /** The class without its package: `Transformer`, `Pooling`, `Dense`, … */
  kind: string
  /** Relative to the model's folder; '' for the folder itself. */
  path: string
}

/** A step from a pooled vector to the model's vector. */
export type Step =
  | { kind: 'normalize' }
  | { kind: 'dense'; path: string; inputs: number; outputs: number; activation: Activation; isResidual: boolean }

/** What follows the pooling. */
export interface Tail {
  /** Without the normalisation at the end; empty if there is anything in `beyond`. */
  steps: Record<TextKind, readonly Step[]>
  endsNormalized: boolean
  /** The modules that Winnow cannot carry out; only a model that pools by itself can have them. */
  beyond: readonly Beyond[]
}

interface Beyond {
  kind: string
  /** A clause that names the module. */
  reason: string
}

/** Returns a JSON file of the model's folder, undefined if it is missing. @throws UsageError if it is not JSON */
export async function readJson(folder: string, name: string): Promise<unknown> {
  const path = join(folder, name)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw new UsageError(`cannot read ${path}: ${error.message}`, { cause: error })
  })
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${messageOf(error)}`, { cause: error })
  }
}

/** Returns the modules that modules.json names, in its order. */
export function modulesIn(modules: unknown): SentenceModule[] {
  if (!Array.isArray(modules)) return []
  return modules.filter(isObject).map(({ type, path }) => ({
    kind: kindOf(type),
    path: typeof path === 'string' ? path : '',
  }))
}

/** Returns the entries of modules.json between the pooling and a normalisation at the end. */
export async function layersIn(folder: string): Promise<{ path: string; type: string }[]> {
  const modules = await readJson(folder, 'modules.json')
  const entries = Array.isArray(modules) ? modules.filter(isObject) : []
  const layers = entries
    .map(({ path, type }) => ({ path: String(path ?? ''), type: String(type) }))
    .filter(({ type }) => !NO_STEPS.has(kindOf(type)))
  const isLastNormalize = kindOf(layers.at(-1)?.type) === 'Normalize'
  return isLastNormalize ? layers.slice(0, -1) : layers
}

const kindOf = (type: unknown) => String(type).split('.').at(-1) ?? ''

/** Modules of the model itself, and one that does nothing when a model is used. */
const NO_STEPS = new Set(['Transformer', 'Pooling', 'Dropout'])

/** Reads the steps after the pooling. @throws UsageError if a file is not JSON */
export async function readTail(folder: string, modules: readonly SentenceModule[]): Promise<Tail> {
  const steps: Record<TextKind, Step[]> = { query: [], passage: [] }
  const beyond: Beyond[] = []
  const pooling = modules.findIndex(({ kind }) => kind === 'Pooling')
  for (const [at, module] of modules.entries()) {
    if (NO_STEPS.has(module.kind)) continue
    const routes = at > pooling ? await routesOf(folder, module) : `${shown(module)} comes before the pooling`
    if (typeof routes === 'string') beyond.push({ kind: module.kind, reason: routes })
    else {
      for (const kind of ['query', 'passage'] as const) {
        for (const each of routes[kind]) {
          const step = await readStep(folder, each)
          if (typeof step !== 'string') steps[kind].push(step)
          else if (!beyond.some(({ reason }) => reason === step)) beyond.push({ kind: each.kind, reason: step })
        }
      }
    }
  }
  const endsNormalized = [steps.query, steps.passage].every((all) => all.at(-1)?.kind === 'normalize')
  if (endsNormalized) for (const all of [steps.query, steps.passage]) all.pop()
  return { steps: beyond.length > 0 ? { query: [], passage: [] } : steps, endsNormalized, beyond }
}

const shown = ({ kind, path }: SentenceModule) => (path === '' ? kind : `${kind} (${path})`)

/** Returns the step, or why there is none. */
async function readStep(folder: string, module: SentenceModule): Promise<Step | string> {
  if (module.kind === 'Normalize') return { kind: 'normalize' }
  if (module.kind !== 'Dense') return `${shown(module)} is not a module that Winnow knows`
  const config = await readJson(folder, posix.join(module.path, 'config.json'))
  if (!isObject(config)) return `${shown(module)} has no config.json`
  const step = denseIn(config, module)
  if (typeof step === 'string' || existsSync(join(folder, weightsOf(step)))) return step
  const pickle = posix.join(step.path, 'pytorch_model.bin')
  if (!existsSync(join(folder, pickle))) return `${weightsOf(step)} is missing`
  return `${pickle} is a pickle, which Winnow does not read (load the model in Python and save it again)`
}

export type DenseStep = Extract<Step, { kind: 'dense' }>

/** Returns the file with the weights of a step, relative to the model's folder. */
export const weightsOf = ({ path }: DenseStep) => posix.join(path, 'model.safetensors')

function denseIn(config: JsonObject, module: SentenceModule): DenseStep | string {
  const { in_features: inputs, out_features: outputs, module_input_name: from, module_output_name: to } = config
  if (typeof inputs !== 'number' || typeof outputs !== 'number') {
    return `${shown(module)}: its config.json lacks in_features or out_features`
  }
  const other = [from, to].find((name) => (name ?? VECTOR) !== VECTOR)
  if (other !== undefined) return `${shown(module)} works on ${JSON.stringify(other)}, not on "${VECTOR}"`
  // What the class of sentence-transformers takes where its file says nothing.
  const name = String(config['activation_function'] ?? 'torch.nn.modules.activation.Tanh')
  const activation = name.startsWith('torch.') ? kindOf(name) : name
  if (!isActivation(activation)) {
    return `${shown(module)} has the activation ${name} (known: ${Object.keys(ACTIVATIONS).join(', ')} of torch.nn)`
  }
  return { kind: 'dense', path: module.path, inputs, outputs, activation, isResidual: config['use_residual'] === true }
}

const VECTOR = 'sentence_embedding'
const isActivation = (name: string): name is Activation => Object.hasOwn(ACTIVATIONS, name)

/** The name of each kind of text in sentence-transformers. */
const TASKS: Record<TextKind, string> = { query: 'query', passage: 'document' }

/** Returns the modules that texts of each kind pass: the module itself, or those of a router; or why there are none. */
async function routesOf(folder: string, module: SentenceModule): Promise<Record<TextKind, SentenceModule[]> | string> {
  if (module.kind !== 'Router') return { query: [module], passage: [module] }
  const config = await readJson(folder, posix.join(module.path, 'router_config.json'))
  const { types, structure, parameters } = isObject(config) ? config : {}
  if (!isObject(types) || !isObject(structure)) return `${shown(module)} has no router_config.json with its routes`
  const mappings = isObject(parameters) ? parameters['route_mappings'] : undefined
  if (isObject(mappings) && Object.keys(mappings).length > 0) return `${shown(module)} has route_mappings`
  const routeOf = (kind: TextKind) => {
    const route = structure[TASKS[kind]]
    if (!Array.isArray(route)) return undefined
    return route.map((id) => ({ kind: kindOf(types[id]), path: posix.join(module.path, String(id)) }))
  }
  const [query, passage] = [routeOf('query'), routeOf('passage')]
  if (query !== undefined && passage !== undefined) return { query, passage }
  return `${shown(module)} has the routes ${Object.keys(structure).join(', ') || '(none)'}, not query and document`
}
