// Covers the end of the summary: changes worth showing, whatever the rows contain, and commands that can be typed.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { tempDir } from '../../../test/support/files.ts'
import type { PageStyle } from '../page.ts'
import { exampleChanges, exampleLines, nextLines, type ListedChange } from './examples.ts'

const style: PageStyle = { width: 60, heading: String, faint: String, marked: (text) => `«${text}»` }

const change = (row: string, given: Partial<ListedChange> = {}): ListedChange => ({
  row,
  from: 'negative',
  to: 'positive',
  stage: 'judge',
  verdict: 'better',
  reason: 'It says the same.',
  query: `query of ${row}`,
  text: `text of ${row}`,
  ...given,
})

function listOf(changes: readonly ListedChange[]): string {
  const path = join(tempDir(), 'changes.jsonl')
  writeFileSync(path, changes.map((each) => `${JSON.stringify(each)}\n`).join(''))
  return path
}

const rowsOf = async (changes: readonly ListedChange[]) =>
  (await exampleChanges(listOf(changes))).map(({ row, to }) => [row, to])

describe('examples', () => {
  it('are what became positive and one that was taken out, each of another row', async () => {
    const copy = change('copy', { to: 'ignored', stage: 'duplicate', verdict: null })
    const out = (row: string) => change(row, { to: 'ignored', verdict: 'worse' })
    expect(await rowsOf([copy, out('a'), change('a'), change('b'), change('b'), change('c'), out('d')])).toEqual([
      ['a', 'positive'],
      ['b', 'positive'],
      ['d', 'ignored'],
    ])
  })

  it('are of one kind where there is no other, and copies only where nothing else changed', async () => {
    expect(await rowsOf(['a', 'b', 'c', 'd'].map((row) => change(row)))).toEqual([
      ['a', 'positive'],
      ['b', 'positive'],
      ['c', 'positive'],
    ])
    expect(await rowsOf([change('a', { to: 'ignored', stage: 'known' })])).toEqual([['a', 'ignored']])
  })

  it('are none without changes, or without a list', async () => {
    expect(await rowsOf([])).toEqual([])
    expect(await exampleChanges('/nowhere/changes.jsonl')).toEqual([])
    expect(exampleLines([], 0, style)).toEqual([])
  })

  it('show query, passage, from and to, and the reason, within the width', () => {
    const long = 'word '.repeat(80)
    const lines = exampleLines([change('a', { text: long, reason: long, to: 'ignored', verdict: 'worse' })], 35, style)
    expect(lines[0]).toBe('1 of 35 changes')
    expect(lines.join('\n')).toContain('  query    query of a\n  passage  word word')
    expect(lines).toContain('  change   negative → removed  (judge: worse)')
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(60)
    expect(lines.length).toBeLessThan(9)
  })

  it('mark the words that the verdict rests on', () => {
    const text = `${'before '.repeat(30)}the very words${' after'.repeat(30)}`
    const lines = exampleLines([change('a', { text, snippet: { text: 'the very words' } })], 1, style)
    expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toContain('before «the very words» after')
  })

  it('let nothing through that steers a terminal', () => {
    const evil = '\u001b[2Jgone\r\nx'
    const lines = exampleLines([change('a', { text: evil, query: evil, reason: evil })], 1, style)
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
      String.raw`  winnow explain out/cleaned.jsonl 'it'\''s'                        explain the first of these changes`,
      `  winnow compare 'my rows.jsonl' out/cleaned.jsonl --eval BEIR_DIR  does it train a better retriever?`,
    ])
  })

  it('begin with npx where npm started this, and leave out what cannot be named', () => {
    vi.stubEnv('npm_execpath', 'npm')
    expect(nextLines({ ...manifest, input: { path: '-' } } as never, 'a')).toEqual([
      'next',
      '  npx winnow explain out/cleaned.jsonl a  explain the first of these changes',
    ])
    expect(nextLines({ ...manifest, outputs: { rows: '-', manifest: '' } } as never, 'a')).toEqual([])
    // An id with terminal control characters appears in no command.
    expect(nextLines(manifest as never, 'a\u001b[2J').join('')).not.toContain('\u001b')
  })
})
