// Reads the files of a comparison: every fault of all of them, one vocabulary of their union, and each file as a set over the same texts.
import { contentsOf, type Corpus } from '../collections/collection.ts'
import { changesBetween, holdSame, type Changes } from './row-changes.ts'
import { UsageError, WinnowError } from '../base/errors.ts'
import { sha256 } from '../base/hash.ts'
import { initialVectors } from '../encoders/static/initial.ts'
import type { TextTokenizer } from '../encoders/static/tokenizer.ts'
import { buildVocabulary, WordCounter } from '../encoders/static/vocabulary.ts'
import { tokenizerFor } from '../encoders/static/encoder.ts'
import type { TextKind } from '../encoders/encoder.ts'
import { HashTable } from '../base/hash-table.ts'
import { readRows } from '../rows/read.ts'
import { Growing } from '../train/growing.ts'
import { Texts } from '../train/texts.ts'
import { TrainingSet } from '../train/training-set.ts'
import { openInput, type Input } from '../rows/input.ts'
import { scan } from '../rows/scan.ts'
import { DEFAULT_DIMENSIONS, startFrom } from '../train/start.ts'
import type { CompareHooks } from './hooks.ts'
import type { LaboratoryValues } from './options.ts'

/** What is trained: a file, or what becomes of the baseline at random. */
export interface Arm {
  name: string
  kind: 'baseline' | 'given' | 'changed-at-random' | 'dropped-at-random'
  /** Of a control: the name of the arm that it stands beside. */
  of?: string
  path?: string
  /** Decides, with the seed, which rows are trained on. */
  identity: string
  rows: number
  /** Undefined for the baseline. */
  changes: Changes | undefined
  /** Rows of the file that nothing can be learned from. */
  skipped: number
  setOf(seed: number): TrainingSet
}

/** What all trainings start from. */
export interface CommonStart {
  read: TextTokenizer
  prompts: Record<TextKind, string>
  tokens: number
  dimensions: number
  identity: string
  vectorsOf(seed: number): Float32Array
}

/** Said of bad rows. */
export const UNDONE = 'nothing was trained'

/** @throws UsageError with the faults of every file at once */
export async function openArms(
  paths: readonly string[],
  values: LaboratoryValues,
  { signal }: CompareHooks,
): Promise<Input[]> {
  const opened: Input[] = []
  try {
    // Training does without negatives of a row's own: those of the batch are there.
    await everyFault(paths, async (path) => void opened.push(await openInput(path, values.format, signal, true)))
    return opened
  } catch (error) {
    for (const input of opened) await input.close()
    throw error
  }
}

/** The first pass. @returns the hashes of the files, and the start */
export async function readStart(
  inputs: readonly Input[],
  values: LaboratoryValues,
  { signal, onProgress }: CompareHooks,
): Promise<{ hashes: string[]; start: CommonStart }> {
  const counter = new WordCounter()
  const seen = new HashTable()
  const hashes: string[] = []
  let read = 0
  await everyFault(inputs, async (input) => {
    const scanned = await scan(
      input,
      {
        onBadRow: values.onBadRow,
        undone: UNDONE,
        onRow: (row) => {
          onProgress?.({ what: 'reading', done: ++read, total: 0 })
          if (values.from !== undefined) return
          for (const text of [row.query, ...row.passages.map(contentsOf)]) {
            if (seen.setIfNew(text, 1) === 0) counter.add(text)
          }
        },
      },
      signal,
    )
    hashes.push(scanned.hash)
  })
  return { hashes, start: startOf(counter, values) }
}

/** What all trainings start from, once the words are counted. */
export function startOf(counter: WordCounter, values: LaboratoryValues): CommonStart {
  if (values.from !== undefined) {
    const { vectors, ...start } = startFrom(values.from, values)
    return { ...start, vectorsOf: () => vectors }
  }
  const { vocabulary, dimensions = DEFAULT_DIMENSIONS } = values
  const words = buildVocabulary(counter, vocabulary)
  const prompts = { query: '', passage: '' }
  const vectors = new Float32Array(words.pieces.length * dimensions)
  return {
    read: tokenizerFor({ tokenizer: words.tokenizer, vectors, dimensions, prompts }, 'the vocabulary of the rows'),
    prompts,
    tokens: words.pieces.length,
    dimensions,
    identity: sha256(JSON.stringify([words.tokenizer, words.texts])),
    vectorsOf: (seed) => initialVectors(words, dimensions, seed),
  }
}

