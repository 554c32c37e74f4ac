// Finds what an output was made from in the manifest beside it: input, run, ledger and options.
import { existsSync, readFileSync } from 'node:fs'
import { basename, isAbsolute, normalize, resolve } from 'node:path'
import { messageOf, UsageError } from '../base/errors.ts'
import { isObject } from '../base/json.ts'
import type { Manifest } from '../job/manifest.ts'
import { defaultLedger, outputPaths } from '../job/outputs.ts'

export interface OutputOrigin {
  manifest: Manifest
  /** Path of the input rows. */
  input: string
  /** SHA-256 of the input at that time, hex. */
  hash: string
  ledger: string
  /** The file of evidence behind the decisions, if there was one. */
  evidence: string | undefined
  /** The options that were given. */
  options: Record<string, unknown>
}

/**
 * Returns what `rows` was made from; undefined if it is not an output, or has no manifest.
 * @param report the folder of the manifest, if it is not beside the rows
 * @throws UsageError if the manifest cannot be read, or its input was standard input
 */
export function madeFrom(rows: string, report: string | undefined): OutputOrigin | undefined {
  if (rows === '-') return undefined
  const path = outputPaths(rows, report).manifest
  if (!existsSync(path)) {
    if (report === undefined) return undefined
    throw new UsageError(`no manifest at ${path}`, { hint: 'Give its folder with --report DIR.' })
  }
  const manifest = readManifest(path)
  // Rows that winnow mine wrote hold no decisions; they can be the input of a run.
  if (!isOfRun(manifest) || basename(manifest.outputs.rows) !== basename(rows)) return undefined
  const from = placeResolver(path, manifest.outputs.manifest)
  if (manifest.input.path === '-') {
    throw new UsageError(`${rows} was made from standard input, which was not kept`, {
      hint: 'Give a file with the same rows: winnow explain ROWS ROW_ID --ledger FILE.',
    })
  }
  const { ledger, evidence } = manifest.options as { ledger?: string; evidence?: string }
  return {
    manifest,
    input: from(manifest.input.path),
    hash: manifest.input.sha256,
    ledger: ledger === undefined ? defaultLedger(rows) : from(ledger),
    evidence: evidence && from(evidence),
    options: Object.fromEntries(
      Object.entries(manifest.options).map(([name, value]) => [name, name === 'known' ? from(String(value)) : value]),
    ),
  }
}

function readManifest(path: string): Manifest {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const parts = ['input', 'outputs', 'options'] as const
    if (isObject(value) && parts.every((part) => isObject(value[part]))) return value as unknown as Manifest
    throw new Error('it is not a manifest of winnow clean, winnow grow or winnow apply')
  } catch (error) {
    throw new UsageError(`cannot read the manifest ${path}: ${messageOf(error)}`, { cause: error })
  }
}

const isOfRun = ({ run, input: { path } }: Manifest) => typeof run === 'string' && typeof path === 'string'

/** Resolves paths in a manifest, which are relative to the folder in which they were typed; the manifest's own path reveals it. */
function placeResolver(actual: string, typed: string): (path: string) => string {
  const [there, said] = [resolve(actual), normalize(typed)]
  const base = !isAbsolute(typed) && there.endsWith(`/${said}`) ? there.slice(0, -said.length) : process.cwd()
  return (path) => {
    const moved = resolve(base, path)
    return resolve(path) !== moved && existsSync(moved) ? moved : path
  }
}
