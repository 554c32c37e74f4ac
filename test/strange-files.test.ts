// Damaged, cut and mislabelled files: each is refused with a message that says what it is.
import { dirname } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../src/base/errors.ts'
import { ROW, G, HEADER, row, utf16, latin1, type Files, place, read, bytesOf } from './support/strange.ts'

const GZ = gzipSync(G.repeat(2000))
const ZST = zstdCompressSync(Buffer.from(G.repeat(2000)))

describe('refused, and it is said why', () => {
  const REFUSED: [what: string, files: Files, message: string, hint?: string][] = [
    ['gzip that was cut', { 'a.jsonl.gz': GZ.subarray(0, -20) }, 'a.jsonl.gz after line 1915: unexpected end of file'],
    ['zstd that was cut', { 'a.jsonl.zst': ZST.subarray(0, -9) }, 'cannot read F/a.jsonl.zst: unexpected end of file'],
    [
      'gzip with garbage after it',
      { 'a.gz': Buffer.concat([gzipSync(G), Buffer.from('garbage')]) },
      'incorrect header check',
    ],
    ['gzip of gzip', { 'a.jsonl.gz': gzipSync(gzipSync(G)) }, 'a.jsonl.gz is compressed twice', 'gunzip'],
    [
      'gzip of Parquet',
      { 'a.parquet.gz': gzipSync('PAR1 and so on') },
      'is a Parquet file inside gzip or zstd',
      'Unpack it first',
    ],
    [
      'a zip archive',
      { 'a.jsonl': latin1('PK\x03\x04\0\0\0\0') },
      'a.jsonl is a zip archive, not a file of rows',
      'Unpack',
    ],
    ['bzip2', { 'a.jsonl.bz2': latin1('BZh91AY&SY\0\0') }, 'is compressed with bzip2', 'bunzip2'],
    ['xz', { 'a.jsonl.xz': latin1('\xfd7zXZ\0') }, 'is compressed with xz', 'unxz'],
    ['a pickle', { 'a.jsonl': latin1('\x80\x04\x95\x01\x02') }, 'is a Python pickle'],
    ['a database', { 'a.jsonl': 'SQLite format 3\0aaaa' }, 'is an SQLite database', 'Export'],
    [
      'a web page in place of the data',
      { 'a.jsonl': '<!DOCTYPE html><html>404</html>\n' },
      'is a web page',
      'download may have failed',
    ],
    [
      'a pointer of Git LFS',
      { 'a.jsonl': 'version https://git-lfs.github.com/spec/v1\noid sha256:abc\n' },
      'is a pointer of Git LFS',
      'git lfs pull',
    ],
    ['UTF-16', { 'a.jsonl': utf16(G + G) }, 'a.jsonl is UTF-16, not UTF-8', 'iconv'],
    ['UTF-16, big end first', { 'a.jsonl': utf16(G + G).swap16() }, 'a.jsonl is UTF-16, not UTF-8', 'iconv'],
    ['UTF-16 without a mark', { 'a.jsonl': utf16(G + G).subarray(2) }, 'is UTF-16 or binary', 'iconv'],
    ['nothing', { 'a.jsonl': '' }, 'a.jsonl holds no row'],
    ['only white space', { 'a.jsonl': ' \n\t\n\n' }, 'a.jsonl holds no row'],
    ['a table with a header only', { 'a.csv': HEADER }, 'a.csv holds no row'],
    [
      'lines that end in a carriage return',
      { 'a.jsonl': `${ROW}\r${ROW}\r` },
      'a.jsonl:1: not a known format of training rows',
      "tr '\\r' '\\n'",
    ],
    [
      'rows over several lines',
      { 'a.jsonl': JSON.stringify(JSON.parse(ROW), undefined, 2) },
      'no line is a JSON object; of this one',
      'jq -c .',
    ],
    ['commas between lines', { 'a.jsonl': `${ROW},\n${ROW},\n` }, 'after JSON at position 37', 'remove the comma'],
    ['Python dicts', { 'a.jsonl': "{'query': 'q'}\n" }, 'Expected property name', 'json.dumps'],
    [
      'an array that was cut',
      { 'a.json': `[${ROW},${ROW.slice(0, 20)}` },
      'cannot read F/a.json: it ends within row 2',
    ],
    [
      'something after an array',
      { 'a.json': `[${ROW},${ROW}] trailing` },
      'after the array of 2 rows more follows: "trailing"',
    ],
    [
      'an array on each line',
      { 'a.jsonl': `[${ROW}]\n[${ROW}]\n` },
      'after the array of 1 rows more follows',
      'one a line',
    ],
    ['an array without commas', { 'a.json': `[${ROW} ${ROW}]` }, 'a.json:1: not a known format'],
    ['an array of texts', { 'a.json': '["a","b"]' }, 'it is JSON, but not an object'],
    [
      'unknown keys only',
      { 'a.jsonl': '{"foo":1,"bar":[2]}\n' },
      'the first row has the columns foo, bar',
      'Known formats: bge',
    ],
    [
      'no column of negatives',
      { 'a.jsonl': '{"query":"q","pos":["p"]}\n' },
      'a.jsonl:1: this looks like BGE rows, its column "neg" is missing',
      'Mine negatives',
    ],
    ['escapes in what is shown', { 'a.jsonl': '{"query":"\u001b[31mred\u202e","pos"\n' }, 'no line is a JSON object'],
    ['a record of another length', { 'a.csv': `${HEADER}q,p,n\nq2,p2\n` }, 'a.csv:3: not a record of the table'],
    [
      'a quote that is never closed',
      { 'a.csv': `${HEADER}q,"p,n\n` },
      'a.csv:2: not a record of the table: Quote Not Closed',
    ],
    [
      'a table in Latin-1',
      { 'a.csv': latin1(`${HEADER}q,p,n\ncaf\xe9,p,n\n`) },
      'a.csv:3: the line is not valid UTF-8',
      'iconv -f LATIN1',
    ],
    [
      'a table that was cut',
      { 'a.csv.gz': gzipSync(HEADER + 'q,p,n\n'.repeat(999)).subarray(0, -9) },
      'unexpected end of file',
    ],
    [
      'a column twice',
      { 'a.csv': 'query,positive,negative,negative\nq,p,n,m\n' },
      'a.csv:1: the column "negative" is there twice',
    ],
    ['Parquet of four bytes', { 'a.parquet': 'PAR1' }, 'cannot read F/a.parquet: it is cut off'],
    ['Parquet with a footer of noise', { 'a.parquet': `PAR1${'x'.repeat(100)}PAR1` }, 'cannot read F/a.parquet'],
    ['encrypted Parquet', { 'a.parquet': `PARE${'x'.repeat(100)}PARE` }, 'is an encrypted Parquet file'],
    ['Arrow of noise', { 'a.arrow': 'ARROW1\0\0garbage garbage' }, 'there is no message of Arrow at byte 8'],
    ['an empty folder', { 'a.jsonl/': '' }, 'the folder has no file of rows', 'found nothing'],
    ['a link to itself', { 'a.jsonl': '→ a.jsonl' }, 'a link in its path leads back to itself'],
    ['a link to nothing', { 'a.jsonl': '→ nowhere.jsonl' }, 'cannot read F/a.jsonl: no such file'],
    ['a link to nothing in a folder', { 'f/a.jsonl': '→ no', 'f/b.jsonl': G }, 'cannot read F/f/a.jsonl: no such file'],
  ]

  test.each(REFUSED)('%s', async (_what, files, message, hint = '') => {
    const path = place(files)
    const error = await read(path).then(
      () => new Error('it was read'),
      (thrown: unknown) => thrown as UsageError,
    )
    expect(error).toBeInstanceOf(UsageError)
    expect(error.message.replaceAll(dirname(path), 'F')).toContain(message)
    expect((error as UsageError).hint ?? '').toContain(hint)
    // oxlint-disable-next-line no-control-regex
    expect(error.message).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/)
  })
})

