// Keeps a second process from writing what one writes: a lock beside the target says who holds it. A lock whose process is gone is in nobody's
// way; one of another machine counts as long as its holder refreshes it. Before the target is replaced, its holder checks that it still is one.
import { randomUUID } from 'node:crypto'
import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { cannotWrite, UsageError, WinnowError } from './errors.ts'
import { plural } from './format.ts'
import { beginningOf, HERE, isRunning } from './running.ts'
import { partFor } from './sink.ts'

/** Who holds a target, as the lock has it. */
interface Holder {
  pid: number
  /** When the process began: a later one may have its id. */
  began: string
  host: string
  /** Where the process id means something. */
  scope: string
  since: string
  /** Different for each lock. */
  token: string
}

const REFRESHED_MS = 10_000
/** A lock of another machine that was not refreshed for so long counts no more. */
const GONE_MS = 5 * 60_000
const ATTEMPTS = 20

/** What this process holds: the text of the lock, by its path. */
const held = new Map<string, string>()

const lockOf = (path: string) => `${path.replace(/\/+$/, '')}.lock`

/**
 * Does some work while no other process that asks in this way may write the targets.
 * @throws UsageError naming who writes one of them, since when, and what to do
 */
export async function whileHeld<T>(paths: readonly string[], work: () => Promise<T>): Promise<T> {
  const taken: string[] = []
  const timer = setInterval(() => taken.forEach(refresh), REFRESHED_MS).unref()
  try {
    for (const path of new Set(paths)) {
      await take(path)
      taken.push(path)
    }
    return await work()
  } finally {
    clearInterval(timer)
    taken.forEach(release)
  }
}

/** @throws WinnowError if another process may have begun to write a target that this one took, for example while the machine slept */
export function assertHeld(path: string): void {
  const text = held.get(lockOf(path))
  if (text === undefined || readText(lockOf(path)) === text) return
  throw new WinnowError('lock-lost', `${path} is no longer held by this run: its lock was taken or removed`, {
    hint: 'Nothing was written. See whether another run writes the file, then run the same command again.',
  })
}

async function take(path: string): Promise<void> {
  const lock = lockOf(path)
  const holder: Holder = {
    pid: process.pid,
    began: beginningOf(process.pid),
    host: hostname(),
    scope: HERE,
    since: new Date().toISOString(),
    token: randomUUID(),
  }
  const text = `${JSON.stringify(holder)}\n`
  for (let attempt = 1; !(await create(lock, text)); attempt++) {
    const found = readText(lock)
    if (found === undefined) continue
    const other = holderIn(found)
    const isHere = other?.scope === HERE
    const age = isHere ? undefined : ageOf(lock)
    const isGone = isHere ? !lives(other) : age !== undefined && age > GONE_MS
    if (!isGone || attempt > ATTEMPTS) throw refusal(path, lock, other, age)
    removeThat(lock, found)
  }
  held.set(lock, text)
}

/** Makes a lock that has its text from the first moment, as its holder may be killed at any. @returns whether there was none */
async function create(lock: string, text: string): Promise<boolean> {
  const part = await partFor(lock)
  try {
    writeFileSync(part, text)
    link(part, lock, text)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw cannotWrite(lock, error)
  } finally {
    rmSync(part, { force: true })
  }
}

/** Some file systems have no links: there the name is first, and the text a moment later. */
function link(part: string, lock: string, text: string): void {
  try {
    linkSync(part, lock)
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    writeFileSync(lock, text, { flag: 'wx' })
  }
}

/** Removes a lock with this text. Another one that was put there in between goes back. */
function removeThat(lock: string, text: string): void {
  const aside = `${lock}.${randomUUID()}`
  try {
    renameSync(lock, aside)
  } catch {
    return
  }
  try {
    if (readText(aside) !== text) linkSync(aside, lock)
  } catch {
    // Its holder finds out in `assertHeld`.
  }
  rmSync(aside, { force: true })
}

function release(path: string): void {
  const lock = lockOf(path)
  const text = held.get(lock)
  held.delete(lock)
  if (text !== undefined && readText(lock) === text) rmSync(lock, { force: true })
}

/** Writes the same again, so that the file has a new time by the clock of its file system, whatever the machine's own says. */
function refresh(path: string): void {
  const lock = lockOf(path)
  const text = held.get(lock)
  if (text === undefined || readText(lock) !== text) return
  try {
    const file = openSync(lock, 'r+')
    try {
      writeSync(file, text, 0)
    } finally {
      closeSync(file)
    }
  } catch {
    // A lock that cannot be refreshed is lost in time, which `assertHeld` notices.
  }
}

/** Returns the milliseconds since a lock was refreshed, by the clock of its file system; undefined if there is none any more. */
function ageOf(lock: string): number | undefined {
  const probe = `${lock}.${randomUUID()}`
  try {
    writeFileSync(probe, '')
    return Math.max(0, statSync(probe).mtimeMs - statSync(lock).mtimeMs)
  } catch {
    return undefined
  } finally {
    rmSync(probe, { force: true })
  }
}

const lives = ({ pid, began }: Holder) => isRunning(pid) && (began === '' || began === beginningOf(pid))

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function holderIn(text: string): Holder | undefined {
  try {
    const { pid, began = '', host, scope, since, token } = JSON.parse(text) as Partial<Holder>
    if (!Number.isSafeInteger(pid) || [began, host, scope, since, token].some((each) => typeof each !== 'string'))
      return undefined
    return { pid, began, host, scope, since, token } as Holder
  } catch {
    return undefined
  }
}

function refusal(path: string, lock: string, holder: Holder | undefined, ageMs: number | undefined): UsageError {
  const who = holder ? `process ${holder.pid} on ${holder.host}, since ${holder.since}` : 'a process that is not named'
  const age = ageMs === undefined ? '' : `, last heard of ${plural(Math.round(ageMs / 1000), 'second')} ago`
  const until =
    ageMs === undefined
      ? ''
      : ` If that process is gone, its lock counts no more after ${GONE_MS / 60_000} minutes; or delete ${lock}.`
  return new UsageError(`${path} is being written by another run: ${who}${age}`, {
    hint: `Wait until it is done, end it, or give another file with --out.${until}`,
  })
}
