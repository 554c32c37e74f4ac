import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { tempDir, writeJsonl } from '../../test/support/files.ts'
import { readGold } from './gold.ts'

const file = (...records: object[]) => writeJsonl(join(tempDir(), 'gold.jsonl'), records)
const textFile = (text: string) => {
  const path = join(tempDir(), 'gold.txt')
  writeFileSync(path, text)
  return path
}

describe('readGold', () => {
  it('reads labels and grades, who gave them and when', async () => {
    const path = file(
      { row: 'q1', passage: 'd1', relevant: true, who: 'ana', when: '2026-11-02' },
      { row: 'q1', passage: 'd2', grade: 0, who: 'ana', when: '2026-11-02T10:30:00Z', note: 'close' },
      { row: 9_007_199_254_740, passage: 7, grade: 1 },
    )
    const gold = await readGold(path)
    expect(gold.labels).toBe(3)
    expect(gold.assessors).toEqual(['ana'])
    expect([...gold.rows]).toEqual(['q1', '9007199254740'])
    expect(gold.labelsOf('q1', 'd1')).toEqual([
      { row: 'q1', passage: 'd1', isRelevant: true, grade: undefined, who: 'ana', when: '2026-11-02', line: 1 },
    ])
    expect(['d1', 'd2', 'd3'].map((id) => gold.verdictOf('q1', id))).toEqual(['relevant', 'irrelevant', undefined])
    expect(gold.verdictOf('9007199254740', '7')).toBe('relevant')
  })

  it('keeps the digits of long ids', async () => {
    const gold = await readGold(textFile('{"row": 9007199254740995, "passage": 9007199254740993, "relevant": false}\n'))
    expect(gold.verdictOf('9007199254740995', '9007199254740993')).toBe('irrelevant')
  })

  it('takes the word of most assessors, and calls a tie disputed', async () => {
    const says = (passage: string, who: string, relevant: boolean) => ({ row: 'q', passage, who, relevant })
    const gold = await readGold(
      file(
        says('a', 'x', true),
        says('a', 'y', true),
        says('a', 'z', false),
        says('b', 'x', true),
        says('b', 'y', false),
      ),
    )
    expect(gold.assessors).toEqual(['x', 'y', 'z'])
    expect([gold.verdictOf('q', 'a'), gold.verdictOf('q', 'b')]).toEqual(['relevant', 'disputed'])
  })

  it.each([
    ['TREC', 'q1 0 d1 2\nq1 0 d2 1\n'],
    ['BEIR', 'query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t1\n'],
    [
      'JSON lines of qrels',
      '{"query-id":"q1","corpus-id":"d1","score":2}\n{"query-id":"q1","corpus-id":"d2","score":1}\n',
    ],
  ])('reads qrels (%s), from a grade on', async (_form, text) => {
    const verdicts = async (relevanceLevel: number) => {
      const gold = await readGold(textFile(text), { relevanceLevel })
      return ['d1', 'd2'].map((id) => gold.verdictOf('q1', id))
    }
    expect(await verdicts(1)).toEqual(['relevant', 'relevant'])
    expect(await verdicts(2)).toEqual(['relevant', 'irrelevant'])
  })

  it('takes from the judgements of an audit what stands, by the scale of the audit', async () => {
    const said = (item: string, who: string, given: object) => {
      return { sample: 's1', item, row: 'q1', passage: `of ${item}`, who, when: '2026-11-29T10:00:00Z', ...given }
    }
    const path = file(
      said('a', 'ana', { grade: 1, relevant: false, seconds: 2 }),
      said('a', 'ana', { grade: 2, relevant: true, seconds: 2 }),
      said('b', 'ana', { grade: 3, relevant: true, seconds: 2 }),
      said('b', 'ana', { undo: true }),
      said('c', 'ana', { grade: 'unsure', seconds: 2 }),
      said('c', 'ben', { grade: 1, relevant: false, seconds: 2 }),
    )
    writeFileSync(path, '{"sample":"s1","item":"d","row"', { flag: 'a' })
    const notices: string[] = []
    const gold = await readGold(path, { onWarning: (notice) => notices.push(notice) })
    const verdicts = ['a', 'b', 'c'].map((item) => gold.verdictOf('q1', `of ${item}`))
    expect([verdicts, gold.labels, gold.assessors]).toEqual([['relevant', undefined, 'irrelevant'], 2, ['ana', 'ben']])
    expect(gold.labelsOf('q1', 'of a')).toMatchObject([{ grade: 2, who: 'ana', line: 2 }])
    expect(notices).toEqual([
      `${path}: 2 judgements; passed over: 1 unsure, 1 taken back, 1 replaced by a later one, 1 cut off or not a judgement`,
    ])
  })

  it('names every fault with file, line, value and what is allowed', async () => {
    const path = file(
      { row: 'q1', passage: 'd1', relevant: 'yes' },
      { row: '', passage: null, grade: 1 },
      { row: 'q1', passage: 'd2' },
      { row: 'q1', passage: 'd3', relevant: true, grade: 1 },
      { row: 'q1', passage: 'd4', grade: 1.5, who: 7, when: 'yesterday' },
      { row: 'q1', passage: 'd5', relevant: true, who: 'ana' },
      { row: 'q1', passage: 'd5', relevant: false, who: 'ana' },
    )
    writeFileSync(path, 'no json\n', { flag: 'a' })
    const said = await readGold(path).catch((error: unknown) => error)
    expect(String((said as Error).message).replaceAll(path, 'gold.jsonl')).toMatchInlineSnapshot(`
      "gold.jsonl:1: "relevant" is "yes"; allowed: true, false
      gold.jsonl:2: "row" is ""; allowed: the id of a row
      gold.jsonl:2: "passage" is null; allowed: the id of a passage
      gold.jsonl:3: "relevant" or "grade" is needed, and one of them only
      gold.jsonl:4: "relevant" or "grade" is needed, and one of them only
      gold.jsonl:5: "grade" is 1.5; allowed: a whole number
      gold.jsonl:5: "who" is 7; allowed: a name
      gold.jsonl:5: "when" is "yesterday"; allowed: a date as in 2026-11-28
      gold.jsonl:7: passage "d5" of row "q1" has another label by "ana" at line 6; allowed: one label of each assessor
      gold.jsonl:8: not valid JSON: "no json""
    `)
    expect((said as { hint: string }).hint).toMatch(/^Allowed: \{"row": ID, "passage": ID, "relevant": true\|false\}/)
  })

  it('counts a label that stands twice once, and says so', async () => {
    const notices: string[] = []
    const path = textFile('q1 0 d1 2\nq1 0 d1 2\n')
    const gold = await readGold(path, { onWarning: (notice) => notices.push(notice) })
    expect([gold.labels, notices]).toEqual([
      1,
      [`${path}: 1 label repeated with the same grade; each pair counts once`],
    ])
  })

  it('refuses a file without labels', async () => {
    await expect(readGold(textFile('\n'))).rejects.toThrow(/no gold label in it/)
  })
})
