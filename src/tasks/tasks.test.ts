import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Row } from '../rows/row.ts'
import { oneTask, tasksByDataset } from './tasks.ts'

const folder = mkdtempSync(join(tmpdir(), 'winnow-tasks-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const row = (dataset?: string): Row => ({
  id: 'r',
  query: 'q',
  passages: [],
  ...(dataset !== undefined && { dataset }),
})

test('a built-in task is named', () => {
  expect(oneTask('citation').of(row('fiqa')).name).toBe('citation')
  expect(() => oneTask('citations')).toThrow('unknown task "citations"; built in: question-answering, web-search,')
})

test('a task of your own needs a name and what relevant means', () => {
  const path = file('own.yaml', 'name: recipes\nrelevant: It is a recipe for the dish.\n')
  expect(oneTask(path).of(row())).toMatchObject({ name: 'recipes', query: 'query', exempt: [] })
  expect(() => oneTask(file('bad.yaml', 'name: x\nrelevent: y\n'))).toThrow(/bad\.yaml: .*relevant/)
  expect(() => oneTask(file('many.yaml', 'name: ""\nquery: 3\nanswers: yes please\nexempt: rlhn\n'))).toThrow(
    'many.yaml: name: "": allowed: a non-empty string; query: 3: allowed: a non-empty string; ' +
      'relevant: missing: what a relevant passage does; answers: "yes please": allowed: true or false; ' +
      'exempt: "rlhn": allowed: a list of strings',
  )
  expect(() => oneTask(file('list.yaml', '- a\n'))).toThrow('list.yaml: top level: allowed: a map of name, query, ')
  expect(() => oneTask(file('torn.json', '{"name":'))).toThrow('cannot read')
  expect(() => oneTask(join(folder, 'none.yaml'))).toThrow('cannot read')
})

test('datasets that are known have their task, however they are written; ArguAna is exempt', () => {
  const { of } = tasksByDataset()
  expect(['fiqa', 'MS-MARCO', 'hotpot_qa', 'ArguAna', 'other', undefined].map((name) => of(row(name)).name)).toEqual([
    'question-answering',
    'web-search',
    'multi-hop',
    'argument',
    'question-answering',
    'question-answering',
  ])
  expect(of(row('arguana')).exempt).toContain('rlhn')
})

test('a mapping of your own comes first and may bring tasks', () => {
  const path = file(
    'map.json',
    '{"default":"citation","datasets":{"fiqa":"mine"},"tasks":[{"name":"mine","relevant":"It helps."}]}',
  )
  const { of } = tasksByDataset(path)
  expect([of(row('FiQA')).name, of(row()).name, of(row('fever')).name]).toEqual(['mine', 'citation', 'fact-check'])
  expect(() => tasksByDataset(file('wrong.yaml', 'datasets:\n  a: nothing\n'))).toThrow('a: unknown task "nothing"')
  expect(() => tasksByDataset(file('bad-map.yaml', 'datasets:\n  a: 1\ntasks:\n  - name: x\n    what: y\n'))).toThrow(
    'bad-map.yaml: datasets: {"a":1}: allowed: a map of strings; tasks.0.relevant: missing: what a relevant passage does; ' +
      'tasks.0.what: unknown; known: name, query, relevant,',
  )
})
