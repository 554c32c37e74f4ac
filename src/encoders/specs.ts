// How users name encoders and rerankers: hf:PATH_OR_REPO, torch:PATH_OR_REPO, static:PATH, the folder of any of these itself,
// MODEL@BASE_URL, MODEL@URL/rerank, each with ?settings.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, UsageError } from '../base/errors.ts'
import { publicUrl, withoutLogin } from '../base/url.ts'
import { isServerFolder } from './mapped/base-file.ts'
import { parseModelName, type ModelName } from '../llm/models.ts'
import { readSettings, settingsText, takeSettings, type ModelSettings } from './settings.ts'
import { isStaticFolder } from './static/folder.ts'
import { isTorchFolder } from './torch/folder.ts'

export type ModelSpec =
  | { kind: 'hf'; path: string; settings: ModelSettings }
  | { kind: 'torch'; path: string; settings: ModelSettings }
  | { kind: 'static'; path: string; settings: ModelSettings }
  /** The folder of a map over the vectors of a server. */
  | { kind: 'map'; path: string; settings: ModelSettings }
  | { kind: 'embeddings'; model: ModelName; settings: ModelSettings }
  | { kind: 'rerank'; model: ModelName & { baseUrl: string }; settings: ModelSettings }

const ALLOWED =
  'hf:PATH, hf:OWNER/REPO, torch:PATH, torch:OWNER/REPO, static:PATH, the folder of a model, MODEL, MODEL@BASE_URL, MODEL@URL/rerank, each also with ?SETTING=VALUE&…'

/** @throws UsageError naming the value and the allowed forms, or all wrong settings */
export function parseModelSpec(text: string): ModelSpec {
  const shown = JSON.stringify(withoutLogin(text))
  const { rest, pairs } = takeSettings(text)
  const kind = kindOf(rest)
  const settings = readSettings(pairs, kind, shown)
  if (kind === 'hf' || kind === 'torch') {
    const path = rest.replace(/^(hf|torch):/, '')
    if (path === '' || path.includes('?')) throw new UsageError(`model ${shown}: allowed: ${ALLOWED}`)
    return { kind, path, settings }
  }
  if (kind === 'static') return { kind, path: rest.replace(STATIC, ''), settings }
  if (kind === 'map') return { kind, path: rest, settings }
  const model = serverModel(rest, shown)
  if (kind === 'rerank' && model.baseUrl !== undefined) {
    return { kind, model: { ...model, baseUrl: model.baseUrl }, settings }
  }
  return { kind: 'embeddings', model, settings }
}

function kindOf(text: string): ModelSpec['kind'] {
  if (text.startsWith('hf:')) return 'hf'
  if (text.startsWith('torch:')) return 'torch'
  if (STATIC.test(text) || isStaticFolder(text)) return 'static'
  if (isTorchFolder(text)) return 'torch'
  if (isTransformerFolder(text)) return 'hf'
  if (isServerFolder(text)) return 'map'
  if (isPath(text)) return 'static'
  return /@https?:\/\/[^?]*\/rerank\/?(\?|$)/.test(text) ? 'rerank' : 'embeddings'
}

const STATIC = /^static:/
/** Treats text written like a path as a folder, whether it exists or not. */
const isPath = (text: string) => /^(\.{0,2}\/|~\/)|^[^:@?]*\/$/.test(text)
const isTransformerFolder = (text: string) =>
  ['config.json', 'tokenizer.json'].every((name) => existsSync(join(text, name)))

function serverModel(text: string, shown: string): ModelName {
  try {
    const model = parseModelName(text)
    if (model.kind === 'openai' && !/[?]/.test(model.name)) return model
  } catch (error) {
    if (!messageOf(error).includes('allowed:')) throw error
  }
  throw new UsageError(`model ${shown}: allowed: ${ALLOWED}`)
}

/** Returns a model's name without credentials, for manifests, rows and messages. */
export function publicModelSpec(text: string): string {
  return nameOf(parseModelSpec(text))
}

/** Returns the complete name without credentials. */
export function nameOf(spec: ModelSpec): string {
  const settings = settingsText(spec.settings)
  if (spec.kind === 'map') return spec.path
  if (isLocal(spec)) return `${spec.kind}:${spec.path}${settings}`
  const { baseUrl } = spec.model
  return `${taggedName(spec.model)}${baseUrl === undefined ? '' : `@${publicUrl(baseUrl)}`}${settings}`
}

/** Returns whether a model runs on this machine. */
export function isLocal(spec: ModelSpec): spec is Exclude<ModelSpec, { model: unknown }> {
  return 'path' in spec
}

/** Returns the name of a server's model with its tag, wherever it runs. */
export function taggedName({ name, tag }: ModelName): string {
  return tag === undefined ? name : `${name}#${tag}`
}
