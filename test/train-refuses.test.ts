// Problems that winnow train reports: rows that teach nothing, training that diverges, queries that are used twice.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { trainEncoder } from '../src/train/train.ts'
import type { OwnInput } from '../src/train/options.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { trainingRows } from './support/training-rows.ts'

const SMALL: OwnInput = { dimensions: 32, batch: 16, epochs: 2, threads: 2 }

async function trained(rows: readonly object[], given: OwnInput = {}) {
  const folder = tempDir()
  const [path, out] = [writeJsonl(join(folder, 'rows.jsonl'), rows), join(folder, 'model')]
  const notices: string[] = []
  const training = trainEncoder(path, { ...SMALL, out, ...given }, { onNotice: (notice) => notices.push(notice) })
  return { manifest: await training, notices, out, folder }
}

describe('rows', () => {
  it('without negatives are trained on with those of the batch, whether they have a list of them or not', async () => {
    const rows = trainingRows(40).map(({ negative_passages: _negatives, ...row }, at) =>
      at % 2 === 0 ? row : { ...row, negative_passages: [] },
    )
    const { manifest } = await trained(rows, { epochs: 15 })
    expect(manifest.rows.trained).toBe(40)
    expect(manifest.training.epochs.at(-1)?.loss).toBeLessThan((manifest.training.epochs[0]?.loss as number) / 2)
  })

  it('whose query or positive has no word teach nothing, and are counted', async () => {
    const rows = [
      ...Array.from({ length: 20 }, (_, at) => ({
        query: `word ${at}`,
        pos: [`passage ${at}`, '…'],
        neg: ['other', ''],
      })),
      { query: '?!', pos: ['passage'], neg: ['other'] },
      { query: 'words', pos: ['', '—'], neg: ['other'] },
    ]
    const { manifest, notices } = await trained(rows)
    expect(manifest.rows).toMatchObject({ trained: 20, setAside: 0, withoutPositive: 1, withoutQuery: 1 })
    expect(notices).toEqual([
      '1 row is not trained on: no positive with a word in it',
      '1 row is not trained on: no word in the query',
      'too few queries to hold out ten of them: using the last epoch',
    ])
  })

  it('that cannot be read stop it, or are left out and said', async () => {
    const folder = tempDir()
    const path = writeJsonl(join(folder, 'rows.jsonl'), [...trainingRows(20), { query: 'q', pos: [], neg: [] }])
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"query":\n`)
    const out = join(folder, 'model')
    await expect(trainEncoder(path, { ...SMALL, out })).rejects.toThrow(/2 bad rows of 22 .*; nothing was trained/)
    const notices: string[] = []
    await trainEncoder(path, { ...SMALL, out, onBadRow: 'skip' }, { onNotice: (notice) => notices.push(notice) })
    expect(notices[0]).toMatch(/^skipping 2 bad rows \(/)
  })
})

describe('training that diverges', () => {
  it.each([{}, { epochs: 1, batch: 4096 }])('is an error, and no encoder is written (%o)', async (given) => {
    const folder = tempDir()
    const path = writeJsonl(join(folder, 'rows.jsonl'), trainingRows(60))
    const out = join(folder, 'model')
    await expect(trainEncoder(path, { ...SMALL, out, learningRate: 1e30, ...given })).rejects.toThrow(
      /training diverged: after step \d+ .*; no encoder was written/,
    )
    expect(readdirSync(folder)).toEqual(['rows.jsonl'])
    expect(existsSync(out)).toBe(false)
  })
})

describe('a collection to choose the epoch by', () => {
  const asked = (count: number) => trainingRows(count).map(({ query_id: id, query }) => ({ _id: id, text: query }))
  const collection = (queries: readonly object[], grades: string) => {
    const folder = tempDir()
    mkdirSync(join(folder, 'qrels'))
    writeJsonl(
      join(folder, 'corpus.jsonl'),
      [1, 2, 3].map((at) => ({ _id: `d${at}`, title: '', text: `text ${at}` })),
    )
    writeJsonl(join(folder, 'queries.jsonl'), queries)
    writeFileSync(join(folder, 'qrels/dev.tsv'), `query-id\tcorpus-id\tscore\n${grades}`)
    return folder
  }

  it('that holds queries which are trained on is said to', async () => {
    const queries = [...asked(3), { _id: 'new', text: 'another query' }]
    const grades = ['q0', 'q1', 'q2', 'new'].map((id) => `${id}\td1\t1\n`).join('')
    const { manifest, notices } = await trained(trainingRows(40), { dev: `${collection(queries, grades)}:dev` })
    expect(manifest.development).toMatchObject({ queries: 4, trainedOn: 3 })
    expect(notices).toEqual([
      '3 of the 4 queries of --dev are also in the rows, so the epoch is partly chosen on training data',
    ])
  })

  it('that holds something else than before a training was broken off makes it begin anew', async () => {
    const folder = collection([{ _id: 'new', text: 'another query' }], 'new\td1\t1\n')
    const rows = writeJsonl(join(folder, 'rows.jsonl'), trainingRows(40))
    const given = { ...SMALL, epochs: 50, out: join(folder, 'model'), dev: `${folder}:dev` }
    const stop = async () => {
      const [controller, notices] = [new AbortController(), [] as string[]]
      const { signal } = controller
      const hooks = { signal, onNotice: (notice: string) => notices.push(notice), onEpoch: () => controller.abort() }
      await expect(trainEncoder(rows, given, hooks)).rejects.toThrow(/abort/)
      return notices
    }
    expect(await stop()).toEqual([])
    expect(await stop()).toEqual([expect.stringMatching(/^resuming after step 3 of 150$/)])
    writeFileSync(join(folder, 'qrels/dev.tsv'), `query-id\tcorpus-id\tscore\nnew\td2\t1\n`)
    expect(await stop()).toEqual([
      expect.stringMatching(/is from other rows or settings: starting training from scratch$/),
    ])
  })
})

describe('what cannot be written', () => {
  it('is a notice for the state of training, which goes on, and an error in a sentence for the encoder', async () => {
    const folder = tempDir()
    const rows = writeJsonl(join(folder, 'rows.jsonl'), trainingRows(40))
    const out = join(folder, 'model')
    const notices: string[] = []
    mkdirSync(`${out}.training/checkpoint.part`, { recursive: true })
    const given = { ...SMALL, epochs: 1, out, checkpointEvery: 0 }
    await trainEncoder(rows, given, { onNotice: (notice) => notices.push(notice) })
    expect(notices).toContainEqual(
      expect.stringMatching(/^checkpoint not saved: cannot write .*model\.training\/checkpoint: it is a folder/),
    )
    expect(readdirSync(folder).toSorted()).toEqual(['model', 'rows.jsonl'])

    const gone = join(folder, 'gone')
    const onEpoch = () => {
      rmSync(`${gone}.training`, { recursive: true })
      writeFileSync(`${gone}.training`, 'a file')
    }
    await expect(trainEncoder(rows, { ...given, out: gone, checkpointEvery: 60 }, { onEpoch })).rejects.toThrow(
      /^cannot write .*gone: /,
    )
  })
})
