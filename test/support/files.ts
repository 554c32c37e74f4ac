// Temporary folders and JSON lines for tests.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'

/** Creates an empty folder that is deleted when the test is over. */
export const tempDir = () => newFolder(onTestFinished)

/** Creates an empty folder for all tests of the file or the group that calls this outside of a test. */
export const sharedDir = () => newFolder(afterAll)

function newFolder(atEnd: (remove: () => void) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'winnow-test-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export type Json = Record<string, unknown>

/** Returns the lines of a file as text, each with its terminator; empty if there is no file. */
export function linesOf(path: string): string[] {
  return existsSync(path) ? (readFileSync(path, 'utf8').match(/[^\n]*\n|[^\n]+$/g) ?? []) : []
}

export function readJsonl<T = Json>(path: string): T[] {
  return linesOf(path).map((line) => JSON.parse(line) as T)
}

export function writeJsonl(path: string, records: readonly object[]): string {
  writeFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''))
  return path
}

/** Returns the contents of an output and its sidecars, by kind; undefined for a missing file. */
export function outputsAt(out: string): Record<string, string | undefined> {
  const base = out.replace(/\.jsonl$/, '')
  const paths = { rows: out } as Record<string, string>
  for (const kind of ['changes', 'dropped', 'undecided', 'suspects', 'discarded']) paths[kind] = `${base}.${kind}.jsonl`
  // Messages about missing replies name the server, whose port changes each time.
  const textOf = (path: string) => readFileSync(path, 'utf8').replaceAll(/(127\.0\.0\.1):\d+/g, '$1')
  return Object.fromEntries(
    Object.entries(paths).map(([kind, path]) => [kind, existsSync(path) ? textOf(path) : undefined]),
  )
}
