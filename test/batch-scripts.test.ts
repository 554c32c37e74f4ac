// The scripts of examples/ and docs/scale.md that answer batch files by vLLM, run with a vllm that is one of ours.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeVllm } from './support/batch/vllm.ts'
import { linesOf, readJsonl, tempDir, writeJsonl } from './support/files.ts'

const ROOT = resolve(import.meta.dirname, '..')
const SCRIPT = join(ROOT, 'examples/slurm/answer.sbatch')

const idOf = (file: number, line: number) => `${file}${line}`.padEnd(32, '0')

/** Three files of two requests each, and a vllm beside them. */
function placeWith({ dies }: { dies?: string } = {}) {
  const folder = tempDir()
  const jobs = join(folder, 'jobs')
  mkdirSync(jobs)
  for (const file of [0, 1, 2]) {
    const lines = [0, 1].map((line) => ({
      custom_id: idOf(file, line),
      method: 'POST',
      url: '/v1/chat/completions',
      body: { model: 'qwen/small', messages: [{ role: 'user', content: 'say "model":"other"' }], max_tokens: 9 },
    }))
    writeJsonl(join(jobs, `small-${file}.jsonl`), lines)
  }
  writeVllm(folder, dies)
  return { folder, jobs }
}

function answer({ folder, jobs }: { folder: string; jobs: string }, task?: number, ...more: string[]) {
  const PATH = folder + delimiter + process.env['PATH']
  const env = { ...process.env, PATH, ...(task !== undefined && { SLURM_ARRAY_TASK_ID: String(task) }) }
  return spawnSync('bash', [SCRIPT, jobs, ...more], { encoding: 'utf8', env })
}

const resultsIn = (jobs: string) => readdirSync(jobs).filter((name) => name.endsWith('.results.jsonl'))
const calls = (folder: string) => linesOf(join(folder, 'calls')).map((line) => JSON.parse(line) as string[])

describe('examples/slurm/answer.sbatch', () => {
  it('answers the one file of a task, with the model that the file names', () => {
    const place = placeWith()
    expect(answer(place, 1, '--max-model-len', '16384').status).toBe(0)
    expect(resultsIn(place.jobs)).toEqual(['small-1.results.jsonl'])
    const results = readJsonl(join(place.jobs, 'small-1.results.jsonl'))
    expect(results.map((line) => line['custom_id'])).toEqual([idOf(1, 0), idOf(1, 1)])
    const [call = []] = calls(place.folder)
    expect(call.slice(0, 2)).toEqual(['run-batch', '-i'])
    expect(call.slice(5)).toEqual([
      '--model',
      'qwen/small',
      '--served-model-name',
      'qwen/small',
      '--max-model-len',
      '16384',
    ])
  })

  it('answers all files on one node, and those that have results not again', () => {
    const place = placeWith()
    mkdirSync(join(place.jobs, 'small-2.results'))
    expect(answer(place, 0).status).toBe(0)
    expect(answer(place).status).toBe(0)
    expect(resultsIn(place.jobs)).toEqual(['small-0.results.jsonl', 'small-1.results.jsonl'])
    expect(calls(place.folder)).toHaveLength(2)
    const before = Date.now() / 1000 - 100
    for (const name of resultsIn(place.jobs)) utimesSync(join(place.jobs, name), before, before)
    const { status, stderr } = answer(place)
    expect([status, stderr]).toEqual([1, `no file in ${place.jobs} is without results\n`])
    expect(answer(place, 0).status).toBe(0)
    expect(calls(place.folder)).toHaveLength(2)
  })

  it('leaves no results where vllm dies in the middle, goes on with the next file, and says so', () => {
    const place = placeWith({ dies: 'small-1' })
    const { status, stderr } = answer(place)
    expect(status).toBe(1)
    expect(stderr).toContain(`no results of ${join(place.jobs, 'small-1.jsonl')}`)
    expect(resultsIn(place.jobs)).toEqual(['small-0.results.jsonl', 'small-2.results.jsonl'])
    writeVllm(place.folder)
    expect(answer(place).status).toBe(0)
    expect(readJsonl(join(place.jobs, 'small-1.results.jsonl'))).toHaveLength(2)
  })

  it('ends a task for which there is no file', () => {
    const place = placeWith()
    expect(answer(place, 7).status).toBe(0)
    expect(resultsIn(place.jobs)).toEqual([])
  })
})

describe('the loop in docs/scale.md', () => {
  const page = readFileSync(join(ROOT, 'docs/scale.md'), 'utf8')
  const loop = /```sh\n(while true[^`]*)```/.exec(page)?.[1] ?? ''

  /** A folder where the loop finds what it names. */
  function placeForLoop(dies?: string): { folder: string; env: NodeJS.ProcessEnv } {
    const folder = tempDir()
    writeVllm(folder, dies)
    copyFileSync(join(ROOT, 'examples/rows.jsonl'), join(folder, 'rows.jsonl'))
    symlinkSync(join(ROOT, 'examples'), join(folder, 'examples'))
    const npx = `#!/bin/sh\n[ "$1" = winnow ] && shift\nexec '${process.execPath}' '${ROOT}/bin/winnow.js' "$@"\n`
    writeFileSync(join(folder, 'npx'), npx, { mode: 0o755 })
    return { folder, env: { ...process.env, PATH: folder + delimiter + process.env['PATH'] } }
  }

  it('comes to the rows', () => {
    const { folder, env } = placeForLoop()
    execFileSync('bash', ['-e', '-c', loop], { cwd: folder, env, stdio: 'pipe' })
    expect(linesOf(join(folder, 'cleaned.jsonl'))).toHaveLength(linesOf(join(folder, 'rows.jsonl')).length)
  })

  it('goes on with what an earlier start has left to be answered', () => {
    const { folder, env } = placeForLoop()
    const clean = /npx winnow .*files:jobs\//.exec(loop)?.[0] ?? ''
    expect(spawnSync('bash', ['-c', clean], { cwd: folder, env }).status).toBe(3)
    execFileSync('bash', ['-e', '-c', loop], { cwd: folder, env, stdio: 'pipe' })
    expect(linesOf(join(folder, 'cleaned.jsonl'))).toHaveLength(linesOf(join(folder, 'rows.jsonl')).length)
  })

  it('ends where nothing comes', () => {
    const { folder, env } = placeForLoop()
    const clean = /npx winnow .*files:jobs\//.exec(loop)?.[0] ?? ''
    expect(spawnSync('bash', ['-c', clean], { cwd: folder, env }).status).toBe(3)
    for (const name of readdirSync(join(folder, 'jobs'))) rmSync(join(folder, 'jobs', name))
    const { status, stderr } = spawnSync('bash', ['-c', loop], { cwd: folder, env, encoding: 'utf8', timeout: 60_000 })
    expect(status, stderr).toBe(1)
    expect(stderr).toContain('no file in jobs/ is without results')
    expect(stderr).toContain('the file is gone')
    expect(existsSync(join(folder, 'cleaned.jsonl'))).toBe(false)
  })

  it('ends where a file cannot be answered', () => {
    const { folder, env } = placeForLoop('small')
    expect(spawnSync('bash', ['-c', loop], { cwd: folder, env }).status).toBe(1)
    expect(existsSync(join(folder, 'cleaned.jsonl'))).toBe(false)
  })
})
