// Batch jobs as files: lines of OpenAI's batch format in a folder, for vllm run-batch, Ray Data, Slurm and the like; results are put beside them.
import { existsSync, type Stats } from 'node:fs'
import { copyFile, mkdir, readdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writing } from '../../base/errors.ts'
import { readLines } from '../../base/lines.ts'
import type { BatchJob, BatchProvider, BatchResult, BatchState, UnreadableResult } from './provider.ts'
import { resultOfLine } from './result-line.ts'

/** As many as OpenAI takes in one file. */
const LIMITS = { requests: 50_000, bytes: 200_000_000 }
/** Results that have not changed for this long are all that will come. */
const SETTLED_MS = 60_000

/** What is said of a job whose file is there, and of one whose file is gone. */
export const NO_RESULTS = 'no results yet'
const LOST = 'no results, and the file is gone: winnow batch cancel has its requests written anew'

/** What is said of a job beside whose file are the results of others. */
export const NOT_ITS_RESULTS = 'the results beside it are those of other jobs: take them away, and put its own there'

/** @param folder where jobs are written and results are looked for */
export function filesProvider(folder: string): BatchProvider {
  const placeOf = (remote: string) => join(folder, remote)
  return {
    name: 'files',
    endpoint: 'files',
    limits: LIMITS,
    line: ({ id, body }) => JSON.stringify({ custom_id: id, method: 'POST', url: '/v1/chat/completions', body }),
    submit: async ({ id, path }) => {
      const target = placeOf(`${id}.jsonl`)
      await writing(folder, () => mkdir(folder, { recursive: true }))
      await writing(target, () => moveInto(target, path))
      return `${id}.jsonl`
    },
    find: async ({ id }: BatchJob) => (existsSync(placeOf(`${id}.jsonl`)) ? `${id}.jsonl` : undefined),
    state: (remote) => stateOf(folder, remote),
    results: (remote) => resultsIn(folder, remote),
    // What is a file to Winnow is a job to someone else, who is to stop it.
    cancel: async () => undefined,
  }
}

/** The folder may be on another disk. */
async function moveInto(target: string, path: string): Promise<void> {
  try {
    await rename(path, target)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    await copyFile(path, `${target}.part`)
    await rename(`${target}.part`, target)
  }
}

async function stateOf(folder: string, remote: string): Promise<BatchState> {
  const files = await resultFiles(folder, remote)
  if (files.length === 0) return { phase: 'waiting', said: existsSync(join(folder, remote)) ? NO_RESULTS : LOST }
  const newest = Math.max(...files.map(({ info }) => info.mtimeMs))
  const isSettled = Date.now() - newest >= SETTLED_MS
  return {
    phase: isSettled ? 'ended' : 'running',
    said: isSettled ? 'has results' : 'results are new: what they lack is asked anew a minute after the last of them',
    hasResults: true,
  }
}

/** The results of `NAME.jsonl`: `NAME.results.jsonl`, or the files of a folder `NAME.results`, as engines that work in parts write them. */
async function resultFiles(folder: string, remote: string): Promise<{ path: string; info: Stats }[]> {
  const base = join(folder, remote.replace(/\.jsonl$/, '.results'))
  const inside = await readdir(base).catch(() => [])
  const parts = inside.filter((name) => /\.jsonl?$/.test(name)).toSorted()
  const paths = [`${base}.jsonl`, ...parts.map((name) => join(base, name))]
  const found = await Promise.all(paths.map(async (path) => ({ path, info: await stat(path).catch(() => undefined) })))
  return found.filter((each): each is { path: string; info: Stats } => each.info?.isFile() === true)
}

async function* resultsIn(folder: string, remote: string): AsyncGenerator<BatchResult | UnreadableResult> {
  for (const { path } of await resultFiles(folder, remote)) yield* resultsOfFile(path)
}

/** Reads the results of one file, whichever tool wrote it. */
export async function* resultsOfFile(path: string): AsyncGenerator<BatchResult | UnreadableResult> {
  for await (const lines of readLines(path)) {
    for (const { bytes, number } of lines) {
      const text = bytes.toString('utf8').trim()
      if (text === '') continue
      const result = resultOfLine(text)
      yield typeof result === 'string' ? { where: `${path}:${number}`, why: result } : result
    }
  }
}
