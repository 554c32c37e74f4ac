// Covers the end of the summary: changes worth showing, whatever the rows contain, and commands that can be typed.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PageStyle } from '../page.ts'
import type { Row } from '../../rows/row.ts'
import type { ListedChange } from '../../job/changes/listed-change.ts'
import { TellingChanges } from '../../job/changes/telling.ts'
import { exampleLines, nextLines } from './examples.ts'

const style: PageStyle = { width: 60, heading: String, faint: String, marked: (text) => `«${text}»` }

const change = (row: string, given: Partial<ListedChange> = {}): ListedChange => ({
  line: 1,
  row,
  passage: 'p',
  from: 'negative',
  to: 'positive',
  stage: 'judge',
  model: 'a model',
  verdict: 'better',
  reason: 'It says the same.',
  query: `query of ${row}`,
  text: `text of ${row}`,
  ...given,
})

const POSITIVE = 'Calcium is short. The water brings it.'

const rowOf = ({ row: id, query, text }: ListedChange): Row => ({
  id,
  query,
  passages: [
    { id: 'given', text: POSITIVE, label: 'positive', origin: 'given' },
    { id: 'p', text, label: 'negative', origin: 'given' },
  ],
})

function tellingOf(changes: readonly ListedChange[]): TellingChanges {
  const telling = new TellingChanges()
  for (const each of changes) telling.add(each, rowOf(each))
  return telling
}

const rowsOf = (changes: readonly ListedChange[]) =>
  tellingOf(changes)
    .first(3)
    .map(({ row, to }) => [row, to])

const linesOf = (each: ListedChange, all = 1) => exampleLines(tellingOf([each]).first(3), all, style)

describe('examples', () => {
  it('are what became positive and one that was taken out, each of another row', () => {
    const copy = change('copy', { to: 'ignored', stage: 'duplicate', verdict: null })
    const out = (row: string) => change(row, { to: 'ignored', verdict: 'worse' })
    expect(rowsOf([copy, out('a'), change('a'), change('b'), change('b'), change('c'), out('d')])).toEqual([
      ['a', 'positive'],
      ['b', 'positive'],
      ['d', 'ignored'],
    ])
  })

  it('are of one kind where there is no other, and copies only where nothing else changed', () => {
    expect(rowsOf(['a', 'b', 'c', 'd'].map((row) => change(row)))).toEqual([
      ['a', 'positive'],
      ['b', 'positive'],
      ['c', 'positive'],
    ])
    expect(rowsOf([change('a', { to: 'ignored', stage: 'known' })])).toEqual([['a', 'ignored']])
  })

  it('are first those with marked words, however many rows there are', () => {
    const many = Array.from({ length: 500 }, (_, at) => change(`row ${at}`))
    const marked = change('marked', { text: 'It is late. The water brings calcium.' })
    expect(rowsOf([change('first'), marked, ...many])[0]).toEqual(['marked', 'positive'])
    expect(tellingOf(many).all()).toHaveLength(24)
  })

  it('are none without changes', () => {
    expect(rowsOf([])).toEqual([])
    expect(exampleLines([], 0, style)).toEqual([])
  })

  it('show query, positive, passage, from and to, and the reason, within the width', () => {
    const long = 'word '.repeat(80)
    const lines = linesOf(change('a', { text: long, reason: long, to: 'ignored', verdict: 'worse' }), 35)
    expect(lines[0]).toBe('1 of 35 changes')
    expect(lines.join('\n')).toContain(`  query     query of a\n  positive  ${POSITIVE}\n  passage   word word`)
    expect(lines).toContain('  change    negative → removed  (judge: worse)')
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(60)
    expect(lines.length).toBeLessThan(14)
  })

  it('mark the words that a model quoted', () => {
    const text = `${'before '.repeat(30)}the very words${' after'.repeat(30)}`
    const snippet = { in: 'text' as const, text: 'the very words', start: 210, end: 224 }
    const lines = linesOf(change('a', { text, snippet }))
    expect(lines[0]).toBe('1 change')
    expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toContain('before «the very words» after')
  })

  it('mark the sentence most like the reason and the positive where no model quoted any, and say so', () => {
    const lines = linesOf(change('a', { text: 'It is late. The water brings calcium.' }))
    expect(lines[0]).toBe('1 change; marked: the sentence most like the reason and the positive')
    expect(lines.join('\n')).toContain('It is late. «The water brings calcium.»')
  })

  it('let nothing through that steers a terminal', () => {
    const evil = '\u001b[2Jgone\r\nx'
    const lines = linesOf(change('a', { text: evil, query: evil, reason: evil }))
    for (const character of ['\u001b', '\r', '\n']) expect(lines.join('')).not.toContain(character)
  })
})

describe('the next commands', () => {
  beforeEach(() => void vi.stubEnv('npm_execpath', undefined))
  afterEach(() => void vi.unstubAllEnvs())

  const manifest = {
    command: 'clean',
    input: { path: 'my rows.jsonl' },
    outputs: { rows: 'out/cleaned.jsonl', manifest: '' },
  }

  it('are written as a shell takes them', () => {
    expect(nextLines(manifest as never, "it's")).toEqual([
      'next',
      '  winnow changes out/cleaned.jsonl                                  read all changes here',
      '  winnow studio out/cleaned.jsonl                                   read them in a page, try other policies, audit',
      String.raw`  winnow explain out/cleaned.jsonl 'it'\''s'                        the first of these: all evidence and calls`,
      `  winnow compare 'my rows.jsonl' out/cleaned.jsonl --eval BEIR_DIR  does it train a better retriever?`,
    ])
  })

  it('begin with npx where npm started this, and leave out what cannot be named', () => {
    vi.stubEnv('npm_execpath', 'npm')
    expect(nextLines({ ...manifest, input: { path: '-' } } as never, 'a')).toEqual([
      'next',
      '  npx winnow changes out/cleaned.jsonl    read all changes here',
      '  npx winnow studio out/cleaned.jsonl     read them in a page, try other policies, audit',
      '  npx winnow explain out/cleaned.jsonl a  the first of these: all evidence and calls',
    ])
    expect(nextLines({ ...manifest, outputs: { rows: '-', manifest: '' } } as never, 'a')).toEqual([])
    // An id with terminal control characters appears in no command.
    expect(nextLines(manifest as never, 'a\u001b[2J').join('')).not.toContain('\u001b')
  })
})
