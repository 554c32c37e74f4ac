// The worked example of examples/README.md runs unchanged, without a model or a network, and prints what the page shows.
import { execFile } from 'node:child_process'
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { type Json, linesOf, readJsonl, tempDir } from './support/files.ts'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'examples/README.md'), 'utf8')
const section = page.slice(page.indexOf('## Grow, clean, compare'), page.indexOf('## Counts'))
const blocks = (language: string) =>
  [...section.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, block = '']) => block)

test('grow, clean, compare', { timeout: 120_000 }, async () => {
  const folder = tempDir()
  symlinkSync(join(root, 'examples'), join(folder, 'examples'))
  const [script] = blocks('sh') as [string]
  const npx = 'npx() { shift; "$NODE" "$BIN" "$@"; }'
  const env = {
    PATH: process.env['PATH'],
    NODE: process.execPath,
    BIN: join(root, 'bin/winnow.js'),
    WINNOW_CACHE: join(folder, 'cache'),
    COLUMNS: '120',
  }
  const { stdout, stderr } = await promisify(execFile)('sh', ['-e', '-c', `${npx}\n${script}`], { cwd: folder, env })

  const said = stderr.split('\n')
  for (const line of blocks('text').flatMap((block) => block.trimEnd().split('\n'))) expect(said).toContain(line)
  const discarded = readJsonl(join(folder, 'out/grown.discarded.jsonl')).map(({ row, code }) => [row, code])
  expect(discarded).toEqual([
    ['garden-tomato-end-rot', 'off-topic'],
    ['astro-moon-face', 'target-absent'],
    ['bike-chain-worn', 'answers'],
    ['cook-steak-rest', 'copies-negative'],
  ])
  expect(linesOf(join(folder, 'out/result.jsonl'))).toHaveLength(8)
  const generated = (name: string) =>
    readJsonl<{ negative_passages: Json[] }>(join(folder, 'out', name))
      .flatMap(({ negative_passages: negatives }) => negatives)
      .filter(({ origin }) => origin === 'generated')
  expect([generated('grown.jsonl').length, generated('result.jsonl').length]).toEqual([17, 17])
  expect(generated('result.jsonl').every(({ strategy, requirement }) => strategy !== '' && requirement !== '')).toBe(
    true,
  )
  expect(stdout).toMatch(/^ {2}result − first +[+−]\d/m)
  expect(stdout).toContain('discarded (answers)')
})
