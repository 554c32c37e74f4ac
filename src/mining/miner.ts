// Opens the retriever and the rescorer by the names that the user gave.
import type { Hooks } from '../base/hooks.ts'
import { openScorer } from '../encoders/models.ts'
import { modelOptionsOf } from '../encoders/open-options.ts'
import { openRetriever } from '../search/open.ts'
import type { DocumentStore, Retriever } from '../search/retriever.ts'
import type { Miner } from '../rows/miners.ts'
import type { FinderParts } from './finder.ts'
import type { MineValues } from './options.ts'

/** Resources to close at the end, in the order of opening. */
export type Closers = (() => Promise<void> | void)[]

export type OpenedMiner = Pick<FinderParts, 'retriever' | 'searcher' | 'rescorer'> & { miners: Miner[] }

type Values = Omit<MineValues, 'out' | 'report' | 'format'>

/** @throws UsageError when a model is not available */
export async function openMiner(
  values: Values,
  store: DocumentStore,
  hooks: Hooks,
  closers: Closers,
): Promise<OpenedMiner> {
  const models = modelOptionsOf(values, hooks)
  const { tokenizer, bm25K1, bm25B, search, rrfK } = values
  const options = { tokenizer, bm25K1, bm25B, search, rrfK, models }
  const retriever = await openRetriever(values.retriever as string, options, hooks.env)
  closers.push(() => retriever.close())
  const rescorer = values.rescore === undefined ? undefined : await openScorer(values.rescore, hooks.env, models)
  if (rescorer) closers.push(() => rescorer.close())
  if (rescorer === undefined) noticeRanks(retriever, values, hooks)
  const searcher = await retriever.open(store, hooks)
  closers.push(() => searcher.close())
  const miners = [retriever, ...(rescorer ? [rescorer] : [])].map(({ name, identity }) => ({ name, identity }))
  return { retriever, searcher, rescorer, miners }
}

/** Warns that scores made from ranks do not measure relevance, so that a share of the positive's score has little meaning. */
function noticeRanks({ name, scoresAreRanks }: Retriever, { share, margin }: Values, { onNotice }: Hooks): void {
  if (!scoresAreRanks || (share === 'off' && margin === undefined)) return
  onNotice?.(
    `the scores of ${name} are sums of reciprocal ranks: --share and --margin then compare ranks, not ` +
      'relevance, and a positive that was not retrieved has no score; use --rescore MODEL for comparable scores, or --share off',
  )
}