export interface ReadArms {
  texts: Texts
  arms: Arm[]
  /** Names of arms that hold the same rows as one before them, and its name: there is nothing to compare. */
  identical: ReadonlyMap<string, string>
  /** Numbers of the texts of --corpus. */
  pool: Uint32Array | undefined
}

/** The second pass: texts as tokens, and what each file changes. */
export async function readArms(
  inputs: readonly Input[],
  names: readonly string[],
  hashes: readonly string[],
  {
    start,
    values,
    file,
    corpus,
  }: { start: CommonStart; values: LaboratoryValues; file: string; corpus: Corpus | undefined },
  hooks: CompareHooks,
): Promise<ReadArms> {
  const texts = new Texts(start.read, { maxTokens: values.maxTokens, file })
  try {
    const sets: TrainingSet[] = []
    for (const input of inputs) sets.push(await readSet(input, new TrainingSet(texts, start.prompts), hooks))
    const base = sets[0] as TrainingSet
    const arms: Arm[] = []
    const identical = new Map<string, string>()
    sets.forEach((set, index) => {
      const changes = index === 0 ? undefined : changesBetween(base, set)
      const name = names[index] as string
      const { withoutPositive, withoutQuery } = set.skipped
      const skipped = withoutPositive + withoutQuery
      if (skipped > 0) hooks.onNotice?.(`${name}: ${skipped} rows have no positive or no query and are not trained on`)
      const same = arms.findIndex(
        (arm, before) => !identical.has(arm.name) && holdSame(sets[before] as TrainingSet, set),
      )
      if (same >= 0) identical.set(name, names[same] as string)
      arms.push({
        name,
        kind: index === 0 ? 'baseline' : 'given',
        path: (inputs[index] as Input).name,
        identity: hashes[index] as string,
        rows: set.size,
        changes,
        skipped,
        setOf: () => set,
      })
    })
    const pool = corpus && (await readPassages(corpus, base, hooks.signal))
    for (const input of inputs) await input.assertUnchanged()
    return { texts, arms, identical, pool }
  } catch (error) {
    texts.close()
    throw error
  }
}

async function readSet(rows: Input, set: TrainingSet, { signal, onProgress }: CompareHooks): Promise<TrainingSet> {
  let read = 0
  for await (const batch of readRows(rows)) {
    signal?.throwIfAborted()
    for (const entry of batch) {
      if (!('row' in entry)) continue
      set.add(entry.row)
      onProgress?.({ what: 'cutting into tokens', done: ++read, total: 0 })
    }
  }
  if (set.size === 0)
    throw new UsageError(`${rows.name}: none of its rows has a query and a positive: nothing to learn from`)
  return set.seal()
}

export async function readPassages(corpus: Corpus, set: TrainingSet, signal?: AbortSignal): Promise<Uint32Array> {
  const pool = new Growing()
  for await (const documents of corpus.documents()) {
    signal?.throwIfAborted()
    for (const document of documents) pool.push(set.addPassage(contentsOf(document)))
  }
  return Uint32Array.from(new Set(pool.numbers))
}

/** Does something with each of several things, and tells all that was wrong with them in one error. */
export async function everyFault<T>(items: readonly T[], use: (item: T) => Promise<void>): Promise<void> {
  const faults: WinnowError[] = []
  for (const item of items) {
    try {
      await use(item)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      faults.push(error)
    }
  }
  const [first] = faults
  if (first === undefined) return
  if (faults.length === 1) throw first
  throw new UsageError(
    faults.map(({ message }) => message).join('\n'),
    first.hint === undefined ? {} : { hint: first.hint },
  )
}
