// Keeps the structure drawn in docs/architecture.md: imports point down the list of rooms, and no room grows too large.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const source = resolve(import.meta.dirname, '../src')

/** From the ground up: a room may import itself and what stands before it. */
const ROOMS = [
  'base',
  'options',
  'html',
  'likeness',
  'statistics',
  'hub',
  'rows',
  'lint',
  'trainers',
  'collections',
  'tasks',
  'evidence',
  'llm',
  'prompts',
  'torch',
  'encoders',
  'search',
  'evaluate',
  'mining',
  'policy',
  'gates',
  'method',
  'methods',
  'judging',
  'train',
  'laboratory',
  'job',
  'browse',
  'audit',
  'terminal',
  'commands',
]

/** What models are asked with knows nothing of rows. */
const BELOW_LLM = ['base', 'options', 'likeness', 'statistics', 'hub']

/** Words that say nothing of what is inside. */
const NAMELESS = ['run', 'utils', 'common', 'helpers', 'misc', 'shared', 'lib', 'core']

/** No room but that of the commands holds more of the source. */
const LARGEST_SHARE = 0.15

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.ts') && !path.endsWith('.test.ts'),
)

const code = new Map(files.map((file) => [file, readFileSync(join(source, file), 'utf8')]))

const imports = files.flatMap((file) => {
  const matches = (code.get(file) as string).matchAll(
    /^(?:import|export)\s[^;]*?from '(\.[^']+)'|import\('(\.[^']+)'\)|new URL\('(\.[^']+\.ts)'/gm,
  )
  return [...matches].map(([, fixed, late, thread]) => ({
    file,
    target: relative(source, resolve(source, dirname(file), (fixed ?? late ?? thread) as string)),
  }))
})

const roomOf = (path: string) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '')
const commandOf = (path: string) => path.split('/')[1]

test('there are imports to look at', () => expect(imports.length).toBeGreaterThan(1000))

test('every room is in the list', () => {
  expect([...new Set(files.map(roomOf).filter((room) => room !== ''))].toSorted()).toEqual(ROOMS.toSorted())
})

test('imports point down', () => {
  const up = imports.filter(({ file, target }) => ROOMS.indexOf(roomOf(target)) > ROOMS.indexOf(roomOf(file)))
  expect(up.filter(({ file }) => roomOf(file) !== '')).toEqual([])
})

test('imports lead in no circle, those of types included', () => {
  const targets = Map.groupBy(imports, ({ file }) => file)
  /** Files whose imports all lead to files without a circle. */
  const clear = new Set<string>()
  const circleFrom = (path: readonly string[]): string[] | undefined => {
    const file = path.at(-1) as string
    if (clear.has(file)) return undefined
    if (path.indexOf(file) < path.length - 1) return path.slice(path.indexOf(file))
    for (const { target } of targets.get(file) ?? []) {
      const circle = circleFrom([...path, target])
      if (circle) return circle
    }
    clear.add(file)
    return undefined
  }
  expect(files.map((file) => circleFrom([file])).find(Boolean)).toBeUndefined()
})

test('nothing imports the files at the top', () => {
  expect(imports.filter(({ target }) => roomOf(target) === '' && target !== '../package.json')).toEqual([])
})

test('commands never import each other', () => {
  const between = imports.filter(
    ({ file, target }) =>
      roomOf(file) === 'commands' && roomOf(target) === 'commands' && commandOf(file) !== commandOf(target),
  )
  expect(between).toEqual([])
})

test('the door to models imports nothing of rows', () => {
  const wrong = imports.filter(
    ({ file, target }) => roomOf(file) === 'llm' && roomOf(target) !== 'llm' && !BELOW_LLM.includes(roomOf(target)),
  )
  expect(wrong).toEqual([])
})

test('methods never import an adapter or the ledger', () => {
  const wrong = imports.filter(
    ({ file, target }) => roomOf(file) === 'methods' && /^llm\/(adapters|ledger)\//.test(target),
  )
  expect(wrong).toEqual([])
})

test('deciding knows nothing of models', () => {
  const wrong = imports.filter(
    ({ file, target }) => /^methods\/(\w+\/)?policy\.ts$/.test(file) && target.startsWith('llm/'),
  )
  expect(wrong).toEqual([])
})

test('no room but that of the commands is large', () => {
  const lines = (file: string) => (code.get(file) as string).split('\n').length
  const total = files.reduce((sum, file) => sum + lines(file), 0)
  const sizes = ROOMS.map((room) => ({
    room,
    share: files.filter((file) => roomOf(file) === room).reduce((sum, file) => sum + lines(file), 0) / total,
  }))
  expect(sizes.filter(({ room, share }) => room !== 'commands' && share > LARGEST_SHARE)).toEqual([])
})

test('every folder is named after what is in it', () => {
  const folders = new Set(files.flatMap((file) => dirname(file).split('/')))
  expect([...folders].filter((folder) => NAMELESS.includes(folder))).toEqual([])
})
