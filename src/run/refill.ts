// Negatives for rows whose own are all gone: mined from a corpus under the rules and defaults of `winnow mine`.
import { cacheFolder } from '../cache.ts'
import { contentsOf, type Grades } from '../collections/collection.ts'
import { readGrades } from '../collections/grades.ts'
import { openDocuments } from '../collections/open.ts'
import type { Decision } from '../decide/policy.ts'
import { UsageError } from '../errors.ts'
import { flagOf, readOptions } from '../options/options.ts'
import { DEFAULT_DEPTH, MINING_DEFAULTS, type MiningRules } from '../retrieval/mining/rules.ts'
import type { DocumentStore, Searcher } from '../retrieval/retriever.ts'
import { openDocumentStore } from '../retrieval/store/document-store.ts'
import type { KnownPositives } from '../rows/known.ts'
import { minersOf, type Miner } from '../rows/miners.ts'
import { labelled, type Passage, type Row } from '../rows/row.ts'
import { passageOf, type MineQuestion } from './mining/entry.ts'
import { openFinder, type Finder, type WantedPositive } from './mining/finder.ts'
import { knownChecker } from './mining/from-rows.ts'
import type { MineHooks } from './mining/job.ts'
import type { RunHooks } from './job.ts'
import { openMiner, type Closers } from './mining/miner.ts'
import { MINE_OPTIONS } from './mining/options.ts'
import { choiceOf } from './mining/pass.ts'
import { formsOf } from './mining/positives.ts'
import { openSpool } from './mining/spool.ts'

/** The policy options that are about refilling. */
export interface RefillValues {
  whenNoNegativesLeft?: unknown
  corpus?: string | undefined
  refillRetriever?: string | undefined
  refillNegatives?: number | undefined
  refillShare?: number | 'off' | undefined
  known?: string | undefined
  yes?: boolean | undefined
}

export interface Refiller {
  miner: Miner
  corpus: { path: string; sha256: string; documents: number }
  /** The negatives that are found for a row, the best first; none when nothing is left. */
  refill(row: Row, decision: Decision): Promise<Mined[]>
  close(): Promise<void>
}

/** A negative that was mined, and in a sentence where it stood. */
export interface Mined {
  passage: Passage
  reason: string
}

const OWN = ['corpus', 'refillRetriever', 'refillNegatives', 'refillShare'] as const

/** @throws UsageError when refilling is asked for without a corpus, or its options without it */
export function assertRefill(values: RefillValues): void {
  const isAsked = values.whenNoNegativesLeft === 'refill'
  if (isAsked && values.corpus === undefined) {
    throw new UsageError('--when-no-negatives-left refill needs documents to mine from', {
      hint: 'Name them with --corpus CORPUS: a file, or the folder of a collection.',
    })
  }
  const idle = isAsked ? [] : OWN.filter((name) => values[name] !== undefined).map(flagOf)
  if (idle.length > 0) throw new UsageError(`${idle.join(', ')}: only with --when-no-negatives-left refill`)
}

/**
 * Opens what refilling needs; undefined when it is not asked for.
 * @param known positives of the same queries elsewhere
 * @throws UsageError when the corpus or the retriever cannot be used
 */
