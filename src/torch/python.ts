// Finds the Python that runs the engine of trainer/: one that is named, else uv, else python3 if it has the packages.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Environment } from '../base/cache.ts'
import { UsageError } from '../base/errors.ts'

/** A program and its first arguments; the engine's own arguments follow. */
export interface Launcher {
  command: string
  args: readonly string[]
}

/** The script that `uv run` and any Python can start. */
const ENTRY = fileURLToPath(new URL('../../trainer/main.py', import.meta.url))

/** Prints the names of the packages that are missing or too old, one a line, without importing them. */
const CHECK = `
from importlib import metadata
for name, least in (("torch", 2), ("sentence-transformers", 6), ("peft", 0), ("accelerate", 0), ("datasets", 0)):
    try:
        have = metadata.version(name)
        if int(have.split(".")[0]) < least: print(f"{name} {least} or newer (there is {have})")
    except metadata.PackageNotFoundError:
        print(name)
`

const INSTALL = `-m pip install "sentence-transformers[train]>=6" peft`

/**
 * Returns how to start the engine.
 * @param python the value of --python
 * @throws UsageError that says what is missing and how to get it
 */
export function findPython(python: string | undefined, env: Environment): Launcher {
  const named = python ?? (env['WINNOW_PYTHON'] || undefined)
  if (named !== undefined) return namedPython(named, python === undefined ? 'WINNOW_PYTHON' : '--python')
  const uv = onPath('uv', env)
  if (uv !== undefined) return { command: uv, args: ['run', '--quiet', ENTRY] }
  const found = onPath('python3', env)
  if (found !== undefined && missingIn(found)?.length === 0) return { command: found, args: [ENTRY] }
  throw new UsageError('--engine torch and torch: models need Python with sentence-transformers 6, and none is found', {
    hint: `Install uv (https://docs.astral.sh/uv), or: python3 -m venv venv && venv/bin/python ${INSTALL} and then --python venv/bin/python (or WINNOW_PYTHON).`,
  })
}

function namedPython(path: string, option: string): Launcher {
  const missing = missingIn(path)
  if (missing === undefined) {
    throw new UsageError(`${option} ${path} is not a Python that can be started`, {
      hint: 'Give the path of one, such as venv/bin/python.',
    })
  }
  if (missing.length > 0) {
    throw new UsageError(`${option} ${path} lacks ${missing.join(', ')}`, { hint: `Run: ${path} ${INSTALL}` })
  }
  return { command: path, args: [ENTRY] }
}

/** Returns the packages that a Python lacks; undefined if it cannot be started. */
function missingIn(python: string): string[] | undefined {
  const { status, stdout } = spawnSync(python, ['-c', CHECK], { encoding: 'utf8', timeout: 60_000 })
  return status === 0 ? stdout.split('\n').filter(Boolean) : undefined
}

function onPath(name: string, env: Environment): string | undefined {
  return (env['PATH'] ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path) && isExecutable(path))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
