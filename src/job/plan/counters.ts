// Which tokenizer counts for a model: the one given, its own, or OpenAI's as an estimate.
import { UsageError } from '../../base/errors.ts'
import type { Hooks } from '../../base/hooks.ts'
import type { ModelKind } from '../../method/definition.ts'
import { openAiCounter, type TokenCounter } from '../gather/tokens.ts'

export interface CountedModel {
  /** As the user named it, and as its server knows it. */
  named: string
  name: string
  kind: ModelKind
}

/** Scorers are not paid by token. */
const UNCOUNTED: TokenCounter = { request: () => 0, text: () => 0, isExact: true, tokenizer: 'a scorer: no tokens' }

/** @param given `[MODEL=]PATH` of `--tokenizer` @throws UsageError if a tokenizer cannot be read */
export async function counterFor(model: CountedModel, given: readonly string[], _hooks: Hooks): Promise<TokenCounter> {
  if (model.kind === 'scorer') return UNCOUNTED
  const path = pathFor(model, given)
  if (path !== undefined) {
    const { folderCounter } = await import('./folder-counter.ts')
    return folderCounter(path)
  }
  return openAiCounter(model.name)
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
