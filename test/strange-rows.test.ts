// Odd files that can be read: what is wrong in them is told by line, and nothing is read as something else in silence.
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readLines } from '../src/base/lines.ts'
import { formatNamed } from '../src/rows/formats/index.ts'
import { readRows, relabelledBytes } from '../src/rows/read.ts'
import { ROW, G, HEADER, row, utf16, latin1, TEVATRON, type Files, place, read } from './support/strange.ts'

const GZ = gzipSync(G.repeat(2000))

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
      ['3 other-format: the row is one of sentence-transformers triplets, and those of the file are BGE rows'],
    ],
    [
      'a folder of two formats',
      { 'f/a.jsonl': G, 'f/b.jsonl': TEVATRON },
      1,
      ['2 other-format: the row is one of Tevatron rows'],
    ],
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
