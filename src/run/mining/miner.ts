// What searches and what scores anew, opened by the names that the user gave them.
import { bm25Retriever } from '../../retrieval/bm25/bm25.ts'
import { openScorer } from '../../retrieval/models.ts'
import type { DocumentStore } from '../../retrieval/retriever.ts'
import type { Miner } from '../../rows/miners.ts'
import type { FinderParts } from './finder.ts'
import type { MineHooks } from './job.ts'
import type { MineValues } from './options.ts'

/** What has to be closed at the end, in the order in which it was opened. */
export type Closers = (() => Promise<void> | void)[]

export type OpenedMiner = Pick<FinderParts, 'retriever' | 'searcher' | 'rescorer'> & { miners: Miner[] }

type Values = Pick<MineValues, 'retriever' | 'rescore' | 'share' | 'margin' | 'tokenizer' | 'bm25K1' | 'bm25B'>

/** @throws UsageError when a model cannot be had */
export async function openMiner(
  values: Values,
  store: DocumentStore,
  hooks: MineHooks,
  closers: Closers,
): Promise<OpenedMiner> {
  const { signal, onNotice, onQuestion, onDownload, env } = hooks
  const consent = { yes: false, confirm: onQuestion, onProgress: onDownload, signal }
  const retriever = bm25Retriever({ tokenizer: values.tokenizer, k1: values.bm25K1, b: values.bm25B })
  closers.push(() => retriever.close())
  const searcher = await retriever.open(store, hooks)
  closers.push(() => searcher.close())
  const rescorer =
    values.rescore === undefined
      ? undefined
      : await openScorer(values.rescore, env, { consent, signal, ...(onNotice && { onNotice }) })
  if (rescorer) closers.push(() => rescorer.close())
  const miners = [retriever, ...(rescorer ? [rescorer] : [])].map(({ name, identity }) => ({ name, identity }))
  return { retriever, searcher, rescorer, miners }
}
