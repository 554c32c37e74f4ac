// What winnow train does not pass over in silence: rows that teach nothing, training that comes apart, queries that are looked at twice.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { trainEncoder } from '../src/run/training/train.ts'
import type { TrainInput } from '../src/run/training/options.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { trainingRows } from './support/training-rows.ts'

const SMALL: TrainInput = { dimensions: 32, batch: 16, epochs: 2, threads: 2 }

async function trained(rows: readonly object[], given: TrainInput = {}) {
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
      'too few queries to set ten of them aside: the last epoch counts',
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
    expect(notices[0]).toMatch(/^bad rows left out: 2 \(/)
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
