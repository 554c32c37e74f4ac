// Containers of rows as they occur: folders, patterns, shards, tables, arrays; and damaged ones, which are refused in words.
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { tempDir, writeJsonl } from '../../../test/support/files.ts'
import { textOf, type Line } from '../../base/lines.ts'
import { detectFormat } from '../read.ts'
import { containerOf } from './kind.ts'
import { readRecordLines } from './lines.ts'
import { openRecordSink } from './sink.ts'

async function linesIn(path: string): Promise<Line[]> {
  const all: Line[] = []
  for await (const lines of readRecordLines(path)) all.push(...lines)
  return all
}

const recordsIn = async (path: string) => (await linesIn(path)).map((line): unknown => JSON.parse(textOf(line)))

async function write(path: string, records: readonly object[]): Promise<string> {
  const sink = await openRecordSink({ path })
  for (const record of records) await sink.write(`${JSON.stringify(record)}\n`)
  await sink.commit()
  return path
}

const file = (name: string, contents: string | Buffer) => {
  const path = join(tempDir(), name)
  writeFileSync(path, contents)
  return path
}

const RECORDS = [1, 2, 3].map((number) => ({ query: `q${number}`, pos: ['p', 'ñ'], neg: [`n${number}`], number }))

describe('several files', () => {
  test('a folder is its train split, and a pattern what it matches; lines are named by their file', async () => {
    const folder = tempDir()
    mkdirSync(join(folder, 'data'))
    await write(join(folder, 'data', 'train-00000-of-00002.parquet'), RECORDS.slice(0, 2))
    await write(join(folder, 'data', 'train-00001-of-00002.parquet'), RECORDS.slice(2))
    await write(join(folder, 'data', 'test-00000-of-00001.parquet'), RECORDS)
    writeFileSync(join(folder, 'README.md'), '# rows')
    writeFileSync(join(folder, 'dataset_info.json'), '{}')
    expect(await recordsIn(folder)).toEqual(RECORDS)
    expect(await recordsIn(join(folder, 'data', '*-00001-*'))).toEqual(RECORDS.slice(2))
    const lines = await linesIn(folder)
    expect(lines.map(({ number, place }) => [number, place?.split('/').at(-1)])).toEqual([
      [1, 'train-00000-of-00002.parquet:1'],
      [2, 'train-00000-of-00002.parquet:2'],
      [3, 'train-00001-of-00002.parquet:1'],
    ])
  })

  test('a file without a last line break is not run into the next one', async () => {
    const folder = tempDir()
    writeFileSync(join(folder, 'a.jsonl'), '{"a":1}')
    writeFileSync(join(folder, 'b.jsonl'), '{"a":2}\n')
    const lines = await linesIn(folder)
    expect(Buffer.concat(lines.map(({ bytes }) => bytes)).toString()).toBe('{"a":1}\n{"a":2}\n')
  })

  test('what save_to_disk wrote is told by its list of files', async () => {
    const folder = join(tempDir(), 'saved')
    await write(`${folder}/`.replace('saved/', 'saved.arrow'), RECORDS)
    mkdirSync(join(folder, 'train'), { recursive: true })
    writeFileSync(join(folder, 'dataset_dict.json'), '{"splits": ["test", "train"]}')
    writeFileSync(join(folder, 'train', 'state.json'), '{"_data_files": [{"filename": "data-00000-of-00001.arrow"}]}')
    writeFileSync(join(folder, 'train', 'data-00000-of-00001.arrow'), readFileSync(`${folder}.arrow`))
    writeFileSync(join(folder, 'train', 'cache-1.arrow'), 'not read')
    expect(await recordsIn(folder)).toEqual(RECORDS)
  })

  test('a folder without rows, and a pattern without files, are refused', async () => {
    const folder = tempDir()
    writeFileSync(join(folder, 'notes.txt'), 'x')
    await expect(recordsIn(folder)).rejects.toMatchObject({
      message: expect.stringContaining('the folder has no file of rows'),
      hint: expect.stringContaining('found notes.txt'),
    })
    await expect(recordsIn(join(folder, '*.jsonl'))).rejects.toThrow('no file matches')
  })
})

describe('values', () => {
  const VALUES = [
    '{"whole":1,"long":9007199254740993,"decimal":1.0,"tiny":5e-324,"text":"a\\u0000b ☃","no":null,"yes":true,"list":[],"nested":[[1],[],[2,3]],"object":{"a":{"b":[{"c":"x"}]}}}',
    '{"whole":-3,"long":-9223372036854775808,"decimal":-0.25,"tiny":1e300,"text":"","no":null,"yes":false,"list":["x",""],"nested":[],"object":{"a":{"b":[]}}}',
  ]
  test.each(['parquet', 'arrow', 'json', 'jsonl.zst'])('stay as they are in %s', async (ending) => {
    const path = join(tempDir(), `rows.${ending}`)
    const sink = await openRecordSink({ path })
    for (const line of VALUES) await sink.write(`${line}\n`)
    await sink.commit()
    const lines = (await linesIn(path)).map(textOf)
    const numbers = (text: string) =>
      JSON.parse(text, ((_key: string, value: unknown, { source }: { source: string }) =>
        typeof value === 'number'
          ? [Number(source), /^-?\d+$/.test(source) ? source : 'decimal']
          : value) as never) as unknown
    expect(lines.map(numbers)).toEqual(VALUES.map(numbers))
  })
})

