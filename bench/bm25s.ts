// A whole `winnow eval bm25`, as a user starts it, against Python's bm25s, which reads, indexes and retrieves the same; both with the index
// still to be built and with an existing index.
import { execFileSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { atMost, SkippedBenchmark, type Benchmark, type Figure } from './benchmark.ts'
import { inFolder } from './folder.ts'
import { median } from './measure.ts'

const PYTHON = process.env['WINNOW_BENCH_PYTHON'] ?? 'python3'
const DATA = process.env['WINNOW_TEST_DATA'] ?? join(import.meta.dirname, '../../shared/data')
const SPLIT = 'train'
const DEPTH = 1000
const TURNS = 5
const MOST = 1.5

export const bm25s: Benchmark = {
  name: 'bm25s',
  summary: 'seconds of a whole eval bm25 on the train queries of SciFact, against bm25s in Python',
  run: (_scale, note) => {
    const collection = join(DATA, 'scifact')
    if (!existsSync(collection))
      throw new SkippedBenchmark(`there is no ${collection}; WINNOW_TEST_DATA names the folder`)
    if (!canCompare())
      throw new SkippedBenchmark(`${PYTHON} has no bm25s and PyStemmer; WINNOW_BENCH_PYTHON names another`)
    return inFolder(async (folder) =>
      [true, false].flatMap((isNew) => {
        note(isNew ? 'with the index to be built' : 'with the index there')
        return figuresOf(collection, folder, isNew)
      }),
    )
  },
}

function figuresOf(collection: string, folder: string, isNew: boolean): Figure[] {
  const [own, theirs] = [join(folder, 'winnow'), join(folder, 'bm25s')]
  const turns = Array.from({ length: TURNS }, () => {
    if (isNew) for (const each of [own, theirs]) rmSync(each, { recursive: true, force: true })
    return { winnow: secondsOfWinnow(collection, own), python: secondsOfPython(collection, theirs) }
  })
  const ratio = median(turns.map(({ winnow, python }) => winnow / python))
  const text = (seconds: number[]) => `${median(seconds).toFixed(2)} s`
  const when = isNew ? 'index to be built' : 'index there'
  return [
    { what: `winnow eval bm25, ${when}`, value: text(turns.map(({ winnow }) => winnow)) },
    { what: `bm25s, ${when}`, value: text(turns.map(({ python }) => python)) },
    {
      what: `Winnow / bm25s, ${when}`,
      value: ratio.toFixed(2),
      ...(isNew && { target: atMost(ratio, MOST) }),
    },
  ]
}

function secondsOfWinnow(collection: string, cache: string): number {
  const bin = join(import.meta.dirname, '../bin/winnow.js')
  const words = ['eval', 'bm25', collection, '--split', SPLIT, '--depth', String(DEPTH), '--quiet']
  return secondsOf(process.execPath, ['--max-semi-space-size=8', bin, ...words], { WINNOW_CACHE: cache })
}

const secondsOfPython = (collection: string, index: string) =>
  secondsOf(PYTHON, [join(import.meta.dirname, 'with-bm25s.py'), collection, SPLIT, index, String(DEPTH)])

function secondsOf(command: string, words: string[], env: Record<string, string> = {}): number {
  const started = performance.now()
  execFileSync(command, words, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] })
  return (performance.now() - started) / 1000
}

function canCompare(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import bm25s, Stemmer'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
