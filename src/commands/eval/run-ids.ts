// Reports ids that a run file cannot hold before any search: the columns of a run are separated by white space.
import type { OpenedCollection } from '../../collections/open.ts'
import { standsInRun } from '../../evaluate/run-writer.ts'
import type { DocumentStore } from '../../search/retriever.ts'
import { FaultList } from '../../base/fault-list.ts'
import { shown } from '../../rows/containers/records.ts'

const HINT = 'Columns of a run are separated by white space: use ids without it, or omit --run-out.'

/** @throws UsageError naming the queries whose ids contain white space */
export function assertQueryIds(collections: readonly OpenedCollection[]): void {
  const faults = new FaultList()
  for (const { queries, queryFiles } of collections) {
    for (const { id } of queries) {
      if (!standsInRun(id)) faults.add(queryFiles.join(', '), `a run cannot hold query id ${shown(id)}`)
    }
  }
  faults.throwIfAny(HINT)
}

/** Documents checked between two checks of the signal. */
const AT_ONCE = 1 << 16

/** @throws UsageError naming the documents whose ids contain white space */
export async function assertDocumentIds(
  { corpus }: OpenedCollection,
  store: DocumentStore,
  signal: AbortSignal | undefined,
): Promise<void> {
  const faults = new FaultList()
  for (let start = 0; start < store.size; start += AT_ONCE) {
    await new Promise((done) => setImmediate(done))
    signal?.throwIfAborted()
    for (let ordinal = start; ordinal < Math.min(start + AT_ONCE, store.size); ordinal++) {
      const id = store.idOf(ordinal)
      if (standsInRun(id)) continue
      faults.add(corpus.path, `a run cannot hold document id ${shown(id)} (document ${ordinal + 1} of the corpus)`)
    }
  }
  faults.throwIfAny(HINT)
}
