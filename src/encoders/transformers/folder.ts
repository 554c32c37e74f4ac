// Finds the local folder and ONNX file for hf:PATH or hf:OWNER/REPO, downloading it from the hub with the user's consent.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder, type Environment } from '../../base/cache.ts'
import { UsageError } from '../../base/errors.ts'
import { hubFrom } from '../../hub/address.ts'
import type { DownloadConsent } from '../../hub/consent.ts'
import { modelRepository } from '../../hub/gguf.ts'
import { listFiles } from '../../hub/listing.ts'
import { fetchModel } from '../../hub/resolve.ts'
import { PRECISIONS, type ModelSettings, type Precision } from '../settings.ts'

export interface ModelFolder {
  path: string
  /** The graph, relative to the folder. */
  onnx: string
  /** Files with the graph's weights, relative to the folder. */
  externalData: readonly string[]
  /** What had to be guessed. */
  notices: readonly string[]
}

/** @throws UsageError if the folder does not exist, has no ONNX file, or cannot be downloaded */
export async function findModelFolder(
  path: string,
  settings: ModelSettings,
  env: Environment,
  consent: DownloadConsent,
): Promise<ModelFolder> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) return folderAt(path, path, settings)
  if (found) {
    throw new UsageError(`${path} is a file; hf: takes the folder of a model`, {
      hint: 'To choose among the ONNX files of a folder, write hf:FOLDER?file=onnx/NAME.onnx.',
    })
  }
  if (!isRepository(path)) throw new UsageError(`no such folder: ${path}`)
  const folder = join(cacheFolder('models', env), path)
  const here = await namesIn(folder)
  const isComplete = here.includes('config.json') && onnxAmong(here, path, settings) !== undefined
  if (!isComplete) await downloadModel(path, settings, env, consent)
  return folderAt(folder, path, settings)
}

const isRepository = (path: string) => /^[\w][\w.-]*\/[\w][\w.-]*$/.test(path)

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  return names.map((name) => name.replaceAll('\\', '/')).toSorted()
}

async function folderAt(path: string, name: string, settings: ModelSettings): Promise<ModelFolder> {
  const names = await namesIn(path)
  const found = onnxAmong(names, name, settings)
  if (found === undefined) throw noOnnx(names, name, settings)
  return { path, ...found, externalData: externalDataOf(names, found.onnx) }
}

const externalDataOf = (names: readonly string[], onnx: string) =>
  names.filter((name) => name.startsWith(`${onnx}_data`) || name === `${onnx}.data`)

/** Chooses the graph: the requested one, else the most precise one. */
function onnxAmong(
  names: readonly string[],
  model: string,
  { file, precision }: ModelSettings,
): Pick<ModelFolder, 'onnx' | 'notices'> | undefined {
  if (file !== undefined) return names.includes(file) ? { onnx: file, notices: [] } : undefined
  const tried = precision === undefined ? (Object.keys(PRECISIONS) as Precision[]) : [precision]
  for (const each of tried) {
    const ends = PRECISIONS[each]
    const onnx = [`onnx/model${ends}.onnx`, `model${ends}.onnx`].find((name) => names.includes(name))
    if (onnx === undefined) continue
    const isGuess = precision === undefined && each !== 'fp32'
    return { onnx, notices: isGuess ? [`${model}: no model.onnx, using ${onnx} (${each})`] : [] }
  }
  return undefined
}

function noOnnx(names: readonly string[], model: string, { file, precision }: ModelSettings): UsageError {
  const there = names.filter((name) => name.endsWith('.onnx'))
  const wanted = file ?? (precision === undefined ? 'ONNX file' : `ONNX file of precision ${precision}`)
  if (there.length > 0) {
    return new UsageError(`${model} has no ${wanted}`, {
      hint: `Choose one of its files: ?file=${there.join(', ?file=')}.`,
    })
  }
  return new UsageError(`${model} has no ${wanted}: only ONNX models run in this process`, {
    hint: `Export it with Hugging Face Optimum (optimum-cli export onnx --model ${model} FOLDER), or use a hub repository with onnx/model.onnx, or serve it and use MODEL@BASE_URL.`,
  })
}

/**
 * Downloads the model's and its modules' JSON files and the weights of its Dense modules, then the graph. The graph comes last, so its presence means that everything is there.
 */
async function downloadModel(
  model: string,
  settings: ModelSettings,
  env: Environment,
  consent: DownloadConsent,
): Promise<void> {
  const hub = hubFrom(env)
  const signal = consent.signal ?? new AbortController().signal
  const all = await listFiles(hub, modelRepository(model), signal)
  const names = all.map(({ path }) => path)
  const found = onnxAmong(names, model, settings)
  if (found === undefined) throw noOnnx(names, model, settings)
  const beside = externalDataOf(names, found.onnx)
  const isSmall = (name: string) => /^([^/]+|\d+_\w+(\/\w+)?\/(router_)?config)\.json$/.test(name)
  const isLayer = (name: string) => /^\d+_(Dense|Router\/\w+)\/model\.safetensors$/.test(name)
  const wanted = [...names.filter(isSmall), ...names.filter(isLayer), ...beside, found.onnx]
  const files = wanted.flatMap((name) => all.filter(({ path }) => path === name))
  await fetchModel({ hub, name: model, files, what: model, signal }, env, consent)
}