describe('Parquet and Arrow', () => {
  test.each(['parquet', 'arrow'] as const)('%s under another name, or cut', async (ending) => {
    const whole = await bytesOf(ending, [G, row({ query: 'two' })])
    expect((await read(place({ 'a.jsonl': whole }))).texts).toHaveLength(2)
    expect((await read(place({ 'f/a.jsonl': whole, 'f/b.jsonl': G }))).texts).toHaveLength(3)
    for (const share of [0.1, 0.5, 0.9]) {
      const cut = whole.subarray(0, Math.floor(whole.length * share))
      await expect(read(place({ [`a.${ending}`]: cut }))).rejects.toThrow(UsageError)
    }
  })

  test('an Arrow file with a length beyond its end is refused, whatever the length', async () => {
    const whole = await bytesOf('arrow', [G, G])
    const start = whole.toString('latin1', 0, 6) === 'ARROW1' ? 8 : 0
    for (const length of [0x7fffffff, 0xfffffff0]) {
      const long = Buffer.from(whole)
      long.writeUInt32LE(length, start + 4)
      await expect(read(place({ 'a.arrow': long }))).rejects.toThrow('it is truncated')
    }
  })

  test.each(['parquet', 'arrow'] as const)(
    '%s: lists that are null are null, not missing; deep values stay',
    async (ending) => {
      const odd = row({ x: [[['a']], []], y: null, when: 12345678901234567890n.toString() })
      const { texts } = await read(
        place({ [`a.${ending}`]: await bytesOf(ending, [odd, row({ x: null, y: ['b'], when: 'w' })]) }),
      )
      expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual([
        JSON.parse(odd),
        { query: 'q', pos: ['p'], neg: ['n'], x: null, y: ['b'], when: 'w' },
      ])
    },
  )
})
