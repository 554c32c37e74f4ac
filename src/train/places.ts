// The folders of an encoder and of its training state. Only files that winnow train wrote are ever deleted.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { messageOf, UsageError } from '../base/errors.ts'
import { STATIC_FOLDER_NAMES } from '../encoders/static/folder.ts'
import { isRunning } from '../base/running.ts'
import { flagOf } from '../options/options.ts'

export interface Places {
  /** The folder of the encoder. */
  out: string
  /** The folder of the training state, beside it. */
  work: string
  checkpoint: string
  /** Bags of tokens that do not fit into memory. */
  bags: string
  /** The log of --diagnose until the encoder is complete. */
  diagnostics: string
  /** The encoder until it is complete. */
  encoder: string
  /** The folder of the torch engine: rows, request, checkpoints, log. */
  torch: string
}

export const MANIFEST = 'manifest.json'
/** The log of --diagnose, beside the encoder. */
export const DIAGNOSTICS = 'diagnostics.jsonl'

const [PROCESS, CHECKPOINT, BAGS, ENCODER, REPLACED] = ['process', 'checkpoint', 'bags', 'encoder', 'replaced']
const TORCH = 'torch'
/** All names that the folder of an encoder and the folder of a training may hold. */
const OF_ENCODER = new Set([...STATIC_FOLDER_NAMES, MANIFEST, DIAGNOSTICS])
const OF_TRAINING = new Set([PROCESS, CHECKPOINT, `${CHECKPOINT}.part`, BAGS, DIAGNOSTICS, ENCODER, REPLACED, TORCH])

/**
 * Checks before training that the encoder can be written at the end and that no other process is training it.
 * @param from folders that training starts from, by option; they must not be overwritten
 * @throws UsageError when the path holds something other than an encoder of ours, or another process is at work
 */
export function openPlaces(out: string, from: Record<string, string> = {}): Places {
  const folder = resolve(out)
  const work = `${folder}.training`
  const start = Object.entries(from).find(([, path]) => resolve(path) === folder)
  if (start) {
    throw new UsageError(`--out ${out} would overwrite the folder of ${flagOf(start[0])}`, {
      hint: 'Give another folder with --out.',
    })
  }
  assertReplaceable(folder, out)
  assertOurs(work, namesIn(work), OF_TRAINING)
  try {
    mkdirSync(work, { recursive: true })
    claim(join(work, PROCESS), out)
    // Undoes a replacement that was killed between its two renames.
    if (!existsSync(folder) && existsSync(join(work, REPLACED))) renameSync(join(work, REPLACED), folder)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`cannot write ${work}: ${messageOf(error)}`, { cause: error })
  }
  const at = (name: string) => join(work, name)
  return {
    out: folder,
    work,
    checkpoint: at(CHECKPOINT),
    bags: at(BAGS),
    diagnostics: at(DIAGNOSTICS),
    encoder: at(ENCODER),
    torch: at(TORCH),
  }
}

/** Allows an empty folder, or an encoder that was trained here before, to be replaced. */
function assertReplaceable(folder: string, out: string): void {
  const stat = statSync(folder, { throwIfNoEntry: false })
  if (stat === undefined) return
  if (!stat.isDirectory()) throw new UsageError(`${out} is a file; --out must be a folder`)
  const names = readdirSync(folder)
  if (names.length === 0) return
  const files = filesOfTrained(join(folder, MANIFEST))
  if (files === undefined) {
    throw new UsageError(`${out} exists and was not written by winnow train`, {
      hint: 'Give another folder with --out.',
    })
  }
  assertOurs(out, names, new Set([...OF_ENCODER, ...files]))
}

/** Returns the files that a manifest of winnow train lists; undefined for any other file. */
function filesOfTrained(manifest: string): string[] | undefined {
  try {
    const { command, files = [] } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      command?: unknown
      files?: string[]
    }
    return command === 'train' && Array.isArray(files) ? files : undefined
  } catch {
    return undefined
  }
}

function namesIn(folder: string): string[] {
  const stat = statSync(folder, { throwIfNoEntry: false })
  if (stat === undefined) return []
  if (!stat.isDirectory()) throw new UsageError(`${folder} is a file; checkpoints need a folder of that name`)
  return readdirSync(folder)
}

/** @throws UsageError that names files which winnow train did not write in a folder to be deleted */
function assertOurs(folder: string, names: readonly string[], ours: ReadonlySet<string>): void {
  const others = names.filter((name) => !ours.has(name))
  if (others.length === 0) return
  throw new UsageError(`${folder} has files not written by winnow train: ${others.slice(0, 5).join(', ')}`, {
    hint: 'Move them elsewhere, or give another folder with --out.',
  })
}

/**
 * Claims a folder by creating a file in it exclusively, so that of two processes that start at once only one succeeds.
 * @param what is trained @param option names another folder
 * @throws UsageError that names the other process
 */
export function claim(path: string, what: string, option = '--out'): void {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    return
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const owner = Number(readFileSync(path, 'utf8'))
  if (owner > 0 && owner !== process.pid && isRunning(owner)) {
    throw new UsageError(`process ${owner} is training ${what}`, {
      hint: `Wait for it, or give another folder with ${option}; if that process is not Winnow, delete ${path}.`,
    })
  }
  writeFileSync(path, String(process.pid))
}

/** Moves the complete encoder into place; an earlier one is removed. */
export function replaceEncoder({ work, encoder, out, checkpoint }: Places): void {
  const replaced = join(work, REPLACED)
  mkdirSync(dirname(out), { recursive: true })
  rmSync(replaced, { recursive: true, force: true })
  if (existsSync(out)) renameSync(out, replaced)
  renameSync(encoder, out)
  rmSync(checkpoint, { force: true })
}

/** Clears the folder of the training: all of it, or all but a checkpoint to resume from and its log. */
export function leavePlaces({ work, checkpoint, diagnostics, torch }: Places): void {
  const kept = new Set<string>()
  if (existsSync(checkpoint)) kept.add(checkpoint).add(diagnostics)
  if (existsSync(join(torch, 'checkpoints'))) kept.add(torch)
  // An error about it has been reported by then.
  if (!statSync(work, { throwIfNoEntry: false })?.isDirectory()) return
  for (const name of readdirSync(work)) {
    const path = join(work, name)
    if (!kept.has(path)) rmSync(path, { recursive: true, force: true })
  }
  if (kept.size === 0) rmSync(work, { recursive: true, force: true })
}
