// The number of modules that each command loads: for its help only those of its options, for its work only those it needs. This reveals
// heavy imports.
import type { ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { allCommands } from '../src/main.ts'
import { tempDir } from './support/files.ts'
import { runAlone } from './support/run-winnow.ts'
import { isLong } from './support/repetitions.ts'

const root = resolve(import.meta.dirname, '..')
const example = (path: string) => join(root, 'examples', path)
const preload = new URL('./support/loaded-modules.ts', import.meta.url)

interface ModuleLimits {
  /** Files of the source: for --help, and for the call below. */
  help: number
  call: number
  /** Packages of the call, besides those of every call. */
  packages: string[]
}

/** What reads commands, and what knows how wide a text is. */
const ALWAYS = ['commander', 'string-width', 'strip-ansi', 'ansi-regex', 'get-east-asian-width']
const JOB = ['yaml', 'p-queue', '@huggingface/tokenizers']
const TRAINING = ['@huggingface/tokenizers', 'stemmer', 'watr']

/** Some ten above what was counted: a new format or loss brings two or three. */
const MOST: Record<string, ModuleLimits> = {
  init: { help: 26, call: 482, packages: [...JOB, 'gpt-tokenizer'] },
  doctor: { help: 22, call: 117, packages: ['yaml'] },
  lint: { help: 24, call: 122, packages: [] },
  grow: { help: 239, call: 492, packages: JOB },
  clean: { help: 239, call: 492, packages: JOB },
  plan: { help: 245, call: 510, packages: [...JOB, 'gpt-tokenizer', '@pydantic/genai-prices'] },
  apply: { help: 239, call: 467, packages: JOB },
  changes: { help: 26, call: 425, packages: JOB },
  studio: { help: 26, call: 500, packages: [...JOB, 'hono', '@hono/node-server'] },
  explain: { help: 239, call: 422, packages: JOB },
  audit: { help: 68, call: 446, packages: JOB },
  ledger: { help: 24, call: 70, packages: [] },
  batch: { help: 239, call: 300, packages: JOB },
  diagnose: { help: 20, call: 179, packages: ['@huggingface/tokenizers'] },
  mine: { help: 55, call: 210, packages: ['@huggingface/tokenizers'] },
  eval: { help: 90, call: 178, packages: ['@huggingface/tokenizers'] },
  publish: { help: 26, call: 140, packages: ['yaml', 'hyparquet', 'hyparquet-writer'] },
  convert: { help: 26, call: 118, packages: [] },
  overlap: { help: 32, call: 122, packages: [] },
  train: { help: 36, call: 165, packages: TRAINING },
  compare: { help: 42, call: 226, packages: TRAINING },
  prune: { help: 42, call: 244, packages: TRAINING },
  judges: { help: 239, call: 454, packages: JOB },
  completion: { help: 20, call: 408, packages: ['yaml'] },
}

/** Of --help: files of tasks are read by what methods share. */
const OF_HELP = ['yaml']

const TASKS = ['--tasks', example('tasks.yaml')]
const replies = (...stages: string[]) =>
  stages.flatMap((stage) => [`--${stage}`, `replay:${example(`replies/${stage}.jsonl`)}`])
const SMALL = ['--steps', '1', '--dimensions', '16', '--threads', '1']

/** One small call of each, in an order in which each finds what it needs. */
const CALLS: Record<string, string[]> = {
  init: ['rows.jsonl', '--out', 'settings.yaml'],
  doctor: ['rows.jsonl'],
  lint: ['rows.jsonl', '--for', 'tevatron'],
  grow: ['rows.jsonl', '--out', 'grown.jsonl', '--hardness-model', 'off', ...TASKS, ...replies('writer', 'verifier')],
  clean: ['grown.jsonl', '--out', 'cleaned.jsonl', ...TASKS, ...replies('screen', 'judge')],
  plan: ['grown.jsonl', '--judge', 'gpt-4o', '--no-check'],
  apply: ['grown.jsonl', '--out', 'again.jsonl', '--preset', 'rlhn-code'],
  changes: ['cleaned.jsonl'],
  studio: ['cleaned.jsonl', '--no-open'],
  explain: ['cleaned.jsonl', 'bike-chain-worn'],
  audit: ['sample', 'cleaned.jsonl', '--n', '5'],
  ledger: [],
  batch: ['list'],
  diagnose: ['grown.jsonl'],
  mine: [example('collection'), '--split', 'test', '--out', 'mined.jsonl'],
  eval: ['bm25', example('collection')],
  publish: ['rows.jsonl', 'hf://datasets/me/rows', '--dry-run'],
  convert: ['rows.jsonl', '--to', 'tevatron', '--out', 'converted.jsonl'],
  overlap: ['rows.jsonl', example('collection')],
  train: ['rows.jsonl', '--out', 'model', ...SMALL],
  compare: ['rows.jsonl', 'cleaned.jsonl', '--eval', example('collection'), ...SMALL],
  prune: ['rows.jsonl', 'mined.jsonl', '--eval', example('collection'), '--seeds', '5', ...SMALL],
  judges: [
    'rows.jsonl',
    '--gold',
    example('gold.jsonl'),
    '--judge',
    `replay:${example('replies/judge.jsonl')}`,
    ...TASKS,
  ],
  completion: ['bash'],
}

const isServing = ([name, ...args]: string[]) => name === 'studio' && !args.includes('--help')

interface LoadedModules {
  source: number
  packages: string[]
}

async function loadedBy(args: string[], cwd: string): Promise<LoadedModules> {
  const list = join(cwd, 'modules.json')
  const env = { NODE_OPTIONS: `--import=${preload.href}`, LOADED_MODULES: list, WINNOW_CACHE: join(cwd, 'cache') }
  // What serves is interrupted as soon as it says where.
  const onStart = (child: ChildProcess) =>
    void child.stdout?.once('data', () => isServing(args) && child.kill('SIGINT'))
  const ran = await runAlone(args, { cwd, env, onStart })
  expect(ran.code, ran.stderr).toBeLessThan(2)
  const urls = JSON.parse(readFileSync(list, 'utf8')) as string[]
  const packages = urls.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? [])
  return {
    source: urls.filter((url) => url.includes('/src/') && !url.includes('/node_modules/')).length,
    packages: [...new Set(packages)].toSorted(),
  }
}

