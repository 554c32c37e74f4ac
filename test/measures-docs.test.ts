// docs/measures.md lists every measure and every parameter, and nothing else.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MEASURES } from '../src/evaluate/measures/index.ts'
import { parseMeasures } from '../src/evaluate/measures/parse.ts'

const page = readFileSync(join(import.meta.dirname, '../docs/measures.md'), 'utf8')
const rows = [...page.matchAll(/^\| ((?:`[^`]+`(?:, )?)+) \|/gm)].map(([, names = '']) => names)
const named = rows.flatMap((names) =>
  [...names.matchAll(/`(\w+)(\[?@\w+\]?)?`/g)].map(([, name = '', at = '']) => ({ name, at })),
)

test('every measure has a row, with what it takes behind @', () => {
  for (const { name, at, isAtRequired } of MEASURES) {
    const row = named.find((each) => each.name === name)
    expect(row, name).toBeDefined()
    expect(row?.at === '', name).toBe(at === undefined)
    if (at !== undefined) expect(row?.at.startsWith('['), name).toBe(!isAtRequired)
  }
  expect(named).toHaveLength(MEASURES.length)
})

test('every parameter is told of', () => {
  for (const { name, parameters } of MEASURES) {
    for (const key of Object.keys(parameters)) expect(page, `${name}: ${key}`).toContain(`${key}=`)
  }
})

test('the commands of the page name measures that are read', () => {
  const lists = [...page.matchAll(/--measures (?:"([^"]+)"|(\w+))/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
  expect(lists.length).toBeGreaterThan(1)
  for (const list of lists) expect(() => parseMeasures(list)).not.toThrow()
})
