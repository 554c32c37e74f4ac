// Downloads one large file: resumes an earlier attempt, and keeps only what matches the hub's listing.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UsageError, writing } from '../base/errors.ts'
import type { DownloadProgress } from '../base/hooks.ts'
import { isRunning } from '../base/running.ts'
import { authorization, fileUrl, type Hub, type Repository } from './address.ts'
import { assertOnline, pauseAfter, refusal } from './ask.ts'
import type { HubFile } from './listing.ts'

interface Download {
  hub: Hub
  repository: Repository
  file: HubFile
  /** The path of the complete file. */
  target: string
  signal: AbortSignal
  onProgress: (progress: DownloadProgress) => void
}

/** Further attempts after one that received nothing new. */
const FRUITLESS = 4
const PAUSE_MS = 500
/** A longer pause is left to the user. */
const LONGEST_WAIT_S = 120

/** @throws UsageError if the file is not available or does not match the listing, or another process is downloading it */
export async function download(task: Download): Promise<void> {
  assertOnline(task.hub, `${task.file.path} is not on this machine`)
  const part = partOf(task.target)
  await mkdir(dirname(part), { recursive: true })
  const claim = await claimed(part, task.file)
  try {
    await writing(part, () => complete(task, part))
    await verify(part, task)
    await rename(part, task.target)
    await rm(tagFile(part), { force: true })
  } finally {
    await rm(claim, { force: true })
  }
}

/**
 * Claims a file by writing the process id beside it, because two processes writing one file would spoil it. Returns the path of the claim.
 */
async function claimed(part: string, file: HubFile): Promise<string> {
  const claim = `${part}.pid`
  const owner = Number(await readFile(claim, 'utf8').catch(() => ''))
  if (owner > 0 && owner !== process.pid && isRunning(owner)) {
    throw new UsageError(`process ${owner} is downloading ${file.path}`, {
      hint: `Run the same command again when it is done; if that process is not Winnow, delete ${claim}.`,
    })
  }
  await writeFile(claim, String(process.pid))
  return claim
}

/** Fetches until the file is complete. */
async function complete(task: Download, part: string): Promise<void> {
  let here = await sizeOf(part)
  for (let fruitless = 0; here !== task.file.size;) {
    const { why, seconds } = await fetchRest(task, part, here)
    task.signal.throwIfAborted()
    const now = await sizeOf(part)
    if (now > task.file.size) await discard(part, task.file)
    fruitless = now > here ? 0 : fruitless + 1
    here = now
    if (here === task.file.size) break
    if (fruitless > FRUITLESS || (seconds ?? 0) > LONGEST_WAIT_S) throw gaveUp(task, here, why)
    const pause = seconds === undefined ? PAUSE_MS * 2 ** fruitless : seconds * 1000
    await sleep(pause, undefined, { signal: task.signal })
  }
}

/** What interrupted a download. */
interface Interruption {
  why: unknown
  /** The pause before the next attempt that the hub asks for. */
  seconds?: number | undefined
}

/** Returns the path of a file until it is complete. */
export const partOf = (target: string) => `${target}.part`

const sizeOf = async (path: string) => (await stat(path).catch(() => undefined))?.size ?? 0
const tagFile = (part: string) => `${part}.etag`

/** Appends the missing bytes, or as many as arrive. Returns what interrupted it. @throws UsageError if the hub refuses */
async function fetchRest(task: Download, part: string, from: number): Promise<Interruption> {
  const { hub, repository, file, signal } = task
  const etag = from > 0 ? await readFile(tagFile(part), 'utf8').catch(() => undefined) : undefined
  try {
    // Redirects to another host are sent without the token.
    const response = await fetch(fileUrl(hub, repository, file.path), {
      headers: {
        ...authorization(hub),
        'accept-encoding': 'identity',
        ...(etag && from < file.size && { range: `bytes=${from}-`, 'if-range': etag }),
      },
      signal,
    })
    const seconds = pauseAfter(response, 0)
    if (seconds !== undefined) {
      await response.body?.cancel()
      return { why: new Error(`it answered ${response.status}`), ...(response.status === 429 && { seconds }) }
    }
    if (!response.ok || response.body === null)
      throw refusal(hub, repository, `${repository.name}/${file.path}`, response)
    // An answer from the beginning means that the file has changed, or that the server cannot resume.
    const start = response.status === 206 ? from : 0
    await writeFile(tagFile(part), strongTag(response))
    await append(task, part, start, response.body)
    return { why: new Error('it sent less than it lists') }
  } catch (error) {
    if (error instanceof UsageError || isNoSpace(error)) throw error
    return { why: error }
  }
}

/** Returns a strong ETag, because only that guarantees equal bytes; '' if there is none. */
function strongTag(response: Response): string {
  const etag = response.headers.get('etag') ?? ''
  return etag.startsWith('"') ? etag : ''
}

async function append(
  { file, onProgress }: Download,
  part: string,
  start: number,
  body: NonNullable<Response['body']>,
): Promise<void> {
  await using target = await open(part, start === 0 ? 'w' : 'a')
  let received = start
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    await target.write(chunk)
    received += chunk.length
    onProgress({ file: file.path, received, size: file.size })
  }
}

const isNoSpace = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOSPC'

/** @throws UsageError if the contents do not match the hub's listing; they are then deleted */
async function verify(part: string, { file }: Download): Promise<void> {
  const { sha256, oid, size } = file
  if (sha256 === undefined && oid === undefined) return
  const hash = createHash(sha256 === undefined ? 'sha1' : 'sha256')
  // Git hashes a file with its kind and size before it.
  if (sha256 === undefined) hash.update(`blob ${size}\0`)
  for await (const chunk of createReadStream(part, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer)
  if (hash.digest('hex') !== (sha256 ?? oid)) await discard(part, file)
}

async function discard(part: string, file: HubFile): Promise<never> {
  await rm(part, { force: true })
  await rm(tagFile(part), { force: true })
  throw new UsageError(
    `${file.path} does not match the hub: size or ${file.sha256 === undefined && file.oid !== undefined ? 'git id' : 'SHA-256'} differs; deleted`,
    {
      hint: 'Run the same command again to download it once more.',
    },
  )
}

function gaveUp({ file, hub }: Download, received: number, cause: unknown): UsageError {
  const why =
    cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : String(cause)
  return new UsageError(`${hub.url} stopped sending ${file.path} at byte ${received} of ${file.size}: ${why}`, {
    hint: 'Run the same command again to resume.',
    cause,
  })
}
