// Which tokenizer counts for a model: the one given, its own, or OpenAI's as an estimate.
import type { Environment } from '../../base/cache.ts'
import { messageOf, UsageError } from '../../base/errors.ts'
import type { Hooks } from '../../base/hooks.ts'
import { parseModelName } from '../../llm/models.ts'
import type { DownloadConsent } from '../../hub/consent.ts'
import type { ModelKind } from '../../method/definition.ts'
import { openAiCounter, type TokenCounter } from '../gather/tokens.ts'

export interface CountedModel {
  /** As the user named it; undefined for one that a program gave. */
  named: string | undefined
  /** As its server knows it. */
  name: string
  kind: ModelKind
}

/** Scorers are not paid by token. */
const UNCOUNTED: TokenCounter = { request: () => 0, text: () => 0, isExact: true, tokenizer: 'a scorer: no tokens' }

/** @param given `[MODEL=]PATH` of `--tokenizer` @throws UsageError if a tokenizer cannot be read */
export async function counterFor(
  model: CountedModel,
  given: readonly string[],
  hooks: Hooks,
  consent: DownloadConsent,
): Promise<TokenCounter> {
  if (model.kind === 'scorer') return UNCOUNTED
  const path = pathFor(model, given)
  if (path !== undefined) {
    const { folderCounter } = await import('./folder-counter.ts')
    const { tokenizerFolder } = await import('../../hub/tokenizer.ts')
    return folderCounter(await tokenizerFolder(path, hooks.env ?? process.env, consent), path)
  }
  const parsed = model.named === undefined ? undefined : parseModelName(model.named)
  if (parsed?.kind === 'gguf') return ggufCounter(parsed.name, hooks.env ?? process.env)
  return openAiCounter(model.name)
}

/** Its own vocabulary, if the file and the library are here; else an estimate that says why. */
async function ggufCounter(name: string, env: Environment): Promise<TokenCounter> {
  const { localFiles } = await import('../../hub/resolve.ts')
  const paths = await localFiles(name, env)
  if (paths === undefined) return estimated('the model is not on this machine yet')
  const { loadLlama } = await import('../../llm/adapters/gguf/llama.ts')
  try {
    const module = await loadLlama(env)
    const { openGgufCounter } = await import('../../llm/adapters/gguf/counter.ts')
    const { prompt, text, close } = await openGgufCounter(module, paths[0])
    const tokenizer = 'counted with the vocabulary and the chat template of its file'
    return { request: ({ messages }) => prompt(messages), text, isExact: true, tokenizer, close }
  } catch (error) {
    return estimated(messageOf(error))
  }
}

async function estimated(why: string): Promise<TokenCounter> {
  const counter = await openAiCounter()
  return { ...counter, tokenizer: `${counter.tokenizer}: ${why}` }
}

function pathFor({ name }: CountedModel, given: readonly string[]): string | undefined {
  const forAll: string[] = []
  for (const text of given) {
    const at = text.indexOf('=')
    const [model, path] = at < 0 ? [undefined, text] : [text.slice(0, at), text.slice(at + 1)]
    if (path === '') throw new UsageError(`--tokenizer ${JSON.stringify(text)}: allowed: PATH or MODEL=PATH`)
    if (model === name) return path
    if (model === undefined) forAll.push(path)
  }
  if (forAll.length > 1) throw new UsageError('--tokenizer PATH was given twice; name the models: MODEL=PATH')
  return forAll[0]
}