describe('tables', () => {
  test('quotes, line breaks, separators and a mark at the start are read; labels are numbers', async () => {
    const table = '\ufeffquery,passage,label\n"what, is",“it”,1\n"two\nlines","say ""no""",0\n'
    expect(await recordsIn(file('rows.csv', table))).toEqual([
      { query: 'what, is', passage: '“it”', label: 1 },
      { query: 'two\nlines', passage: 'say "no"', label: 0 },
    ])
    expect(await recordsIn(file('rows', 'anchor\tpositive\n"a" b\tc\n'))).toEqual([{ anchor: '"a" b', positive: 'c' }])
  })

  test('a line of another length is refused with its place', async () => {
    await expect(recordsIn(file('rows.csv', 'query,positive\na,b\nc\n'))).rejects.toThrow(
      /rows.csv:3: not a record of the table: Invalid Record Length/,
    )
  })
})

describe('arrays', () => {
  test('are cut wherever their elements end, whatever is in their texts', async () => {
    const rows = [{ q: 'a ] } , [ { "' }, { q: '\\', n: [[], {}, [{ a: '"' }]] }, { q: '\n' }]
    for (const space of [undefined, 2, '\t']) {
      const text = JSON.stringify(rows, undefined, space)
      expect(await recordsIn(file('rows.json', text))).toEqual(rows)
      expect(await recordsIn(file('rows', ` \n${text}\n`))).toEqual(rows)
    }
    const many = Array.from({ length: 20_000 }, (_none, at) => ({ at, text: 'x]'.repeat(at % 40) }))
    expect(await recordsIn(file('rows.json', JSON.stringify(many)))).toEqual(many)
    expect(await recordsIn(file('rows.json', '[]'))).toEqual([])
    expect(
      await recordsIn(file('nemo.json', '{"corpus": [{"path": "c", "data": [1]}],\n "data": [{"a": 1}], "more": [2]}')),
    ).toEqual([{ a: 1 }])
  })

  test('one that ends too early is refused', async () => {
    await expect(recordsIn(file('rows.json', '[{"a": 1}, {"a": '))).rejects.toThrow('it ends within row 2')
  })
})

describe('damaged files', () => {
  test.each(['parquet', 'arrow'])('a %s file that was cut is refused at any place', async (ending) => {
    const whole = readFileSync(await write(join(tempDir(), `rows.${ending}`), RECORDS))
    let refused = 0
    for (const share of [0.05, 0.2, 0.5, 0.8, 0.95]) {
      const path = file(`cut.${ending}`, whole)
      truncateSync(path, Math.floor(whole.length * share))
      const records = await recordsIn(path).catch((error: Error) => error)
      if (records instanceof Error) refused += 1
      else expect(records).toEqual(RECORDS)
    }
    expect(refused).toBeGreaterThanOrEqual(4)
  })

  test('compression that was cut is refused', async () => {
    const bytes = zstdCompressSync(Buffer.from('{"query": "q"}\n'.repeat(1000)))
    await expect(recordsIn(file('rows.jsonl.zst', bytes.subarray(0, bytes.length - 9)))).rejects.toThrow('cannot read')
  })

  test('containers are told by their bytes, not by their names', async () => {
    const parquet = readFileSync(await write(join(tempDir(), 'rows.parquet'), RECORDS))
    expect(await containerOf(file('rows.jsonl', parquet))).toBe('parquet')
    expect(await containerOf(file('rows.parquet', '{"query": "q"}\n'))).toBe('jsonl')
    expect(await containerOf(file('rows.csv', '[{"query": "q"}]'))).toBe('json')
    expect(await containerOf(file('rows.jsonl', ''))).toBe('jsonl')
  })
})

describe('recognised, and refused', () => {
  test.each<[string, object, string]>([
    ['triplets', { query: 'q', positive: 'p' }, 'sentence-transformers triplets, its column "negative" is missing'],
    ['BGE', { query: 'q', pos: ['p'] }, 'BGE rows, its column "neg" is missing'],
    [
      'DPR',
      { question: 'q', positive_ctxs: [] },
      'DPR rows, its column "hard_negative_ctxs" or "negative_ctxs" is missing',
    ],
    [
      'Tevatron',
      { query_id: '1', query: 'q', positive_passages: [] },
      'Tevatron rows, its column "negative_passages" is missing',
    ],
    [
      'Tevatron v2',
      { query_text: 'q', positive_document_ids: ['1'] },
      'Tevatron rows with a corpus, its column "negative_document_ids" is missing',
    ],
    ['ms-swift', { messages: [], positive_messages: [] }, 'its column "negative_messages" is missing'],
    ['NeMo', { question: 'q', pos_doc: ['p'] }, 'NeMo rows with their texts, its column "neg_doc" is missing'],
  ])('%s', async (_what, row, message) => {
    const path = writeJsonl(join(tempDir(), 'rows.jsonl'), [row])
    await expect(detectFormat(path)).rejects.toThrow(
      `${path}:1: this looks like ${message.startsWith('its') ? '' : message}`,
    )
    await expect(detectFormat(path)).rejects.toThrow(message)
  })

  test('ids of passages by miner are no BGE rows, and the message says how they become triples of ids', async () => {
    const row = { qid: 1, pos: [2], neg: { bm25: [3, 4], 'mpnet-margin': [5] } }
    const path = writeJsonl(join(tempDir(), 'hard.jsonl'), [row])
    await expect(detectFormat(path)).rejects.toMatchObject({
      message: `${path}:1: these are hard negatives of MS MARCO by miner (qid, pos, neg with bm25, mpnet-margin): ids without texts`,
      hint: expect.stringContaining('| @tsv'),
    })
  })

  test('candidates without labels say so, not that they are negatives', async () => {
    const path = writeJsonl(join(tempDir(), 'rows.jsonl'), [
      { query: { text: 'q', qid: '1' }, candidates: [{ docid: 'd', score: 1, doc: { segment: 'x' } }] },
    ])
    expect((await detectFormat(path)).name).toBe('rankllm')
  })
})
