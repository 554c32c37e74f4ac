// The published package, packed and unpacked elsewhere: its command, its types and the library example work.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'winnow-package-'))
const node = (args: string[], cwd = folder) =>
  execFileSync(process.execPath, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

beforeAll(() => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const unpacked = join(folder, 'node_modules/winnow')
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  node([tsc, '-p', 'tsconfig.build.json', '--outDir', join(unpacked, 'dist')], root)
  for (const path of ['package.json', 'bin', 'LICENSE'])
    cpSync(join(root, path), join(unpacked, path), { recursive: true })
  for (const name of Object.keys(
    (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: object }).dependencies,
  )) {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  }
  cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true })
  const example = readFileSync(join(root, 'examples/library.ts'), 'utf8')
  writeFileSync(join(folder, 'examples/library.ts'), example.replace("'../src/index.ts'", "'winnow'"))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the library example runs against it and prints what README says', () => {
  const printed = node(['examples/library.ts', 'out/cleaned.jsonl'])
  expect(printed).toMatch(/^\{ kept: 24, changed: 23, dropped: 1, undecided: 0 \} \{ positive: 60, negative: 329 \}/)
  expect(printed).toContain('garden-tomato-end-rot: tomato-rot-pots negative → ignored: WORSE.')
  expect(readFileSync(join(folder, 'examples/library.ts'), 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(20)
})

test('its command runs', () => {
  expect(node(['node_modules/winnow/bin/winnow.js', '--version']).trim()).toMatch(/^\d+\.\d+\.\d+$/)
})

test('its command trains, in threads', () => {
  const settings = ['--dimensions', '64', '--epochs', '1', '--threads', '2', '--quiet', '--json']
  const args = ['train', 'examples/rows.jsonl', '--out', 'model', ...settings]
  const { training } = JSON.parse(node(['node_modules/winnow/bin/winnow.js', ...args])) as {
    training: { steps: number; threads: number }
  }
  expect(training).toMatchObject({ steps: 1, threads: 2 })
})

test('it carries types', () => {
  writeFileSync(
    join(folder, 'use.ts'),
    "import { clean, type Manifest } from 'winnow'\nexport const use: Promise<Manifest> = clean('a', {})\n",
  )
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const flags = [
    '--noEmit',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--strict',
    '--skipLibCheck',
    '--types',
    'node',
    '--typeRoots',
    join(root, 'node_modules/@types'),
  ]
  expect(node([tsc, ...flags, 'use.ts'])).toBe('')
})
