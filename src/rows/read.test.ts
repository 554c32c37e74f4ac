import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { formatNamed } from './formats/index.ts'
import { readLines, terminatorOf, textOf } from '../base/lines.ts'
import { detectFormat, readRows, relabelledBytes, type BadLine, type RowLine } from './read.ts'
import type { Row } from './row.ts'

const folder = mkdtempSync(join(tmpdir(), 'winnow-read-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0

function file(content: string | Buffer): string {
  const path = join(folder, `${++files}.jsonl`)
  writeFileSync(path, content)
  return path
}

async function read(content: string | Buffer, format = 'bge'): Promise<(RowLine | BadLine)[]> {
  const entries: (RowLine | BadLine)[] = []
  for await (const batch of readRows({ path: file(content), format: formatNamed(format) })) entries.push(...batch)
  return entries
}

const faultsOf = (entry: RowLine | BadLine | undefined) =>
  entry && 'faults' in entry ? entry.faults.map(({ code }) => code) : []
const GOOD = '{"query":"q","pos":["p"],"neg":["n"]}'

describe('lines', () => {
  test('every byte comes back, with every kind of terminator, gzip or not', async () => {
    const content = Buffer.from('a\r\n\n\u{1F418}b\nlast')
    for (const bytes of [
      content,
      gzipSync(content),
      Buffer.concat([gzipSync('a\r\n\n'), gzipSync('\u{1F418}b\nlast')]),
    ]) {
      const lines = []
      for await (const batch of readLines(file(bytes))) lines.push(...batch)
      expect(Buffer.concat(lines.map((line) => line.bytes))).toEqual(content)
      expect(lines.map(({ number }) => number)).toEqual([1, 2, 3, 4])
      expect(lines.map(textOf)).toEqual(['a', '', '\u{1F418}b', 'last'])
      expect(lines.map(terminatorOf)).toEqual(['\r\n', '\n', '\n', ''])
    }
  })

  test('lines longer than a chunk are whole', async () => {
    const long = `${'x'.repeat(700_000)}\n`
    const lines = []
    for await (const batch of readLines(file(long + long))) lines.push(...batch)
    expect(lines.map(({ bytes }) => bytes.length)).toEqual([700_001, 700_001])
  })

  test('a cut-off gzip names the file and the line', async () => {
    const whole = gzipSync(`${GOOD}\n`.repeat(1000))
    const path = file(whole.subarray(0, whole.length - 20))
    await expect(async () => {
      for await (const batch of readLines(path)) void batch
    }).rejects.toThrow(new RegExp(`cannot read ${path} after line \\d+`))
  })
})

describe('what is wrong with a row', () => {
  test.each([
    ['{"query":"q","pos":["p"],"neg":["n"', ['invalid-json']],
    ['[1]', ['invalid-json']],
    ['{"query":"q","pos":"p","neg":["n"]}', ['wrong-type']],
    ['{"query":7,"pos":["p"],"neg":["n"]}', ['wrong-type']],
    ['{"query":"q","pos":["p",3],"neg":[null]}', ['wrong-type', 'wrong-type']],
    ['{"query":" ","pos":[],"neg":[]}', ['empty-query', 'no-positive', 'no-negative']],
    ['{"query":"q","pos":["p"],"neg":["n"],"neg_scores":[1,2]}', ['wrong-length']],
    ['{"query":"q","positive_passages":[],"negative_passages":[]}', ['other-format']],
  ])('%s', async (line, codes) => expect(faultsOf((await read(line))[0])).toEqual(codes))

  test.each([
    ['{"query_id":"1","query":"q","positive_passages":["p"],"negative_passages":[{"text":"n"}]}', ['wrong-type']],
    [
      '{"query_id":"1","query":"q","positive_passages":[{"docid":"a"}],"negative_passages":[{"text":"n"}]}',
      ['wrong-type'],
    ],
    [
      '{"query_id":[],"query":"q","positive_passages":[{"text":"p"}],"negative_passages":[{"text":"n","title":3}]}',
      ['wrong-type', 'wrong-type'],
    ],
  ])('%s', async (line, codes) => expect(faultsOf((await read(line, 'tevatron'))[0])).toEqual(codes))

  test('the message names what stands there and what belongs there', async () => {
    const [entry] = await read('{"query":"q","pos":"p","neg":["n"]}')
    expect((entry as BadLine).faults[0]?.message).toBe(
      '"pos" must be a list, found a string ("p"); a trainer would read the string as a list of characters',
    )
  })

  test('a torn last line and bytes that are no UTF-8 are named as such', async () => {
    const entries = await read(
      Buffer.concat([Buffer.from(`${GOOD}\n`), Buffer.from([0x22, 0xff, 0x22, 10]), Buffer.from('{"que')]),
    )
    expect(entries.slice(1).map(faultsOf)).toEqual([['invalid-utf8'], ['invalid-json']])
    expect((entries[2] as BadLine).faults[0]?.message).toContain('the file may be truncated')
  })

  test('a repeated given id names the line that had it first', async () => {
    const row = (id: string) =>
      `{"query_id":${id},"query":"q","positive_passages":[{"text":"p"}],"negative_passages":[{"text":"n"}]}\n`
    const entries = await read(row('"1"') + row('"2"') + row('"1"') + row('1'), 'tevatron')
    expect(entries.map(faultsOf)).toEqual([[], [], ['repeated-id'], ['repeated-id']])
    expect((entries[2] as BadLine).faults[0]?.message).toBe('duplicate row id "1", first at line 1')
  })
})

describe('ids', () => {
  test('made ids come from contents and stay unique', async () => {
    const entries = (await read(`${GOOD}\n{"query":"q","pos":["p"],"neg":["n","n"]}\n`)) as RowLine[]
    const [one, two] = entries.map(({ row }) => row)
    expect(one?.id).toMatch(/^[0-9a-f]{16}$/)
    expect(two?.id).toBe(`${one?.id}#2`)
    expect(two?.passages.map(({ id }) => id)).toEqual([
      ...(one?.passages ?? []).map(({ id }) => id),
      `${one?.passages[1]?.id}#2`,
    ])
  })

  test('64-bit ids keep their digits', async () => {
    const line =
      '{"query_id":12345678901234567890,"query":"q","positive_passages":[{"docid":98765432109876543210,"text":"p"}],"negative_passages":[{"docid":7,"text":"n"}]}'
    const [entry] = (await read(line, 'tevatron')) as RowLine[]
    expect(entry?.row.id).toBe('12345678901234567890')
    expect(entry?.row.passages.map(({ id }) => id)).toEqual(['98765432109876543210', '7'])
  })
})

describe('writing moved labels', () => {
  const move = (row: Row, to: Record<string, Row['passages'][number]['label']>): Row => ({
    ...row,
    passages: row.passages.map((passage, index) => ({ ...passage, label: to[index] ?? passage.label })),
  })

  test('BGE: scores and other parallel lists follow, everything else keeps its text', async () => {
    const line =
      '{"query": "q", "pos": ["p"], "neg": ["a", "b"], "pos_scores": [1.0], "neg_scores": [2.50, 3e0], "neg_id": [11, 12345678901234567890], "pos_id": [9], "type": "normal", "x": {"y": 1.0}}\r\n'
    const [entry] = (await read(line)) as RowLine[]
    const bytes = relabelledBytes(entry!, move(entry!.row, { 2: 'positive', 1: 'ignored' }), formatNamed('bge'))
    expect(bytes.toString()).toBe(
      '{"query":"q","pos":["p","b"],"neg":[],"pos_scores":[1.0,3e0],"neg_scores":[],"neg_id":[],"pos_id":[9,12345678901234567890],"type":"normal","x":{"y":1.0}}\r\n',
    )
  })

  test('BGE: a score that does not exist becomes null, lists of other lengths are left alone', async () => {
    const [entry] = (await read(
      '{"query":"q","pos":["p"],"neg":["a"],"pos_scores":[1],"neg_note":[1,2,3]}',
    )) as RowLine[]
    expect(relabelledBytes(entry!, move(entry!.row, { 1: 'positive' }), formatNamed('bge')).toString()).toBe(
      '{"query":"q","pos":["p","a"],"neg":[],"pos_scores":[1,null],"neg_note":[1,2,3]}',
    )
  })

  test('Tevatron: passages move whole, id lists with them', async () => {
    const line =
      '{"query_id":"1","query":"q","positive_passages":[{"docid":"p","text":"p"}],"negative_passages":[{"docid":"a","text":"a","extra":1.0},{"docid":"b","text":"b"}],"positive_passage_ids":["p"],"negative_passage_ids":["a","b"],"response":"r"}'
    const [entry] = (await read(line, 'tevatron')) as RowLine[]
    expect(
      JSON.parse(relabelledBytes(entry!, move(entry!.row, { 1: 'positive' }), formatNamed('tevatron')).toString()),
    ).toEqual({
      query_id: '1',
      query: 'q',
      positive_passages: [
        { docid: 'p', text: 'p' },
        { docid: 'a', text: 'a', extra: 1 },
      ],
      negative_passages: [{ docid: 'b', text: 'b' }],
      positive_passage_ids: ['p', 'a'],
      negative_passage_ids: ['b'],
      response: 'r',
    })
  })
})

describe('telling the format', () => {
  test('by the first row that can be parsed', async () => {
    expect((await detectFormat(file(`not json\n\n${GOOD}\n`))).name).toBe('bge')
    expect((await detectFormat(file('{"query":"q","positive_passages":[],"negative_passages":[]}'))).name).toBe(
      'tevatron',
    )
  })

  test('an unknown one names the columns it saw and the formats there are', async () => {
    await expect(detectFormat(file('{"instruction":"q","output":"a"}'))).rejects.toMatchObject({
      message: expect.stringContaining('the first row has the columns instruction, output'),
      hint: expect.stringContaining('bge ('),
    })
    await expect(detectFormat(file(''))).rejects.toThrow('holds no row')
  })
})
