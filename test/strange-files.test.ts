// Files as they come: damaged, cut, mislabelled, or merely odd. Each is refused with a message that says what it is, or read with what is
// wrong told by line; none is read as something else in silence.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../src/base/errors.ts'
import { readLines, textOf } from '../src/base/lines.ts'
import { openRecordSink } from '../src/rows/containers/sink.ts'
import { formatNamed } from '../src/rows/formats/index.ts'
import { openInput } from '../src/rows/input.ts'
import { readRows, relabelledBytes } from '../src/rows/read.ts'
import { tempDir } from './support/files.ts'

const ROW = '{"query":"q","pos":["p"],"neg":["n"]}'
const G = `${ROW}\n`
const HEADER = 'query,positive,negative\n'
const row = (more: object) => `${JSON.stringify({ query: 'q', pos: ['p'], neg: ['n'], ...more })}\n`
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')
const latin1 = (text: string) => Buffer.from(text, 'latin1')
const TEVATRON =
  '{"query_id":"1","query":"q","positive_passages":[{"docid":"1","text":"p"}],"negative_passages":[{"docid":"2","text":"n"}]}\n'

type Contents = string | Buffer
/** The names and contents of a file or of a folder's files; a link is `→ target`. */
type Files = Record<string, Contents>

const place = (files: Files): string => {
  const folder = tempDir()
  for (const [name, contents] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    if (name.endsWith('/')) mkdirSync(path, { recursive: true })
    else if (typeof contents === 'string' && contents.startsWith('→ ')) symlinkSync(contents.slice(2), path)
    else writeFileSync(path, contents)
  }
  const [first = ''] = Object.keys(files)
  return join(folder, first.includes('/') ? (first.split('/')[0] as string) : first)
}

async function read(path: string) {
  const input = await openInput(path)
  const texts: string[] = []
  const faults: string[] = []
  try {
    for await (const batch of readRows(input)) {
      for (const entry of batch) {
        if ('row' in entry) texts.push(textOf(entry.line))
        else faults.push(...entry.faults.map(({ code, message }) => `${entry.line.number} ${code}: ${message}`))
      }
    }
  } finally {
    await input.close()
  }
  return { format: input.format.name, texts, faults }
}

/** Parquet or Arrow with a few rows, as bytes. */
async function bytesOf(ending: 'parquet' | 'arrow', lines: readonly string[]): Promise<Buffer> {
  const path = join(tempDir(), `rows.${ending}`)
  const sink = await openRecordSink({ path })
  for (const line of lines) await sink.write(line)
  await sink.commit()
  return readFileSync(path)
}

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

