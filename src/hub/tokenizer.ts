// The tokenizer of a model on the hub: hf://OWNER/NAME. Its weights are not downloaded.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, type Environment } from '../base/cache.ts'
import { UsageError } from '../base/errors.ts'
import { hubFrom } from './address.ts'
import { assertOnline } from './ask.ts'
import type { DownloadConsent } from './consent.ts'
import { modelRepository } from './gguf.ts'
import { listFiles } from './listing.ts'
import { isOnHub } from './names.ts'
import { fetchModel } from './resolve.ts'

const MAIN = 'tokenizer.json'
const WANTED = [MAIN, 'tokenizer_config.json', 'chat_template.jinja']

/**
 * Returns the folder with the tokenizer of a model, downloaded with the user's consent if it is not here; the path itself for one of this machine.
 * @throws UsageError if the model has none, or it cannot or may not be downloaded
 */
export async function tokenizerFolder(path: string, env: Environment, consent: DownloadConsent): Promise<string> {
  if (!isOnHub(path)) return path
  const [, name] =
    /^hf:\/\/(?:models\/)?((?!datasets\/|spaces\/)[\w.-]*\w[\w.-]*\/[\w.-]*\w[\w.-]*)\/?$/.exec(path) ?? []
  if (name === undefined) {
    throw new UsageError(`--tokenizer ${path}: no model of the hub`, { hint: 'Allowed: hf://OWNER/NAME, or a path.' })
  }
  const folder = join(cacheFolder('models', env), name)
  if (existsSync(join(folder, MAIN))) return folder
  const hub = hubFrom(env)
  assertOnline(hub, `the tokenizer of ${name} is not on this machine`)
  const signal = consent.signal ?? new AbortController().signal
  const files = (await listFiles(hub, modelRepository(name), signal)).filter((file) => WANTED.includes(file.path))
  if (!files.some((file) => file.path === MAIN)) throw new UsageError(`${name} has no ${MAIN}`)
  // The main file comes last: where it is, the others are.
  const sorted = files.toSorted((one, other) => WANTED.indexOf(other.path) - WANTED.indexOf(one.path))
  await fetchModel({ hub, name, files: sorted, what: `the tokenizer of ${name}`, signal }, env, consent)
  return folder
}
