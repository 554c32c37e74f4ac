// What an evaluation tells while it goes on.
import type { Environment } from '../../cache.ts'
import type { SearchHooks } from '../../retrieval/retriever.ts'

export interface EvalHooks extends SearchHooks {
  /** Sentences that a person should read: what is wrong with the collection, what was left out. */
  onNotice?: ((sentence: string) => void) | undefined
  env?: Environment | undefined
}