describe('read, and what is wrong is told by line', () => {
  const READ: [what: string, files: Files, rows: number, faults?: string[]][] = [
    ['a mark at the start', { 'a.jsonl': `\ufeff${G}${G}` }, 2],
    ['carriage returns and line feeds', { 'a.jsonl': `${ROW}\r\n${ROW}\r\n` }, 2],
    ['no last line break', { 'a.jsonl': G + ROW }, 2],
    ['gzip under another name', { 'a.jsonl': GZ }, 2000],
    ['plain text named gzip', { 'a.jsonl.gz': G + G }, 2],
    ['JSON lines named Parquet', { 'a.parquet': G + G }, 2],
    ['members of gzip, one after another', { 'a.jsonl.gz': Buffer.concat([gzipSync(G), gzipSync(G)]) }, 2],
    [
      'one line in Latin-1',
      { 'a.jsonl': latin1(`${G}{"query":"caf\xe9"}\n`) },
      1,
      ['2 invalid-utf8: the line is not valid UTF-8'],
    ],
    ['one element in Latin-1', { 'a.json': latin1(`[${ROW},\n{"query":"caf\xe9"}]`) }, 1, ['2 invalid-utf8']],
    [
      'zero bytes between lines',
      { 'a.jsonl': `${G}\0\0\n${G}` },
      2,
      ["2 invalid-json: invalid JSON: Unexpected token '\\u0000'"],
    ],
    ['zero bytes at the end', { 'a.jsonl': G + '\0'.repeat(5000) }, 1, ['2 invalid-json']],
    ['a zero byte in a text', { 'a.jsonl': `{"query":"a\0b","pos":["p"],"neg":["n"]}\n${G}` }, 1, ['1 invalid-json']],
    ['a comma too many', { 'a.jsonl': `{"query":"q","pos":["p"],"neg":["n"],}\n${G}` }, 1, ['1 invalid-json']],
    [
      'NaN',
      { 'a.jsonl': `{"query":"q","pos":["p"],"neg":["n"],"pos_scores":[NaN]}\n${G}` },
      1,
      ["1 invalid-json: invalid JSON: Unexpected token 'N'"],
    ],
    [
      'Infinity',
      { 'a.jsonl': `{"query":"q","pos":["p"],"neg":["n"],"pos_scores":[Infinity]}\n${G}` },
      1,
      ['1 invalid-json'],
    ],
    ['two rows on a line', { 'a.jsonl': `${ROW}${G}${G}` }, 1, ['1 invalid-json']],
    ['a comment', { 'a.jsonl': `// rows\n${G}` }, 1, ['1 invalid-json']],
    ['a line separator that is white space elsewhere', { 'a.jsonl': `${ROW}\u2028\n${G}` }, 1, ['1 invalid-json']],
    [
      'a number as query',
      { 'a.jsonl': row({ query: 7 }) + G },
      1,
      ['1 wrong-type: "query" must be a string, found a number (7)'],
    ],
    ['numbers of many digits as ids', { 'a.jsonl': TEVATRON.replaceAll('"1"', '12345678901234567890') }, 1],
    [
      'nulls',
      { 'a.jsonl': row({ pos: [null] }) + row({ neg: null }) + row({ query: null }) + G },
      1,
      ['1 wrong-type', '2 wrong-type', '3 wrong-type'],
    ],
    [
      'a key twice',
      { 'a.jsonl': `{"query":"q","pos":["p"],"neg":["n"],"neg":["m"]}\n${G}` },
      1,
      ['1 repeated-key: the key "neg" is there twice in one object'],
    ],
    [
      'a key twice in a passage',
      { 'a.jsonl': TEVATRON.replace('"text":"n"', '"text":"n","te\\u0078t":"m"') + TEVATRON.replace('"1"', '"5"') },
      1,
      ['1 repeated-key: the key "text"'],
    ],
    [
      'no query',
      { 'a.jsonl': `{"pos":["p"],"neg":["n"]}\n${G}` },
      1,
      ['1 wrong-type: "query" must be a string, found nothing'],
    ],
    [
      'a text in place of a list',
      { 'a.jsonl': row({ pos: 'p' }) + G },
      1,
      ['1 wrong-type: "pos" must be a list, found a string ("p"); a trainer would read'],
    ],
    ['an empty list of positives', { 'a.jsonl': row({ pos: [] }) + G }, 1, ['1 no-positive']],
    ['scores of another length', { 'a.jsonl': row({ neg_scores: [1, 2] }) + G }, 1, ['1 wrong-length']],
    [
      'the same id twice',
      { 'a.jsonl': TEVATRON + TEVATRON },
      1,
      ['2 repeated-id: duplicate row id "1", first at line 1'],
    ],
    [
      'half of a surrogate pair',
      { 'a.jsonl': `{"query":"\\ud83d","pos":["p"],"neg":["n\\udc00"]}\n${G}` },
      1,
      ['1 lone-surrogate: the query holds', '1 lone-surrogate: passage 2, a negative,'],
    ],
    [
      'arrays in arrays without end',
      { 'a.jsonl': row({ x: 0 }).replace(':0', `:${'['.repeat(9999)}${']'.repeat(9999)}`) + G },
      1,
      ['1 too-deep: values are nested 10000 deep'],
    ],
    [
      'objects in objects without end',
      { 'a.jsonl': row({ x: 0 }).replace(':0', `:${'{"a":'.repeat(9999)}1${'}'.repeat(9999)}`) + G },
      1,
      ['1 too-deep'],
    ],
    ['one line of megabytes', { 'a.jsonl': row({ neg: ['n'.repeat(3e6)] }) + G }, 2],
    [
      'names of what objects have by themselves',
      { 'a.jsonl': `{"__proto__":{"a":1},"constructor":2,${ROW.slice(1)}\n` },
      1,
    ],
    ['a number beyond all others', { 'a.jsonl': row({ x: 0 }).replace(':0', ':1e400') }, 1],
    ['positives among the negatives, which doctor tells', { 'a.jsonl': row({ neg: ['p', 'n'] }) }, 1],
    ['an array', { 'a.json': `[${ROW}, ${ROW}]` }, 2],
    ['an array with a comma at its end', { 'a.json': `[${ROW},${ROW},]` }, 2],
    [
      'an array with what is no row',
      { 'a.json': `[${ROW},null,7]` },
      1,
      ['2 invalid-json: the line is JSON but not an object', '3 invalid-json'],
    ],
    ['quoted line breaks', { 'a.csv': `${HEADER}"a\nb",p,"n ""x"", y"\n` }, 1],
    ['semicolons', { 'a.csv': 'query;positive;negative\nq, or not;p;n\n' }, 1],
    ['tabs under a name of commas', { 'a.csv': HEADER.replaceAll(',', '\t') + 'q\tp\tn\n' }, 1],
    ['a table with a mark', { 'a.csv': `\ufeff${HEADER}q,p,n\n` }, 1],
    ['a table in UTF-16', { 'a.csv': utf16(`${HEADER}q,p,n\n`) }, 1],
    ['a table with carriage returns', { 'a.csv': `${HEADER}q,p,n\n`.replaceAll('\n', '\r') }, 1],
    ['an empty cell', { 'a.csv': `${HEADER}q,p,n\n,p,n\n` }, 1, ['3 empty-query']],
    ['a folder of shards with other columns, which doctor tells', { 'f/a.jsonl': G, 'f/b.jsonl': row({ more: 1 }) }, 2],
    ['a folder with an empty shard', { 'f/a.jsonl': '', 'f/b.jsonl': G }, 1],
    [
      'a folder of two containers',
      { 'f/a.jsonl': G, 'f/b.csv': `${HEADER}q,p,n\n` },
      1,
      ['3 wrong-type: "pos" must be a list, found nothing', '3 wrong-type'],
    ],
    ['a folder of two formats', { 'f/a.jsonl': G, 'f/b.jsonl': TEVATRON }, 1, ['2 wrong-type', '2 wrong-type']],
    ['a folder that is within itself', { 'f/a.jsonl': G, 'f/again': '→ .' }, 1],
    ['a folder that is named like a file', { 'f/a.jsonl': G, 'f/x.jsonl/b.jsonl': G }, 2],
  ]

  test.each(READ)('%s', async (_what, files, rows, faults = []) => {
    const found = await read(place(files))
    expect(found.texts).toHaveLength(rows)
    expect(found.faults.map((fault, at) => fault.slice(0, faults[at]?.length ?? 200))).toEqual(faults)
  })

  test.each([
    ['"a\nb",p,n', { query: 'a\nb', positive: 'p', negative: 'n' }],
    ['q;x,p,n', { query: 'q;x', positive: 'p', negative: 'n' }],
  ])('the values of a table: %s', async (line, record) => {
    const { texts } = await read(place({ 'a.csv': `${HEADER}${line}\n` }))
    expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual([record])
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

describe('lines', () => {
  test('too long to be a string are refused by their number', async () => {
    const path = place({ 'a.jsonl': `${G}${'x'.repeat(600_000)}` })
    const lines = async () => {
      for await (const batch of readLines(path, undefined, 500_000)) void batch
    }
    await expect(lines()).rejects.toMatchObject({
      message: `${path}:2: the line is longer than 1 MB, too long to be read`,
      hint: expect.stringContaining('head -c 300'),
    })
  })

  test('a changed row keeps keys that objects have by themselves, and its numbers', async () => {
    const path = place({ 'a.jsonl': `{"__proto__":{"a":1.0},"query":"q","pos":["p"],"neg":["n","m"],"x":1e400}\n` })
    for await (const [entry] of readRows({ path, format: formatNamed('bge') })) {
      if (!entry || !('row' in entry)) throw new Error('no row')
      const after = { ...entry.row, passages: entry.row.passages.slice(0, 2) }
      expect(relabelledBytes(entry, after, formatNamed('bge')).toString()).toBe(
        `{"__proto__":{"a":1.0},"query":"q","pos":["p"],"neg":["n"],"x":1e400}\n`,
      )
    }
  })
})
