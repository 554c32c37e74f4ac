// Where a comparison stores its finished trainings: under --work, or in the cache, whose size is limited.
import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../base/cache.ts'
import type { Hooks } from '../base/hooks.ts'
import { sha256 } from '../base/hash.ts'
import { isRunning } from '../base/running.ts'
import { makeFolder } from '../base/page-file.ts'

export interface Workplace {
  root: string
  /** Files for bags of tokens that do not fit into memory: of the rows, and of the collections. */
  bags: readonly [string, string]
  /** Folder for the texts of the rows, if they are needed as texts. */
  texts: string
  /** Removes the bags and the texts. */
  leave(): void
}

const DAY = 24 * 3600 * 1000
/** Folders unused for longer are removed. */
const UNUSED = 90 * DAY
/** Maximum size of the cache in bytes. The least recently used folders are removed first; those used today stay. */
const MOST = 2 ** 30

interface WorkplaceRequest extends Pick<Hooks, 'env' | 'onNotice'> {
  /** The folder of --work. */
  work: string | undefined
  /** Decides the folder in the cache, so that the same inputs use the same one. */
  identity: readonly (string | undefined)[]
}

/** Opens the folder and cleans up: files of killed processes, and old folders in the cache. */
export function openWorkplace({ work, identity, env, onNotice }: WorkplaceRequest): Workplace {
  const cache = cacheFolder('comparisons', env)
  const root = work ?? join(cache, sha256(JSON.stringify(identity), 16))
  makeFolder(root)
  removeBags(root, 0)
  if (work === undefined) {
    utimesSync(root, new Date(), new Date())
    const removed = tidy(cache, root, Date.now())
    if (removed > 0) onNotice?.(`removed ${removed} old comparisons from ${cache}`)
  }
  const bags = [join(root, `bags.${process.pid}`), join(root, `eval-bags.${process.pid}`)] as const
  const texts = join(root, `texts.${process.pid}`)
  const leave = () => [...bags, texts].forEach((path) => rmSync(path, { recursive: true, force: true }))
  return { root, bags, texts, leave }
}

/** @returns how many folders were removed */
export function tidy(cache: string, inUse: string, nowMs: number, most = MOST): number {
  const folders = readdirSync(cache, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && join(cache, entry.name) !== inUse)
    .map(({ name }) => {
      const path = join(cache, name)
      removeBags(path, DAY)
      return { path, unusedMs: nowMs - statSync(path).mtimeMs, size: sizeOf(path) }
    })
    .toSorted((one, other) => other.unusedMs - one.unusedMs)
  let total = folders.reduce((sum, { size }) => sum + size, sizeOf(inUse))
  let removed = 0
  for (const { path, unusedMs, size } of folders) {
    if (unusedMs <= UNUSED && (total <= most || unusedMs <= DAY)) continue
    rmSync(path, { recursive: true, force: true })
    total -= size
    removed += 1
  }
  return removed
}

/** Removes bags and texts of processes that have ended. @param leastAgeMs younger ones stay because another machine may share the folder */
function removeBags(folder: string, leastAgeMs: number): void {
  for (const name of readdirSync(folder)) {
    const owner = Number(/^(?:bags|eval-bags|texts)\.(\d+)$/.exec(name)?.[1] ?? process.pid)
    if (owner === process.pid || isRunning(owner)) continue
    const path = join(folder, name)
    const modifiedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity
    if (Date.now() - modifiedMs >= leastAgeMs) rmSync(path, { recursive: true, force: true })
  }
}

/** Returns the total bytes of its files. */
const sizeOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false }))
    .reduce((sum, stat) => sum + (stat?.isFile() ? stat.size : 0), 0)