/** What is beyond the bounds. */
const beyond = ({ source, packages }: LoadedModules, most: number, allowed: readonly string[]) => ({
  source: source > most ? source : `at most ${most}`,
  packages: packages.filter((name) => ![...ALWAYS, ...allowed].includes(name)),
})
const within = (most: number) => ({ source: `at most ${most}`, packages: [] })

test.each(['--version', '--help'])('%s loads no command', async (flag) => {
  expect(beyond(await loadedBy([flag], tempDir()), 14, [])).toEqual(within(14))
})

test('each command is called', async () => {
  expect(Object.keys(MOST).toSorted()).toEqual((await allCommands()).map(({ name }) => name).toSorted())
  expect(Object.keys(CALLS)).toEqual(Object.keys(MOST))
})

test.runIf(isLong)('a command loads for its help what its options need, and for its work what that needs', async () => {
  const folder = tempDir()
  const rows = readFileSync(example('rows.jsonl'), 'utf8').split('\n').slice(0, 8)
  writeFileSync(join(folder, 'rows.jsonl'), `${rows.join('\n')}\n`)
  for (const [name, args] of Object.entries(CALLS)) {
    const { help, call, packages } = MOST[name] as ModuleLimits
    expect.soft(beyond(await loadedBy([name, '--help'], folder), help, OF_HELP), `${name} --help`).toEqual(within(help))
    expect.soft(beyond(await loadedBy([name, ...args], folder), call, packages), name).toEqual(within(call))
  }
})
