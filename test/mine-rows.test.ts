// winnow mine over existing rows: their negatives are replaced or added to, everything else is kept.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { linesOf, readJsonl, writeJsonl, type Json } from './support/files.ts'
import { small, type MinedRow } from './support/mined.ts'

describe('rows that exist', () => {
  const bge = { query: 'how do apples ripen', pos: ['apples ripen by ethylene gas'], neg: ['bicycles are oiled'] }

  async function mined(rows: Json[], ...args: string[]) {
    const { folder, collection, out, run } = small()
    const input = writeJsonl(join(folder, 'in.jsonl'), rows)
    const ran = await run(input, '--corpus', collection, '--out', out, '--share', '100%', ...args)
    return { ran, out, rows: (existsSync(out) ? readJsonl(out) : []) as Record<string, unknown[]>[] }
  }

  test('get other negatives, whatever other columns they have', async () => {
    const text =
      '{"id":12345678901234567890,"query":"how do apples ripen","pos":["apples ripen by ethylene gas"],"neg":["x"],"w":1.0}\n'
    const { folder, collection, out, run } = small()
    const input = join(folder, 'in.jsonl')
    writeFileSync(input, text)
    await run(input, '--corpus', join(collection, 'corpus.jsonl'), '--out', out, '--share', '100%', '--negatives', '1')
    const [line = ''] = linesOf(out)
    expect(line).toContain('"id":12345678901234567890')
    expect(line).toContain('"w":1.0')
    expect(JSON.parse(line)).toMatchObject({ neg: [expect.stringContaining('apples')], miners: [{ name: 'bm25' }] })
  })

  test('may have none yet, not even the column', async () => {
    const { neg: _neg, ...bare } = bge
    const { ran, rows } = await mined([bare, { ...bare, neg: [] }], '--negatives', '2')
    expect(ran.code, ran.stderr).toBe(0)
    expect(rows.map(({ neg }) => neg)).toEqual([rows[0]?.['neg'], rows[0]?.['neg']])
    expect(rows[0]?.['neg']).toHaveLength(2)
  })

  test('keep those they have with --add, with their scores, and none comes twice', async () => {
    const scored = { ...bge, neg: ['apples ripen in the sun'], pos_scores: [9], neg_scores: [1.5] }
    const { rows } = await mined([scored], '--add', '--negatives', '2')
    const [row] = rows
    expect(row?.['neg']?.[0]).toBe('apples ripen in the sun')
    expect(new Set(row?.['neg']).size).toBe(row?.['neg']?.length)
    expect(row?.['neg_scores']?.[0]).toBe(1.5)
    expect(row?.['pos_scores']).toEqual([9])
    expect(row?.['neg_origins']).toEqual(['given', ...(row?.['neg']?.slice(1).map(() => 'mined') ?? [])])
  })

  test('an id that another corpus has too does not make its document the positive, and no id of another row counts', async () => {
    const row = {
      query_id: 'q1',
      query: 'how do apples ripen',
      positive_passages: [{ docid: 'd2', title: '', text: 'apples ripen by ethylene gas', note: 7 }],
      negative_passages: [{ docid: 'd4', title: '', text: 'of another corpus', note: 8 }],
    }
    const { rows } = await mined([row], '--negatives', '3')
    const [{ positive_passages: positives, negative_passages: negatives } = {}] = rows as unknown as MinedRow[]
    expect(positives?.[0]).toMatchObject({ docid: 'd2', note: 7, score: expect.any(Number) })
    expect(negatives?.map(({ docid }) => docid)).not.toContain('d2')
    expect(negatives?.find(({ docid }) => docid === 'd4')).toEqual({
      docid: 'd4',
      title: 'Fruit',
      text: 'apples and pears ripen after the harvest',
      score: expect.any(Number),
      origin: 'mined',
    })
  })

  test('judgements of any grade and positives of the same query elsewhere are no negatives', async () => {
    const { folder, collection } = small()
    const rows = [
      {
        query_id: 'q1',
        query: 'how do apples ripen',
        positive_passages: [{ docid: 'x', title: '', text: 'apples ripen by ethylene gas' }],
        negative_passages: [],
      },
      {
        query_id: 'q9',
        query: 'How do apples  ripen',
        positive_passages: [{ docid: 'y', title: '', text: 'Apples ripen in the sun' }],
        negative_passages: [],
      },
    ]
    const { ran, rows: written } = await mined(
      rows,
      '--known',
      join(collection, 'qrels', 'train.tsv'),
      '--share',
      'off',
    )
    expect(folder).not.toBe('')
    expect(ran.code, ran.stderr).toBe(0)
    const ids = (written as unknown as MinedRow[]).map(({ negative_passages: all }) => all.map(({ docid }) => docid))
    expect(ids[0]).not.toContain('d3')
    for (const each of ids) for (const id of ['d1', 'd2', 'd6', 'd7']) expect(each).not.toContain(id)
    expect(ids[1]).toContain('d3')
  })

  test('a positive outside the corpus has no score: nothing can be told from its share', async () => {
    const { ran, rows } = await mined([{ ...bge, pos: ['of another corpus'] }], '--too-few', 'keep')
    expect(rows).toEqual([])
    expect(ran.stderr).toContain('without a positive to compare with')
    expect(ran.stderr).toMatch(/note: 1 of 1 rows have a positive without a score.*use --share off/)
    expect(ran.stderr).toContain('1 no score of a positive to compare with')
    expect(ran.stderr).toMatch(/their positives are not in .* or were not retrieved: --share off compares with none/)
    const { rows: without } = await mined([{ ...bge, pos: ['of another corpus'] }], '--share', 'off')
    expect(without[0]?.['pos_scores']).toEqual([null])
  })

  test('of one format do not become rows of another, and shares that leave nothing are refused', async () => {
    const { ran } = await mined([bge], '--format', 'tevatron')
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('has rows in bge format; --format tevatron does not apply')
    const { ran: refused } = await mined([bge], '--share', '0', '--near-duplicate', '0')
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--share 0 leaves no negative')])
    expect(refused.stderr).toContain('--near-duplicate 0 makes every document a near-duplicate')
  })

  test('on standard output leave no place for --json, and say so; a dry run has it', async () => {
    const { folder, collection, run } = small()
    const args = [collection, '--split', 'train', '--share', 'off', '--out', '-', '--report', folder, '--json']
    const ran = await run(...args)
    expect(ran.stdout).toContain('"miners"')
    expect(ran.stderr).toContain('note: --json is ignored')
    const dry = await run(...args, '--dry-run')
    expect(JSON.parse(dry.stdout)).toMatchObject({ rows: 2 })
  })

  test('bad rows stop it, or are set aside', async () => {
    const rows = [bge, { query: 5, pos: [], neg: 'x' }]
    const { ran } = await mined(rows)
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('in.jsonl:2')])
    const { ran: skipped, out } = await mined(rows, '--on-bad-row', 'skip')
    expect(skipped.code, skipped.stderr).toBe(0)
    expect(readJsonl(out.replace('.jsonl', '.bad.jsonl'))).toMatchObject([{ line: 2 }])
  })

  describe('with --add', () => {
    const first = '{"query":"how do apples ripen","pos":["apples ripen by ethylene gas"],"neg":["x"],'
    const lines = [
      `${first}"neg_scores":[0.10],"pos_scores":[1.0],"miners":["my-ann","v2"]}`,
      '{"query":"quetzalcoatl","pos":["y"],"neg":["z"],"neg_scores":[2.50],"miners":[{"name":"ModelX","v":1.0}]}',
      '{"query":"what is oiled","pos":["it is said"],"neg":[]}',
      '{"query":"apples","pos":["fruit"],"neg":[]}',
    ]

    async function added(text: string) {
      const args = ['--negatives', '2', '--add', '--too-few', 'keep']
      const { folder, collection, out, run } = small()
      const input = join(folder, 'in.jsonl')
      writeFileSync(input, text)
      const ran = await run(input, '--corpus', collection, '--out', out, '--share', 'off', ...args)
      return { ran, out }
    }

    test('miners that others wrote stay, numbers keep their digits, and a row that got nothing has no new miner', async () => {
      const { ran, out } = await added(`${lines.join('\n')}\n`)
      expect(ran.code, ran.stderr).toBe(0)
      const [one = '', two = '', three = '', four = ''] = linesOf(out)
      expect(one).toContain('"neg_scores":[0.10,')
      expect(one).toContain('"pos_scores":[1.0]')
      expect(one).toContain('"miners":[{"name":"my-ann","identity":null},{"name":"v2","identity":null},{"name":"bm25",')
      expect(two).toContain('"neg_scores":[2.50]')
      expect(two).toContain('"miners":[{"name":"ModelX","v":1.0}]')
      expect(three).toContain('"miners":[{"name":"bm25"')
      // All rows have the same columns, or a trainer cannot read them.
      const origins = [one, two, three, four].map((line) => (JSON.parse(line) as { neg_origins: string[] }).neg_origins)
      expect(origins.slice(1)).toEqual([['mined'], ['mined'], ['mined', 'mined']])
    })

    test('a column of the name that names nothing is not written over', async () => {
      const { ran } = await added('{"query":"q","pos":["p"],"neg":["n"],"miners":{"a":1}}\n')
      expect(ran.code).toBe(2)
      expect(ran.stderr).toContain('in.jsonl:1: "miners" must be a name')
      expect(ran.stderr).toContain('nothing was mined')
    })
  })
})
