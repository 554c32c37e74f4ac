import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { templateIn } from './template.ts'

const folder = mkdtempSync(join(tmpdir(), 'winnow-template-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const slots = { name: 'x.judge', values: { query: (query: string) => query }, required: ['query'] }
const write = (name: string, text: string) => writeFileSync(join(folder, name), text)

test('the rule for asking once more stands beside a template, is part of its version, and the same for every row', () => {
  write('x.judge.md', 'Judge.\n---\n{{query}}')
  const without = templateIn(folder, slots)
  expect(without?.rule).toBeUndefined()
  write('x.judge.again.md', 'One word, please.\n')
  const own = templateIn(folder, slots)
  expect(own?.rule).toBe('One word, please.')
  expect(own?.version.hash).not.toBe(without?.version.hash)
  expect(own?.render('q')).toEqual(without?.render('q'))
  write('x.judge.again.md', 'Of {{query}}?')
  expect(() => templateIn(folder, slots)).toThrow('x.judge.again.md: unknown placeholder {{query}}')
})