async function openRefiller(
  values: RefillValues,
  known: KnownPositives,
  hooks: MineHooks,
): Promise<Refiller | undefined> {
  if (values.whenNoNegativesLeft !== 'refill') return undefined
  const { refillRetriever: retriever = 'bm25', refillShare = MINING_DEFAULTS.share as number } = values
  const closers: Closers = []
  const close = async () => {
    for (const each of closers.toReversed()) await each()
  }
  try {
    const grades: Grades = values.known === undefined ? new Map() : await readGrades([values.known])
    const corpus = await openDocuments(values.corpus as string)
    const store = await openDocumentStore(corpus, cacheFolder('indexes', hooks.env), hooks)
    closers.push(() => store.close())
    const miner = await openMiner(
      readOptions(MINE_OPTIONS, { retriever, share: refillShare, yes: values.yes }),
      store,
      hooks,
      closers,
    )
    const spool = openSpool(store.folder)
    closers.push(() => spool.close())
    const { signal } = hooks
    const parts = { ...miner, store, spool, signal }
    const finder = openFinder({ ...parts, depth: DEFAULT_DEPTH })
    const rules = { ...MINING_DEFAULTS, share: refillShare === 'off' ? undefined : refillShare }
    const [name] = miner.miners as [Miner]
    return {
      miner: name,
      corpus: { path: corpus.path, sha256: store.hash, documents: store.size },
      refill: (row, decision) =>
        refill(row, decision, { finder, store, searcher: miner.searcher, known, grades, rules, miner: name }),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Does work with a refiller, where one is asked for, and closes it. @throws as openRefiller does */
export async function withRefiller<T>(
  values: RefillValues,
  known: KnownPositives,
  { onStep, ...hooks }: RunHooks,
  work: (refiller: Refiller | undefined) => Promise<T>,
): Promise<T> {
  const refiller = await openRefiller(values, known, { ...hooks, onProgress: onStep })
  try {
    return await work(refiller)
  } finally {
    await refiller?.close()
  }
}

/** Options as a manifest has them: the retriever without credentials. */
export function withPublicRefill(options: Record<string, unknown>, refiller: Refiller | undefined) {
  return options['refillRetriever'] === undefined ? options : { ...options, refillRetriever: refiller?.miner.name }
}

interface RefillParts {
  finder: Finder
  store: DocumentStore
  searcher: Searcher
  known: KnownPositives
  grades: Grades
  rules: MiningRules
  miner: Miner
}

async function refill(row: Row, { row: after, wanted = 0 }: Decision, parts: RefillParts): Promise<Mined[]> {
  const { finder, store, known, grades, miner } = parts
  const rules = { ...parts.rules, negatives: wanted }
  const positives = await Promise.all(labelled(after, 'positive').map((passage) => locate(passage, parts)))
  const own = new Set(row.passages.map(({ id }) => id))
  const ids = new Set(positives.map(({ document }) => document))
  const judged = grades.get(row.id)
  const question: MineQuestion = {
    query: { id: row.id, text: row.query },
    positives,
    // What left the negatives, and its copies, do not come back.
    kin: labelled(after, 'ignored'),
    againstId: (id) => {
      if (judged?.has(id)) return 'judged for the query'
      return own.has(id) || ids.has(id) ? 'in the row already' : undefined
    },
    againstDocument: knownChecker(row, known),
    taken: [],
  }
  const [found] = await finder.find([question])
  if (found === undefined) return []
  const { negatives } = choiceOf(question, found, store, rules).choose(rules)
  // Scores of another unit than those of the row would spoil it.
  const isSameUnit = minersOf(row).some(({ identity }) => identity === miner.identity)
  return negatives.map(({ id, score, rank }) => {
    const document = store.document(id)
    if (document === undefined) throw new Error(`the index names a document that the corpus has not: ${id}`)
    return {
      passage: passageOf(document, 'negative', isSameUnit ? score : undefined),
      reason: `mined by ${miner.name}: rank ${rank}, score ${score}`,
    }
  })
}

/** How far down a document is looked for by its own words. */
const NEAR_THE_TOP = 10

/** Which document of the corpus a positive is: by its id where that holds, else by searching for its own words. */
async function locate(passage: Passage, { store, searcher }: RefillParts): Promise<WantedPositive> {
  const forms = new Set(formsOf(passage))
  const reads = (id: string) => {
    const document = store.document(id)
    return document !== undefined && formsOf(document).some((form) => forms.has(form))
  }
  if (reads(passage.id)) return { ...passage, document: passage.id }
  const [hits = []] = await searcher.search([{ id: passage.id, text: contentsOf(passage) }], NEAR_THE_TOP)
  return { ...passage, document: hits.find(({ id }) => reads(id))?.id }
}
