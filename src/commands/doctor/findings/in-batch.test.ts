import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempDir, writeJsonl } from '../../../../test/support/files.ts'
import { doctor } from '../doctor.ts'

describe('false negatives between rows', () => {
  const inBatchOf = async (rows: object[]) => {
    return (await doctor(writeJsonl(join(tempDir(), 'rows.jsonl'), rows))).findings.find(
      ({ code }) => code === 'in-batch-false-negatives',
    )
  }
  const ring = (count: number) =>
    Array.from({ length: count }, (_, at) => ({
      query: `q${at}`,
      pos: [`p${at}`],
      neg: [`P${(at + 1) % count}`, `n${at}`],
    }))

  test('a negative that is a positive elsewhere meets it in a batch as often as chance says', async () => {
    const met = await inBatchOf(ring(64))
    expect(met).toMatchObject({ severity: 'look', count: 64, rows: 64 })
    expect(met?.parts[0]?.text).toBe('of them negatives: 50.0% of all negatives')
    // Each of 32 positives meets its one other row with the chance 31/63; a batch of all rows has them all.
    expect(met?.parts.map(({ code, count }) => [code, count])).toEqual([
      ['negatives', 64],
      ['batch-32', 16],
      ['batch-64', 64],
    ])
  })

  test('rows that share a positive count, copies of own positives do not', async () => {
    const rows = Array.from({ length: 32 }, (_, at) => ({
      query: `q${at}`,
      pos: [at < 3 ? 'same' : `p${at}`],
      neg: [`n${at}`],
    }))
    expect((await inBatchOf(rows))?.parts.map(({ count }) => count)).toEqual([0, 3])
    const copies = rows.slice(3).map((row) => ({ ...row, neg: row.pos }))
    expect(await inBatchOf(copies)).toBeUndefined()
  })

  test('many positives', async () => {
    expect((await inBatchOf(ring(5000)))?.parts.map(({ count }) => count)).toEqual([5000, 0.2, 0.81, 3.3, 13, 52])
  })
})
