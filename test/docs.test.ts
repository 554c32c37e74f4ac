// The documentation matches the code: every command, option, public name and link in it exists.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pages, staleFiles } from '../docs/generate.ts'
import { allCommands } from '../src/main.ts'
import { flagOf } from '../src/options/options.ts'
import { openTrainer } from '../src/trainers/index.ts'
import { TRAINER_NAMES } from '../src/trainers/options.ts'
import { MAIN } from '../src/trainers/python/main.ts'
import { tempDir } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'

const commands = await allCommands()
const root = resolve(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const markdown = [
  'README.md',
  'CHANGELOG.md',
  'SKILL.md',
  'bench/README.md',
  ...readdirSync(join(root, 'bench/results')).map((name) => `bench/results/${name}`),
  'examples/README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`),
]

test('every command has a page, with its options as they are declared', () => {
  const pageOf = new Map(pages().map(({ path, page }) => [path.split('/').at(-1), page]))
  for (const { name, schema } of commands) {
    const page = pageOf.get(`${name}.md`)
    expect(page, `docs/commands/${name}.md`).toContain(`<!-- options:${name} -->`)
    for (const option of Object.keys(schema)) expect(page, `${name}.md`).toMatch(new RegExp(`\`${flagOf(option)}[ \`]`))
  }
  expect(staleFiles(), 'run npm run docs').toEqual([])
})

test('links between pages lead somewhere', () => {
  const broken = markdown.flatMap((path) =>
    [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map(([, target = '']) => join(dirname(path), target))
      .filter((target) => !existsSync(join(root, target)))
      .map((target) => `${path} → ${target}`),
  )
  expect(broken).toEqual([])
})

test('links to a heading lead to one', () => {
  const headings = new Map(markdown.map((path) => [path, headingsOf(read(path))]))
  const broken = markdown.flatMap((path) =>
    [...read(path).matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)]
      .map(([, target = '', anchor = '']) => ({ page: target === '' ? path : join(dirname(path), target), anchor }))
      .filter(({ page, anchor }) => headings.get(page)?.has(anchor) === false)
      .map(({ page, anchor }) => `${path} → ${page}#${anchor}`),
  )
  expect(broken).toEqual([])
})

/** The headings of a page as GitHub names them in links. */
function headingsOf(page: string): Set<string> {
  const text = page.replaceAll(/^```[\s\S]*?^```/gm, '')
  return new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

/** The flags of all training scripts, which one page names. */
async function flagsOfScripts(): Promise<string[]> {
  const trainers = await Promise.all(TRAINER_NAMES.map(openTrainer))
  const fixed = [...MAIN.matchAll(/add\("(--[a-z-]+)"/g)].map(([, flag = '']) => flag)
  return [
    ...fixed,
    ...trainers.flatMap(({ settings }) => Object.keys(settings).map((name) => `--${name.replaceAll('_', '-')}`)),
  ]
}

/** Flags of vLLM, Slurm, Ray and the hub's jobs, in commands of pages that are about them. */
const OF_OTHERS: Record<string, string> = {
  'docs/scale.md':
    '--array --wait --max-model-len --tensor-parallel-size --replicas --server --engine --working-dir --private --flavor --secrets --env',
}

test('every flag that a page names is an option of some command', async () => {
  const ofScripts = await flagsOfScripts()

  const known = new Set(commands.flatMap(({ schema }) => Object.keys(schema).map(flagOf)))
  const common = ['--config', '--no-config', '--help', '--help-all', '--json', '--quiet', '--recipe', '--version']
  const unknown = markdown
    .filter((path) => !path.startsWith('bench/'))
    .flatMap((path) =>
      [...read(path).matchAll(/(?<![\w-])--[a-z][a-z0-9-]+/g)]
        .map(([flag]) => flag)
        .filter((flag) => !known.has(flag) && !common.includes(flag))
        .filter((flag) => OF_OTHERS[path]?.split(' ').includes(flag) !== true)
        .filter((flag) => path !== 'docs/trainers.md' || !ofScripts.includes(flag))
        .map((flag) => `${path}: ${flag}`),
    )
  expect(unknown).toEqual([])
})

describe('help', () => {
  const help = async (...args: string[]) => {
    const { code, stdout, stderr } = await runWinnow(args, { env: { COLUMNS: '100' } })
    expect(code, stderr).toBe(0)
    return stdout
  }

  test('names every command, with a summary', async () => {
    const text = await help('--help')
    for (const { name } of commands) expect(text).toMatch(new RegExp(`^  ${name} `, 'm'))
  })

  test.each(commands.map(({ name }) => name))(
    '%s: few options first, all with --help-all, an example at the end',
    async (name) => {
      const { schema, example, chosenBy } = commands.find((command) => command.name === name)!
      const usual = chosenBy === undefined ? undefined : String(schema[chosenBy]?.default)
      const [few, all] = [await help(name, '--help'), await help(name, '--help-all')]
      const shown = new Set(few.match(/^ {2}--[\w-]+(?= )/gm))
      for (const [option, { isRare, owners }] of Object.entries(schema)) {
        expect(all).toContain(`${flagOf(option)} `)
        const isOfOthers = usual !== undefined && owners?.includes(usual) === false
        expect([option, shown.has(`  ${flagOf(option)}`)]).toEqual([option, !isRare && !isOfOthers])
      }
      expect(few).toContain(example.split('\n')[0])
    },
  )

  test('help names the options of the method that is named', async () => {
    const [arhn, rlhn] = [await help('clean', '--method', 'arhn', '--help'), await help('clean', '--help')]
    expect([arhn.includes('\n  --votes <N>'), rlhn.includes('\n  --votes <N>')]).toEqual([true, false])
    expect([arhn.includes('\n  --screen <MODEL>'), rlhn.includes('\n  --screen <MODEL>')]).toEqual([false, true])
    expect(rlhn).toContain('winnow clean --method arhn --help')
    expect(
      rlhn
        .split('Example:')[0]
        ?.split('\n')
        .every((line) => line.length <= 80),
    ).toBe(true)
    expect(rlhn).toMatch(/--max-passages <N> +rlhn: maximum hard negatives per call \[1 or more;/)
  })
})

test('the first two sh blocks of the README are the example and the tests', () => {
  const [first = '', second = ''] = [...read('README.md').matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(
    ([, block]) => block,
  )
  expect([first, second]).toEqual(['npm ci && npm run example\n', 'npm ci && npm test\n'])
})

test('the README shows what the example prints', () => {
  const [, shown = ''] = /^It ends with\n\n```\n([\s\S]*?)^```/m.exec(read('README.md')) ?? []
  const folder = tempDir()
  symlinkSync(join(root, 'examples'), join(folder, 'examples'))
  const { example } = (JSON.parse(read('package.json')) as { scripts: { example: string } }).scripts
  const command = example.replace('node bin/winnow.js', '"$NODE" "$BIN"')
  const env = { PATH: process.env['PATH'], NODE: process.execPath, BIN: join(root, 'bin/winnow.js') }
  const said = spawnSync('sh', ['-c', command], {
    cwd: folder,
    env: { ...env, COLUMNS: '100', npm_execpath: 'npm' },
    encoding: 'utf8',
  })
  expect(shown).not.toBe('')
  expect(said.stderr.endsWith(shown)).toBe(true)
})
