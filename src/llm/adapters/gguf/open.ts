// Opens a GGUF model by the name a user gives: finds or downloads its files, determines its identity, and loads the library.
import { usefulSequences } from './engine.ts'
import { ggufIdentity } from './identity.ts'
import { GgufModel } from './gguf.ts'
import { loadLlama } from './llama.ts'
import type { DownloadConsent } from '../../../hub/consent.ts'
import { downloadFiles, localFiles } from '../../../hub/resolve.ts'

/** The model behind `local`: a 4B instruct model without reasoning, Apache-2.0, 2.5 GB. docs/decisions/009 says why. */
export const LOCAL_MODEL = 'hf:unsloth/Qwen3-4B-Instruct-2507-GGUF:Q4_K_M'

export interface GgufName {
  /** PATH or `hf:OWNER/REPO:QUANT`. */
  name: string
  tag: string | undefined
}

/**
 * Opens a GGUF model and checks that it can be loaded; the first call loads the weights.
 * @param threads processor threads where there is no GPU; by default the physical cores
 * @param willSend false only inspects a run: nothing is downloaded and the library is not needed
 * @throws UsageError if the model or the library is not available
 */
export async function openGguf(
  { name, tag }: GgufName,
  env: Record<string, string | undefined>,
  willSend: boolean,
  consent: DownloadConsent,
  threads?: number,
): Promise<GgufModel> {
  const module = willSend ? await loadLlama(env) : undefined
  const atOnce = module ? await usefulSequences(module) : 1
  const paths = (await localFiles(name, env)) ?? (willSend ? await downloadFiles(name, env, consent) : undefined)
  if (paths === undefined) {
    const identity = tag === undefined ? `gguf:${name}` : `gguf:${name}#${tag}`
    return new GgufModel({ identity, path: name, atOnce, module, threads })
  }
  return new GgufModel({ identity: await ggufIdentity(paths, tag), path: paths[0], atOnce, module, threads })
}
