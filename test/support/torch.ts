// Tests with the Python engine, if WINNOW_TEST_TORCH names a Python that has sentence-transformers 6 and PEFT.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'vitest'

const python = process.env['WINNOW_TEST_TORCH']
const CHECK =
  'from importlib.util import find_spec as f; exit(not all(map(f, ("sentence_transformers", "peft", "torch"))))'
const hasTorch = python !== undefined && spawnSync(python, ['-c', CHECK]).status === 0

/** Describes tests that need the engine; without it they are skipped, and standard error says so. */
export function describeWithTorch(name: string, suite: () => void): void {
  if (hasTorch) {
    describe(name, { timeout: 180_000 }, suite)
    return
  }
  const why = python === undefined ? 'set WINNOW_TEST_TORCH to a Python that has it' : `${python} has it not`
  process.stderr.write(`SKIPPED: ${name}: needs sentence-transformers 6: ${why}\n`)
  describe(name, () => it.skip(`needs sentence-transformers 6: ${why}`, () => undefined))
}

/** The environment in which Winnow finds the engine, without a GPU and with one thread a process. */
export const torchEnv = () => ({
  ...process.env,
  WINNOW_PYTHON: python,
  CUDA_VISIBLE_DEVICES: '',
  OMP_NUM_THREADS: '1',
})

export const WORDS = Array.from({ length: 200 }, (_, at) => `w${at}`)

const scriptOf = (name: string) => join(import.meta.dirname, 'torch', name)

/** Makes bert/, qwen2/ and reranker/ in a folder: models of two layers that know WORDS. */
export function makeTinyModels(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const words = join(folder, 'words.json')
  writeFileSync(words, JSON.stringify(WORDS))
  runPython('tiny_models.py', folder, words)
}

/** Runs a script of test/support/torch and returns what it prints. */
export function runPython(name: string, ...args: string[]): string {
  return execFileSync(python as string, [scriptOf(name), ...args], {
    encoding: 'utf8',
    env: { ...torchEnv(), PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 26,
  })
}

export const TRAINER = join(import.meta.dirname, '../../trainer')
