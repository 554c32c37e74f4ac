// The rows as the Python engine reads them: texts once each, rows as numbers of texts (trainer/winnow_trainer/rows.py).
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { cannotWrite } from '../../base/errors.ts'
import { readLines } from '../../base/lines.ts'
import type { TextTokenizer } from '../../encoders/static/tokenizer.ts'
import type { DevelopmentSplit } from '../development-set.ts'
import type { Texts } from '../texts.ts'
import { isGenerated, textOf, type TrainingSet } from '../training-set.ts'

/** Names of files; the first two may be shared by several trainings. */
const [TEXTS, CODES, ROWS, DEVELOPMENT] = ['texts.jsonl', 'codes.bin', 'rows.jsonl', 'development.json']

/** Characters that are written at once. */
const BUFFERED = 2 ** 20

/** A file of lines, written in large parts. */
class LineFile {
  readonly #path: string
  readonly #file: number
  #lines: string[] = []
  #size = 0
  #isClosed = false

  constructor(path: string) {
    this.#path = path
    try {
      this.#file = openSync(path, 'w')
    } catch (error) {
      throw cannotWrite(path, error)
    }
  }

  add(line: string): void {
    this.#lines.push(line, '\n')
    this.#size += line.length
    if (this.#size > BUFFERED) this.#write()
  }

  /** May be called again. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#write()
    closeSync(this.#file)
  }

  #write(): void {
    try {
      const bytes = Buffer.from(this.#lines.join(''))
      for (let done = 0; done < bytes.length;) done += writeSync(this.#file, bytes, done)
    } catch (error) {
      throw cannotWrite(this.#path, error)
    }
    this.#lines = []
    this.#size = 0
  }
}

/**
 * Stands in for a tokenizer where texts are numbered: writes each text to a file instead, for the model has a tokenizer
 * of its own. A text has one token, and none if it is blank.
 */
export class TextsFile implements TextTokenizer {
  readonly size = 1
  readonly #file: LineFile

  constructor(folder: string) {
    this.#file = new LineFile(join(folder, TEXTS))
  }

  /** Called once for each different text, in the order of their numbers. */
  encode(text: string): number[] {
    this.#file.add(JSON.stringify(text))
    return text.trim() === '' ? [] : [0]
  }

  close(): void {
    this.#file.close()
  }
}

/** Texts are written without prefixes, which the engine adds. */
export const NO_PROMPTS = { query: '', passage: '' }

/** Writes the codes of the texts, for draws. */
export function writeCodes(folder: string, texts: Texts): void {
  const codes = Uint32Array.from({ length: texts.size }, (_, text) => texts.codeOf(text))
  writeFile(join(folder, CODES), new Uint8Array(codes.buffer))
}

/** Reads some of the texts that a `TextsFile` wrote, by their numbers. */
export async function textsIn(folder: string, numbers: ReadonlySet<number>): Promise<Map<number, string>> {
  const found = new Map<number, string>()
  for await (const lines of readLines(join(folder, TEXTS))) {
    for (const { number, bytes } of lines) {
      if (numbers.has(number - 1)) found.set(number - 1, JSON.parse(bytes.toString()) as string)
    }
  }
  return found
}

interface WrittenSplit extends Pick<DevelopmentSplit, 'rows' | 'development'> {
  /** For each development query, the texts that a reranker orders; by default the passages of its own rows. */
  candidates?: number[][] | undefined
}

/** Writes the rows and the development queries. */
export function writeRows(folder: string, set: TrainingSet, { rows, development, candidates }: WrittenSplit): void {
  const trained = new Set(rows)
  const own = new Map<number, Set<number>>()
  const file = new LineFile(join(folder, ROWS))
  for (let row = 0; row < set.size; row++) {
    const [high, low] = set.codeOf(row)
    const [query, positives, negatives] = [set.queryOf(row), [...set.positivesOf(row)], [...set.negativesOf(row)]]
    const mined = negatives.filter((passage) => !isGenerated(passage))
    const generated = negatives.filter(isGenerated).map(textOf)
    file.add(JSON.stringify([high, low, trained.has(row) ? 0 : 1, query, positives, mined, generated]))
    if (trained.has(row)) continue
    const known = own.get(query) ?? own.set(query, new Set()).get(query)
    for (const text of [...positives, ...mined, ...generated]) known?.add(text)
  }
  file.close()
  const path = join(folder, DEVELOPMENT)
  if (development === undefined) rmSync(path, { force: true })
  else {
    const { queries, pool, grades } = development
    const value = {
      queries: [...queries],
      pool: [...pool],
      grades: grades.map((each) => [...each]),
      candidates: candidates ?? Array.from(queries, (query) => [...(own.get(query) ?? [])]),
    }
    writeFile(path, JSON.stringify(value))
  }
}

function writeFile(path: string, contents: string | Uint8Array): void {
  try {
    writeFileSync(path, contents)
  } catch (error) {
    throw cannotWrite(path, error)
  }
}
