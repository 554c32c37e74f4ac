// Writes a training script beside rows, unless a file is there that Winnow did not write or that was changed since.
import { readFile } from 'node:fs/promises'
import { basename, dirname, relative, sep } from 'node:path'
import { writeText } from '../base/sink.ts'
import type { ContainerName } from '../rows/containers/names.ts'
import type { FormatName } from '../rows/formats/names.ts'
import { openTrainer } from './index.ts'
import type { TrainerName } from './options.ts'
import { unscriptable } from './scriptable.ts'
import { isUnchanged } from './seal.ts'

export interface ScriptRequest {
  trainer: TrainerName | 'off'
  /** Where the rows were written: a path, or `-`. */
  rows: string
  format: FormatName
  /** The container of the rows; default: by their name. */
  container?: ContainerName | undefined
  /** Where the script belongs. */
  script: string
  onNotice?: ((sentence: string) => void) | undefined
}

/**
 * Writes the script of a run. A file that Winnow did not write, or that was changed, stays as it is, and a notice says so.
 * @returns its path for the manifest; empty if there is none for these rows
 * @throws WinnowError if it cannot be written
 */
export async function writeScript(request: ScriptRequest): Promise<{ script?: string }> {
  const { trainer, rows, format, container, script, onNotice } = request
  if (trainer === 'off' || rows === '-') return {}
  const why = unscriptable(rows, format, container)
  if (why !== undefined) {
    onNotice?.(why)
    return {}
  }
  const there = await textAt(script)
  if (there === undefined || isUnchanged(there)) {
    const from = relative(dirname(script), rows).split(sep).join('/')
    const { scriptOf } = await import('./script.ts')
    await writeText(script, scriptOf(await openTrainer(trainer), { rows: from, format, name: basename(script) }))
  } else {
    onNotice?.(
      `${script} was changed since Winnow wrote it, or is not from Winnow, so it stays as it is: delete or rename it to get a new one`,
    )
  }
  return { script }
}

/** Returns the text of a file; undefined if there is nothing, empty if it is nothing that can be read. */
async function textAt(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : ''
  }
}
