// The stage that gives negatives to rows that have lost all their own: mined from a corpus by the rules and defaults of `winnow mine`.
import type { Hooks } from '../../base/hooks.ts'
import { cacheFolder } from '../../base/cache.ts'
import type { Grades } from '../../collections/collection.ts'
import { readGrades } from '../../collections/grades.ts'
import { openDocuments } from '../../collections/open.ts'
import { refilled } from '../../policy/changes.ts'
import { REFILL } from '../../policy/decided.ts'
import { UsageError } from '../../base/errors.ts'
import { flagOf, readOptions } from '../../options/options.ts'
import { DEFAULT_DEPTH, MINING_DEFAULTS } from '../../mining/rules.ts'
import { openDocumentStore } from '../../search/store/document-store.ts'
import type { KnownPositives } from '../../rows/known.ts'
import type { Miner } from '../../rows/miners.ts'
import { readRows, type RowFile } from '../../rows/read.ts'
import { openFinder } from '../../mining/finder.ts'
import { openRepeatedPositives } from '../../mining/kin.ts'
import { openMiner, type Closers } from '../../mining/miner.ts'
import { MINE_OPTIONS } from '../../mining/options.ts'
import { refillRow } from './refill-row.ts'
import { inOrder, type RowStage } from './stage.ts'
import { openSpool } from '../../mining/spool.ts'

/** The policy options about refilling. */
export interface RefillValues {
  whenNoNegativesLeft?: unknown
  corpus?: string | undefined
  refillRetriever?: string | undefined
  refillNegatives?: number | undefined
  refillShare?: number | 'off' | undefined
  known?: string | undefined
  yes?: boolean | undefined
  maxRetries?: number | undefined
}

/** The source of new negatives. */
export interface Refiller {
  miner: Miner
  corpus: { path: string; sha256: string; documents: number }
  stage: RowStage
  close(): Promise<void>
}

const OWN = ['corpus', 'refillRetriever', 'refillNegatives', 'refillShare'] as const

/** @throws UsageError if refilling is asked for without a corpus, or its options are given without it */
export function assertRefill(values: RefillValues): void {
  const isAsked = values.whenNoNegativesLeft === 'refill'
  if (isAsked && values.corpus === undefined) {
    throw new UsageError('--when-no-negatives-left refill needs documents to mine from', {
      hint: 'Give them with --corpus CORPUS: a file or a collection folder.',
    })
  }
  const idle = isAsked ? [] : OWN.filter((name) => values[name] !== undefined).map(flagOf)
  if (idle.length > 0) throw new UsageError(`${idle.join(', ')}: only with --when-no-negatives-left refill`)
}

/** Describes rows whose threshold is unknown. */
const UNKNOWN = 'have a positive that is not in the corpus and has no score, so --refill-share cannot apply to them'

/** The rows to be decided, already scanned. */
interface RefillRows {
  input: RowFile
  /** Positives of the same queries elsewhere. */
  known: KnownPositives
}

/**
 * Opens what refilling needs; returns undefined if it is not asked for.
 * @throws UsageError if the corpus or the retriever cannot be used
 */
async function openRefiller(
  values: RefillValues,
  { input, known }: RefillRows,
  hooks: Hooks,
): Promise<Refiller | undefined> {
  if (values.whenNoNegativesLeft !== 'refill') return undefined
  const { refillRetriever: retriever = 'bm25', refillShare = MINING_DEFAULTS.share as number } = values
  const closers: Closers = []
  const close = async () => {
    for (const each of closers.toReversed()) await each()
  }
  try {
    const grades: Grades = values.known === undefined ? new Map() : await readGrades([values.known])
    const corpus = await openDocuments(values.corpus as string, hooks.onNotice)
    const store = await openDocumentStore(corpus, cacheFolder('indexes', hooks.env), hooks)
    closers.push(() => store.close())
    const miner = await openMiner(
      readOptions(MINE_OPTIONS, { retriever, share: refillShare, yes: values.yes, maxRetries: values.maxRetries }),
      store,
      hooks,
      closers,
    )
    const repeated = openRepeatedPositives(known)
    closers.push(() => repeated.close())
    for await (const entries of readRows(input)) {
      hooks.signal?.throwIfAborted()
      for (const entry of entries) if ('row' in entry) repeated.add(entry.row)
    }
    const spool = openSpool(store.folder)
    closers.push(() => spool.close())
    const { searcher } = miner
    const { signal } = hooks
    const parts = { ...miner, store, spool, signal }
    const finder = openFinder({ ...parts, depth: DEFAULT_DEPTH })
    const rules = { ...MINING_DEFAULTS, share: refillShare === 'off' ? undefined : refillShare }
    const [name] = miner.miners as [Miner]
    const seen = { rows: 0, blind: 0 }
    const own = { finder, store, searcher, known, repeated, grades, rules, miner: name }
    return {
      miner: name,
      corpus: { path: corpus.path, sha256: store.hash, documents: store.size },
      stage: inOrder(async (decided) => {
        const { entry, decision } = decided
        if (decision.wanted === undefined) return decided
        const { mined, isBlind } = await refillRow(entry.row, decision, own)
        seen.rows += 1
        if (isBlind) seen.blind += 1
        const passages = mined.map(({ passage }) => passage)
        const remarks = mined.map(({ passage, reason }) => ({ passage: passage.id, stage: REFILL, by: name, reason }))
        return { ...decided, decision: refilled(entry.row, decision, passages, isBlind), remarks }
      }),
      async close() {
        const { rows, blind } = seen
        if (blind > 0) hooks.onNotice?.(`${blind} of ${rows} rows to refill ${UNKNOWN}: use --refill-share off`)
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Does work with a refiller, if one is asked for, and closes it. @throws the errors of openRefiller */
export async function withRefiller<T>(
  values: RefillValues,
  rows: RefillRows,
  hooks: Hooks,
  work: (refiller: Refiller | undefined) => Promise<T>,
): Promise<T> {
  const refiller = await openRefiller(values, rows, hooks)
  try {
    return await work(refiller)
  } finally {
    await refiller?.close()
  }
}

/** Returns the options as in a manifest: the retriever without credentials. */
export function withPublicRefill(options: Record<string, unknown>, refiller: Refiller | undefined) {
  return options['refillRetriever'] === undefined ? options : { ...options, refillRetriever: refiller?.miner.name }
}
