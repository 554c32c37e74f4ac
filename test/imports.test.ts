// Keeps imports pointing inward, as docs/architecture.md draws them.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const source = resolve(import.meta.dirname, '../src')

/** What each folder may import besides itself and the files at the top of src/. */
const ALLOWED: Record<string, readonly string[]> = {
  options: [],
  rows: [],
  tasks: ['rows'],
  llm: ['rows'],
  collections: ['rows'],
  retrieval: ['rows', 'collections', 'llm', 'options'],
  evaluate: ['rows', 'collections', 'options'],
  overlap: ['rows', 'collections', 'options'],
  train: ['rows', 'collections', 'retrieval', 'evaluate', 'options'],
  compare: ['rows', 'train'],
  diagnose: ['rows', 'evaluate', 'retrieval'],
  html: [],
  prune: ['evaluate'],
  methods: ['rows', 'tasks', 'llm', 'decide', 'options', 'evaluate'],
  decide: ['rows', 'methods'],
  doctor: ['rows', 'tasks', 'options', 'run'],
  run: [
    'rows',
    'tasks',
    'llm',
    'methods',
    'decide',
    'options',
    'evaluate',
    'collections',
    'retrieval',
    'overlap',
    'train',
    'compare',
    'prune',
    'diagnose',
    'html',
  ],
  cli: [
    'rows',
    'llm',
    'methods',
    'options',
    'run',
    'doctor',
    'tasks',
    'evaluate',
    'collections',
    'retrieval',
    'overlap',
    'train',
    'compare',
    'prune',
    'diagnose',
  ],
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.ts') && !path.endsWith('.test.ts'),
)

const imports = files.flatMap((file) => {
  const code = readFileSync(join(source, file), 'utf8')
  return [...code.matchAll(/^(?:import|export)\s([^;]*?)from '(\.[^']+)'/gm)].map(([, what = '', path = '']) => ({
    file,
    what,
    target: relative(source, resolve(source, dirname(file), path)),
  }))
})

const folderOf = (path: string) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '')

test('there are imports to look at', () => expect(imports.length).toBeGreaterThan(100))

test('every folder is drawn', () => {
  const folders = new Set(files.map(folderOf).filter((folder) => folder !== ''))
  expect([...folders].toSorted()).toEqual(Object.keys(ALLOWED).toSorted())
})

test('imports point inward', () => {
  const outward = imports.filter(({ file, target }) => {
    const [from, to] = [folderOf(file), folderOf(target)]
    return from !== '' && to !== '' && from !== to && !ALLOWED[from]?.includes(to)
  })
  expect(outward).toEqual([])
})

test('methods never import an adapter or the ledger', () => {
  const wrong = imports.filter(
    ({ file, target }) => file.startsWith('methods/') && /^llm\/(adapters|ledger)\//.test(target),
  )
  expect(wrong).toEqual([])
})

test('deciding knows nothing of models: it takes the words of evidence, and nothing else, from methods', () => {
  const wrong = imports.filter(
    ({ file, target }) =>
      file.startsWith('decide/') && folderOf(target) === 'methods' && target !== 'methods/evidence.ts',
  )
  expect(wrong).toEqual([])
})
