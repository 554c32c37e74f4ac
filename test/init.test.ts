// winnow init: what it sees and proposes, and that its file is one that every command reads.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { allCommands } from '../src/main.ts'
import { flagOf } from '../src/options/options.ts'
import { tempDir } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'

const examples = resolve(import.meta.dirname, '../examples')
const KEY = 'sk-abcdefghijklmnopqrstuvwxyz'

function folderWithRows(): string {
  const folder = tempDir()
  copyFileSync(join(examples, 'rows.jsonl'), join(folder, 'rows.jsonl'))
  return folder
}

async function initialised(folder: string, args: string[] = [], env: Record<string, string> = {}) {
  const result = await runWinnow(['init', ...args], { cwd: folder, env })
  expect(result.code, result.stderr).toBe(0)
  const text = readFileSync(join(folder, 'winnow.yaml'), 'utf8')
  return { ...result, text, settings: parse(text) as Record<string, unknown> & { clean: Record<string, unknown> } }
}

test('with a key of OpenAI: a judge, and a cap above the estimate; no key is shown', async () => {
  const folder = folderWithRows()
  const { text, stdout, stderr, settings } = await initialised(folder, [], { OPENAI_API_KEY: KEY, HF_TOKEN: KEY })
  expect(settings.clean).toMatchObject({ out: 'rows.cleaned.jsonl', method: 'rlhn', better: 'remove' })
  expect(settings.clean['judge']).toBe('gpt-5.4-mini')
  expect(text).toContain('# rows.jsonl: 48 rows in the format tevatron')
  expect(text).toContain('cooking: 8 rows, task question-answering by default')
  expect(text).toMatch(/# set in the environment: OPENAI_API_KEY, HF_TOKEN\n/)
  expect(text + stdout + stderr).not.toContain('abcdefghij')
  const dry = await runWinnow(['clean', 'rows.jsonl', '--dry-run', '--json'], {
    cwd: folder,
    env: { OPENAI_API_KEY: KEY },
  })
  expect([dry.code, dry.stderr.split('\n')[0]]).toEqual([
    0,
    expect.stringMatching(
      /^winnow\.yaml: --out rows.cleaned.jsonl --method rlhn --judge gpt-5.4-mini --max-usd .* --better remove/,
    ),
  ])
  const { usd } = JSON.parse(dry.stdout) as { usd: { high: number } }
  expect(Number(settings.clean['maxUsd'] ?? settings.clean['max-usd'])).toBeGreaterThan(usd.high)
})

test.each([
  [{}, 'local', 'no key is set'],
  [{ OPENAI_BASE_URL: 'http://me:secret@host:8000/v1?key=secret' }, undefined, 'http://host:8000/v1/models lists them'],
  [{ AZURE_OPENAI_ENDPOINT: 'https://me.openai.azure.com' }, undefined, 'your deployment at Azure'],
] as const)('surroundings %j: the judge is %s', async (env, judge, why) => {
  const { text, settings, stdout } = await initialised(folderWithRows(), ['rows.jsonl'], env)
  expect(settings.clean['judge']).toBe(judge)
  expect(text).toContain(why)
  expect(text + stdout).not.toContain('secret')
})

test('every line that is off can be switched on: its option exists, in the place where it stands', async () => {
  const folder = folderWithRows()
  const { text } = await initialised(folder)
  const commands = new Map((await allCommands()).map(({ name, schema }) => [name, Object.keys(schema).map(flagOf)]))
  let section = 'clean'
  const seen: string[] = []
  for (const line of text.split('\n')) {
    section = /^#?(\w+):$/.exec(line)?.[1] ?? section
    const option = /^ *#?(?:  )?([a-z][a-z-]*): \S/.exec(line)?.[1]
    if (option === undefined) continue
    seen.push(`${section}.${option}`)
    expect(commands.get(section), line).toContain(`--${option}`)
  }
  expect(seen).toEqual(
    expect.arrayContaining(['clean.judge', 'clean.screen', 'clean.max-usd', 'train.out', 'mine.split', 'compare.eval']),
  )
  const withDefaults = text.replaceAll(/^( *)#([a-z-]+: (?![A-Z]|\S*\|).*)$/gm, '$1$2')
  expect(parse(withDefaults)).toMatchObject({ clean: { 'max-passages': 25, preset: 'safe' } })
  writeFileSync(join(folder, 'winnow.yaml'), withDefaults)
  const checked = await runWinnow(['doctor', 'rows.jsonl'], { cwd: folder })
  expect([checked.code, checked.stderr]).toEqual([0, ''])
})

test('a file is never overwritten without --force', async () => {
  const folder = folderWithRows()
  writeFileSync(join(folder, 'winnow.yaml'), 'mine: broken')
  const refused = await runWinnow(['init'], { cwd: folder })
  expect([refused.code, refused.stderr]).toEqual([
    2,
    'winnow: winnow.yaml exists; nothing was written\nOverwrite it with --force, or write another file with --out FILE.\n',
  ])
  expect(readFileSync(join(folder, 'winnow.yaml'), 'utf8')).toBe('mine: broken')
  await initialised(folder, ['--force'])
})

test('without rows: the only file here, or a file to fill in; of several, one has to be named', async () => {
  const empty = tempDir()
  expect((await initialised(empty)).text).toContain('# winnow clean ROWS\nclean:\n')
  const several = folderWithRows()
  copyFileSync(join(examples, 'rows.jsonl'), join(several, 'more.jsonl'))
  const refused = await runWinnow(['init'], { cwd: several })
  expect([refused.code, refused.stderr]).toEqual([
    2,
    'winnow: several files may hold your rows: more.jsonl, rows.jsonl\nName one: winnow init more.jsonl\n',
  ])
})

test('bad rows, mined negatives and rows without negatives are said', async () => {
  const folder = tempDir()
  const rows = [
    '{"query":"q","pos":["p"],"neg":["n","m"],"pos_origins":["given"],"neg_origins":["mined","given"],"pos_strategies":[""],"pos_requirements":[""],"neg_strategies":["",""],"neg_requirements":["",""]}',
    '{"query":"","pos":["p"],"neg":["n"]}',
  ]
  writeFileSync(join(folder, 'bad.jsonl'), `${rows.join('\n')}\n`)
  const { text } = await initialised(folder)
  expect(text).toContain('bad.jsonl: 1 row in the format bge, and 1 row that cannot be read')
  expect(text).toContain('2 per row (median), 1 mined, 0 written by a model, 1 given')
  writeFileSync(join(folder, 'pairs.jsonl'), '{"query":"q","positive":"p"}\n')
  const pairs = await initialised(folder, ['pairs.jsonl', '--force'])
  expect(pairs.stdout).toContain('npx winnow mine pairs.jsonl')
})

test('names in the rows and of the file cannot write settings', async () => {
  const folder = tempDir()
  const name = 'a\nmine: { out: x }\n\u2028b: 1 \u001b[2J.jsonl'
  const row = { query: 'q', pos: ['p'], neg: ['n'], dataset: 'd\nclean: { judge: evil }\n\u0085\r' }
  writeFileSync(join(folder, name), `${JSON.stringify(row)}\n`)
  const { settings, text } = await initialised(folder, [name])
  expect(Object.keys(settings)).toEqual(['clean'])
  expect(settings.clean).toEqual({
    out: name.replace('.jsonl', '.cleaned.jsonl'),
    method: 'rlhn',
    judge: 'local',
    better: 'remove',
  })
  for (const each of ['\u001b', '\u0085', '\u2028', '\r']) expect(text).not.toContain(each)
})
