// Rows converted for every trainer, read by the loader of that trainer: they are the rows of the file. Needs WINNOW_TEST_TRAINERS, a folder
// of virtual environments named st, tevatron, flagembedding, ms-swift, automodel: those that are there are used.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { TRAINER_NAMES, type TrainerName } from '../src/trainers/options.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'

const environments = process.env['WINNOW_TEST_TRAINERS']
const pythonOf = (trainer: TrainerName) => join(environments ?? '', trainer, 'bin/python')
const there = TRAINER_NAMES.filter((trainer) => environments !== undefined && existsSync(pythonOf(trainer)))
for (const trainer of TRAINER_NAMES.filter((name) => !there.includes(name))) {
  const why = environments === undefined ? 'set WINNOW_TEST_TRAINERS' : `${pythonOf(trainer)} is not there`
  process.stderr.write(`SKIPPED: the formats of ${trainer}: ${why}\n`)
}

const run = promisify(execFile)

const ROWS = Array.from({ length: 30 }, (_none, at) => ({
  query: `what, "is" ${at}?`,
  pos: [`the answer ${at}\nin two lines`, ...(at % 3 === 0 ? [`another, answer ${at}`] : [])],
  neg: [`no ${at}`, `never ☃ ${at}`],
  pos_scores: [9.5, ...(at % 3 === 0 ? [8] : [])],
  neg_scores: [1.25, -3],
}))

const sorted = (texts: readonly string[]) => texts.toSorted((one, other) => (one < other ? -1 : 1))
const rowsOf = (most = Infinity) =>
  ROWS.map(({ query, pos, neg }) => [query, sorted(pos.slice(0, most)), sorted(neg)]).toSorted((one, other) =>
    String(one[0]) < String(other[0]) ? -1 : 1,
  )

/** The files of each trainer: their names, and the options that make them. */
const FILES: Record<TrainerName, [string, string, string?][]> = {
  st: [
    ...['st-triplet', 'st-n-tuple', 'st-labeled-pair'].flatMap((name) =>
      ['jsonl', 'parquet', 'csv'].map((ending): [string, string, string?] => [`${name}.${ending}`, name, 'bare']),
    ),
    ['st-labeled-list.jsonl', 'st-labeled-list', 'bare'],
    ['st-labeled-list/', 'st-labeled-list+parquet', 'bare'],
    ['st-labeled-list.saved/', 'st-labeled-list+arrow', 'bare'],
  ],
  flagembedding: [['bge.jsonl', 'bge']],
  tevatron: [
    ['tevatron.jsonl', 'tevatron'],
    ['tevatron-v2.jsonl', 'tevatron-v2'],
    ['tevatron-scored/', 'tevatron-scored+arrow'],
  ],
  'ms-swift': [
    ['ms-swift.jsonl', 'ms-swift'],
    ['ms-swift-reranker.jsonl', 'ms-swift-reranker'],
    ['ms-swift-pair.jsonl', 'ms-swift-pair'],
  ],
  automodel: [
    ['nemo-inline.jsonl', 'nemo-inline'],
    ['nemo.json', 'nemo'],
  ],
}

describe.skipIf(there.length === 0)('loaders of trainers', { timeout: 600_000 }, () => {
  it.each(there)('%s reads the rows that were written for it', async (trainer) => {
    const folder = tempDir()
    const scored = writeJsonl(join(folder, 'scored.jsonl'), ROWS)
    const bare = writeJsonl(
      join(folder, 'bare.jsonl'),
      ROWS.map(({ query, pos, neg }) => ({ query, pos, neg })),
    )
    for (const [name, to, from] of FILES[trainer]) {
      const args = ['convert', from === 'bare' ? bare : scored, '--to', to, '--out', `${join(folder, 'rows')}/${name}`]
      expect(await runWinnow([...args, '--quiet'])).toMatchObject({ code: 0 })
    }
    const script = join(import.meta.dirname, 'support/trainer_formats.py')
    const env = {
      ...process.env,
      HF_HUB_OFFLINE: '1',
      HF_HOME: join(folder, 'hub'),
      MODELSCOPE_CACHE: join(folder, 'scope'),
    }
    const { stdout } = await run(pythonOf(trainer), [script, trainer, join(folder, 'rows')], {
      maxBuffer: 1 << 26,
      env,
      cwd: folder,
    })
    const loaded = JSON.parse(stdout) as Record<string, unknown>
    expect(Object.keys(loaded).length).toBeGreaterThan(0)
    for (const [name, rows] of Object.entries(loaded)) {
      expect(rows, name).toEqual(rowsOf(name === 'tevatron-scored' ? 1 : undefined))
    }
  })
})
