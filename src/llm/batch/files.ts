// Batch jobs as files: lines of OpenAI's batch format in a folder, for vllm run-batch, Ray Data, Slurm and the like; results are put beside them.
import { existsSync, type Stats } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { cannotWrite, readFailure, UsageError } from '../../base/errors.ts'
import { readLines } from '../../base/lines.ts'
import type { BatchJob, BatchProvider, BatchResult, BatchState, UnreadableResult } from './provider.ts'
import { resultOfLine } from './result-line.ts'

/** As many as OpenAI takes in one file. */
const LIMITS = { requests: 50_000, bytes: 200_000_000 }
/** Results that have not changed for this long are all that will come. */
const SETTLED_MS = 60_000

/** What is said of a job whose file is there, and of one whose file is gone. */
export const NO_RESULTS = 'no results yet'
const LOST =
  'no results, and the file is gone (is it in another folder?): winnow batch cancel has its requests written anew'

/** What is said of a job beside whose file are the results of others, or only such as are of no use. */
export const NOT_ITS_RESULTS = 'the results beside it are those of other jobs: take them away, and put its own there'
export const USELESS =
  'none of the results beside it can be used: put right ones there, or give it up with winnow batch cancel'

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
      await placing(folder, () => mkdir(folder, { recursive: true }))
      await placing(target, () => moveInto(target, path))
      return `${id}.jsonl`
    },
    find: async ({ id }: BatchJob) => (existsSync(placeOf(`${id}.jsonl`)) ? `${id}.jsonl` : undefined),
    state: (remote) => stateOf(folder, remote),
    results: (remote) => resultsIn(folder, remote),
    // What is a file to Winnow is a job to someone else, who is to stop it.
    cancel: async () => undefined,
  }
}

/** Runs work that puts something into the folder. @throws WinnowError that names what cannot be written, and why */
async function placing(path: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    throw cannotWrite(path, error)
  }
}

/** The folder may be on another disk. */
async function moveInto(target: string, path: string): Promise<void> {
  try {
    await rename(path, target)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    const part = `${target}.part`
    try {
      await copyFile(path, part)
      await rename(part, target)
    } catch (failure) {
      await rm(part, { force: true })
      throw failure
    }
  }
}

async function stateOf(folder: string, remote: string): Promise<BatchState> {
  const { files, strange } = await resultFiles(folder, remote)
  if (files.length === 0) {
    if (strange !== undefined) return { phase: 'waiting', said: strange }
    return existsSync(join(folder, remote))
      ? { phase: 'waiting', said: NO_RESULTS }
      : { phase: 'waiting', said: LOST, isNowhere: true }
  }
  const newest = Math.max(...files.map(({ info }) => info.mtimeMs))
  const isSettled = Date.now() - newest >= SETTLED_MS
  const isEarly = newest - Date.now() > SETTLED_MS
  const when = isEarly ? `are of ${new Date(newest).toISOString().slice(0, 19)}Z, which is still to come` : 'are new'
  return {
    phase: isSettled ? 'ended' : 'running',
    said: isSettled ? 'has results' : `results ${when}: what they lack is asked anew a minute after the last of them`,
    hasResults: true,
    changedMs: Math.max(newest, ...files.map(({ info }) => info.ctimeMs)),
  }
}

const ENDINGS = ['.jsonl', '.jsonl.gz', '.jsonl.zst']

/**
 * The results of `NAME.jsonl`: `NAME.results.jsonl`, or the files of a folder `NAME.results`, as engines that work in parts write them.
 * @returns also what stands in the place of results and is none
 */
async function resultFiles(
  folder: string,
  remote: string,
): Promise<{ files: { path: string; info: Stats }[]; strange: string | undefined }> {
  const base = join(folder, remote.replace(/\.jsonl$/, '.results'))
  const inside = await ifThere(base, () => readdir(base), [])
  const parts = inside.filter((name) => /\.jsonl?(\.gz|\.zst)?$/.test(name)).toSorted()
  const paths = [...ENDINGS.map((ending) => base + ending), ...parts.map((name) => join(base, name))]
  const found = await Promise.all(
    paths.map(async (path) => ({ path, info: await ifThere(path, () => stat(path), undefined) })),
  )
  const files = found.filter((each): each is { path: string; info: Stats } => each.info?.isFile() === true)
  const odd = found.find(({ info }) => info?.isDirectory() === true)
  const name = basename(base)
  if (odd)
    return {
      files,
      strange: `${basename(odd.path)} is a folder: results are a file of that name, or files in ${name}/`,
    }
  const isFile = (await ifThere(base, () => stat(base), undefined))?.isFile() === true
  return { files, strange: isFile ? `${name} is a file: results are looked for in ${name}.jsonl` : undefined }
}

/** @throws UsageError if something is there and cannot be read */
async function ifThere<T, Else>(path: string, look: () => Promise<T>, otherwise: Else): Promise<T | Else> {
  try {
    return await look()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return otherwise
    throw new UsageError(`cannot read ${path}: ${readFailure(error)}`, { cause: error })
  }
}

async function* resultsIn(folder: string, remote: string): AsyncGenerator<BatchResult | UnreadableResult> {
  const { files } = await resultFiles(folder, remote)
  for (const { path } of files) yield* resultsOfFile(path)
}

const NEWLINE = 10

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Reads the results of one file, whichever tool wrote it. A file that cannot be read to its end yields what comes before, and why. */
export async function* resultsOfFile(path: string): AsyncGenerator<BatchResult | UnreadableResult> {
  let isBegun = false
  try {
    for await (const lines of readLines(path)) {
      isBegun = true
      for (const { bytes, number } of lines) {
        const text = bytes.toString('utf8').trim()
        if (text === '') continue
        const result = resultOfLine(text)
        if (typeof result !== 'string') yield result
        else yield { where: `${path}:${number}`, why: result, isTorn: bytes.at(-1) !== NEWLINE && !isJson(text) }
      }
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    yield { where: path, why: error.message.replace(`cannot read ${path}`, 'it cannot be read'), isTorn: isBegun }
  }
}
