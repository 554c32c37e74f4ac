// Covers findings about the origins of negatives, and about ms-swift's handling of them.
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempDir, writeJsonl } from '../../../test/support/files.ts'
import { doctor, type DoctorReport } from './doctor.ts'

const examine = (rows: object[]) => doctor(writeJsonl(join(tempDir(), 'rows.jsonl'), rows))
const found = (report: DoctorReport, code: string) => report.findings.find((finding) => finding.code === code)
const codes = (report: DoctorReport) => report.findings.map(({ code }) => code)

describe('generated negatives', () => {
  const grown = (query: string, origins: string[]) => ({
    query,
    pos: [`positive of ${query}`],
    neg: origins.map((origin, index) => `negative ${index} of ${query}, ${origin}`),
    neg_origins: origins,
  })

  test('alone in a row are a finding, beside others are none; the overview counts origins', async () => {
    const report = await examine([
      grown('q1', ['mined', 'generated']),
      grown('q2', ['generated']),
      grown('q3', ['given', 'given']),
      grown('q4', ['generated', 'generated']),
    ])
    expect(report.overview.origins).toEqual({ given: 2, mined: 1, generated: 4 })
    expect(codes(report)).toEqual(['generated-only'])
    expect(found(report, 'generated-only')).toMatchObject({
      severity: 'harms',
      count: 2,
      rows: 2,
      share: 0.5,
      examples: [
        { line: 2, note: 'its only negative is generated' },
        { line: 4, note: 'its 2 negatives are generated' },
      ],
    })
  })

  const user = (text: string) => [{ role: 'user', content: text }]
  const swift = (query: string, letters: string, positives = 1) => ({
    messages: user(query),
    positive_messages: Array.from({ length: positives }, (_, index) => user(`positive ${index} of ${query}`)),
    negative_messages: [...letters].map((_, index) => user(`negative ${index} of ${query}`)),
    negative_origins: [...letters].map((letter) => (letter === 'm' ? 'mined' : 'generated')),
  })

  test('in rows of ms-swift stand after so many mined ones, the same in all rows', async () => {
    const rows = [swift('q1', 'mmg'), swift('q2', 'mmgg'), swift('q3', 'mg'), swift('q4', 'mgm'), swift('q5', 'mm')]
    const uneven = found(await examine(rows), 'uneven-sources')!
    expect(uneven).toMatchObject({ severity: 'look', count: 2, rows: 2 })
    expect(uneven.why).toContain('even with the best fit, 2,')
    expect(uneven.why).toContain('2 mined and 1 generated in 2 rows; ')
    expect(uneven.examples.map(({ line, note }) => [line, note])).toEqual([
      [3, '1 mined and 1 generated'],
      [4, '2 mined and 1 generated, not in this order'],
    ])
    expect(codes(await examine([swift('q1', 'mmg'), swift('q2', 'mmgg'), swift('q5', 'm')]))).toEqual([])
    // Readers of other formats use the recorded origins, or nothing at all.
    expect(codes(await examine([grown('q1', ['generated', 'mined']), grown('q2', ['mined', 'generated'])]))).toEqual([])
  })

  test('rows of ms-swift with several positives: embedding takes the first, rerankers take all', async () => {
    const rows = [swift('q1', 'm', 3), swift('q2', 'm')]
    expect(found(await examine(rows), 'further-positives')).toMatchObject({
      count: 2,
      rows: 1,
      examples: [{ line: 1, note: 'has 3 positives', passage: 'positive 1 of q1' }],
    })
    const asReranker = JSON.stringify(rows).replaceAll('[[{"role":"user"', '[[{"role":"assistant"')
    const report = await examine(JSON.parse(asReranker) as object[])
    expect([report.format, codes(report)]).toEqual(['ms-swift-reranker', []])
  })
})
