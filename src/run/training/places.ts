// Where an encoder is written, and where the state of its training is kept until then.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { messageOf, UsageError } from '../../errors.ts'
import { isRunning } from '../../running.ts'

export interface Places {
  /** The folder of the encoder. */
  out: string
  /** The folder of the training, beside it. */
  work: string
  checkpoint: string
  /** Bags of tokens that do not fit into memory. */
  bags: string
  /** The log of --diagnose, until the encoder is complete. */
  diagnostics: string
}

export const MANIFEST = 'manifest.json'
/** Beside the encoder, from --diagnose. */
export const DIAGNOSTICS = 'diagnostics.jsonl'

/**
 * Sees to it, before anything is trained, that the encoder can be written at the end and that nobody else trains it.
 * @throws UsageError when something stands there that is no encoder of ours, or another process is at work
 */
export function openPlaces(out: string): Places {
  const folder = resolve(out)
  const work = `${folder}.training`
  assertReplaceable(folder, out)
  try {
    mkdirSync(work, { recursive: true })
    claim(join(work, 'process'), out)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`cannot write ${work}: ${messageOf(error)}`, { cause: error })
  }
  const at = (name: string) => join(work, name)
  return { out: folder, work, checkpoint: at('checkpoint'), bags: at('bags'), diagnostics: at(DIAGNOSTICS) }
}

/** An encoder that was trained here before is replaced, and an empty folder is filled. */
function assertReplaceable(folder: string, out: string): void {
  const stat = statSync(folder, { throwIfNoEntry: false })
  if (stat === undefined) return
  if (!stat.isDirectory()) throw new UsageError(`${out} is a file; --out names a folder`)
  const names = readdirSync(folder)
  if (names.length === 0 || (names.includes(MANIFEST) && names.includes('modules.json'))) return
  throw new UsageError(`${out} is there and was not written by winnow train`, {
    hint: 'Name another folder with --out.',
  })
}

function claim(path: string, out: string): void {
  const owner = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0
  if (owner > 0 && owner !== process.pid && isRunning(owner)) {
    throw new UsageError(`process ${owner} is training ${out}`, {
      hint: 'Wait for it, or name another folder with --out.',
    })
  }
  writeFileSync(path, String(process.pid))
}

/** Puts a folder that is complete in its place; one that stood there goes. */
export function replaceFolder(complete: string, target: string): void {
  const before = `${target}.before`
  mkdirSync(dirname(target), { recursive: true })
  rmSync(before, { recursive: true, force: true })
  if (existsSync(target)) renameSync(target, before)
  renameSync(complete, target)
  rmSync(before, { recursive: true, force: true })
}

/** Gives the folder of the training up; without a checkpoint in it, it goes. */
export function leavePlaces({ work, checkpoint, bags }: Places): void {
  for (const path of [bags, join(work, 'process')]) rmSync(path, { force: true })
  if (!existsSync(checkpoint)) rmSync(work, { recursive: true, force: true })
}
