// The output files of a run: the rows, and beside them the lists of changed, dropped, undecided, suspect and discarded items, and the
// manifest.
import { realpathSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { assertFilePlace } from '../base/file-place.ts'
import { assertPagePlace } from '../base/page-file.ts'
import { filesOfCollection } from '../collections/open.ts'
import { UsageError } from '../base/errors.ts'
import { assertHeld, whileHeld } from '../base/held-file.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { isDatabase } from '../llm/ledger/open.ts'
import { isOnHub } from '../hub/names.ts'
import type { MethodDefinition } from '../method/definition.ts'
import type { Scan } from '../rows/scan.ts'
import type { RowLine } from '../rows/read.ts'
import { openSink, type LineSink } from '../base/sink.ts'
import { filesOfRows } from '../rows/containers/files.ts'
import { isFolderTarget } from '../rows/containers/sink.ts'
import { openRowSink, type RowTarget } from '../rows/sink.ts'
import type { EvidenceSink } from '../evidence/file.ts'
import type { EvidenceHead } from '../evidence/record.ts'
import { openEvidenceSink, type EvidenceFormat } from '../evidence/sink.ts'

/** Lists that any method may write beside the rows; those of single methods come between them. */
const [FIRST, LAST] = [['changes', 'undecided', 'dropped', 'suspects'] as const, ['bad'] as const]
export type GeneralList = (typeof FIRST)[number] | (typeof LAST)[number]

export interface OutputPaths {
  /** The rows: a path, or `-`. */
  rows: string
  manifest: string
  /** The training script. */
  script: string
  /** The lists by name. */
  sidecars: Record<GeneralList, string> & Record<string, string>
  /** The page for a browser, if it was asked for. */
  html?: string
  /** Where the evidence is written, if it was asked for. */
  evidence?: { path: string; format: EvidenceFormat }
}

/** What a name of rows may end in; their container and their compression. */
const ENDING = /(\.(jsonl?|ndjson|parquet|pq|arrow|csv|tsv))?(\.gz|\.zst)?$/

/**
 * Returns the paths of all outputs: `cleaned.jsonl` gives `cleaned.manifest.json`, `cleaned.changes.jsonl` and so on.
 * @param lists names of the lists that methods add
 * @throws UsageError if standard output leaves no place for the sidecars
 */
export function outputPaths(
  out: string,
  report?: string,
  evidence?: EvidenceFormat,
  lists: readonly string[] = [],
): OutputPaths {
  if (out === '-' && report === undefined) {
    throw new UsageError('--out - needs a folder for the manifest and the list of changes', {
      hint: 'Give a folder with --report DIR.',
    })
  }
  const name = out === '-' ? 'winnow' : basename(out).replace(ENDING, '')
  const base = join(report ?? dirname(out), name)
  const names = [...FIRST, ...lists, ...LAST].map((list) => [list, `${base}.${list}.jsonl`])
  const sidecars = Object.fromEntries(names) as OutputPaths['sidecars']
  return {
    rows: out,
    manifest: `${base}.manifest.json`,
    script: `${base}.train.py`,
    sidecars,
    ...(evidence && { evidence: { path: `${base}.evidence.${evidence}`, format: evidence } }),
  }
}

/** Adds the page for a browser. */
export const withPage = (paths: OutputPaths, html: string | undefined): OutputPaths =>
  html === undefined ? paths : { ...paths, html }

/**
 * Checks, before any money is spent, that the files can be written at the end, and that none is one of those read.
 * @param read the input, the ledger, and all files that the options name
 * @throws UsageError naming the path that cannot be written
 */
export async function assertWritable(
  { rows, manifest, script, sidecars, evidence, html }: OutputPaths,
  read: string[],
): Promise<void> {
  const written = [rows, manifest, ...Object.values(sidecars), ...(evidence ? [evidence.path] : [])]
  assertPagePlace(html, read)
  if (html !== undefined && [script, ...written].some((path) => sameFile(path) === sameFile(html)))
    throw new UsageError(`--html ${html} is another output of this command`, { hint: 'Give another file with --html.' })
  const kept = new Set(
    (await Promise.all(read.filter((path) => path !== '-').map(withFilesInside))).flat().map(sameFile),
  )
  for (const path of written) {
    if (path !== '-' && kept.has(sameFile(path))) {
      throw new UsageError(`${path} is an input of this command; Winnow never overwrites its inputs`, {
        hint: 'Give another file with --out.',
      })
    }
  }
  for (const path of rows === '-' ? [manifest] : [rows, manifest]) {
    // A folder of files is written as a whole; what is in it already stays.
    await assertFilePlace(isFolderTarget(path) ? join(path, 'data') : path)
  }
}

/** Does some work while no other run may write the same rows or manifest. @throws UsageError naming the one that does */
export const holding = <T>({ rows, manifest }: Pick<OutputPaths, 'rows' | 'manifest'>, work: () => Promise<T>) =>
  whileHeld(
    [rows, manifest].filter((path) => path !== '-'),
    work,
  )

/** Returns a path and, if it is a folder or a pattern, the files of rows behind it. */
async function withFilesInside(path: string): Promise<string[]> {
  const files = await filesOfRows(path).catch(() => [])
  return [path, ...files]
}

/** Returns the files that a command reads: its input, its ledger with the files SQLite keeps beside it, and those its options name. */
export function filesRead(input: string, ledger: string, options: Record<string, unknown>): string[] {
  const { out: _out, report: _report, html: _html, ledger: _ledger, ...others } = options
  const named = Object.values(others).filter((value): value is string => typeof value === 'string')
  return [
    input,
    ...(isDatabase(ledger) ? [] : ['', '-wal', '-shm'].map((end) => ledger + end)),
    ...named.map((value) => value.replace(/^(replay|gguf):/, '')),
  ]
}

/** Returns the files that are read from the folders of collections among the paths. */
export async function filesInside(paths: readonly (string | undefined)[]): Promise<string[]> {
  const folders = paths.filter((path) => path !== undefined).filter((path) => isFolder(path))
  const files = await Promise.all(folders.map(filesOfCollection))
  return files.flat().map(({ path }) => path)
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/** Returns the real path of a file, even if it does not exist yet. */
function sameFile(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    try {
      return join(realpathSync(dirname(path)), basename(path))
    } catch {
      return resolve(path)
    }
  }
}

/** Returns the default path of the ledger: `.winnow/ledger.db` beside the output. */
export function defaultLedger(out: string): string {
  return join(out === '-' || isOnHub(out) ? '.' : dirname(out), '.winnow', 'ledger.db')
}

/** Returns the lists of a run; the list of bad rows only if there are any. */
export function listsOf({ lists = [] }: MethodDefinition, { badRows }: Pick<Scan, 'badRows'>): string[] {
  return [...FIRST, ...lists.map(({ name }) => name), ...(badRows > 0 ? LAST : [])]
}

/** Open sinks for the rows and the sidecars; all are completed together, or none. */
export class Outputs {
  readonly rows: LineSink
  readonly #sidecars: ReadonlyMap<string, LineSink>
  readonly #evidence: EvidenceSink | undefined
  /** Files of an earlier run in this place that have no counterpart in this one. */
  readonly #stale: string[]
  readonly #held: readonly string[]

  private constructor(
    { rows: path, manifest }: OutputPaths,
    rows: LineSink,
    sidecars: ReadonlyMap<string, LineSink>,
    evidence: EvidenceSink | undefined,
    stale: string[],
  ) {
    this.#held = [path, manifest]
    this.rows = rows
    this.#sidecars = sidecars
    this.#evidence = evidence
    this.#stale = stale
  }

  /**
   * @param lists the lists that this run may have; others of an earlier run in this place are deleted
   * @param head the head of the evidence file
   * @param target how the rows are written
   */
  static async open(
    paths: OutputPaths,
    lists: readonly string[],
    head: EvidenceHead,
    target: Omit<RowTarget, 'path'>,
  ): Promise<Outputs> {
    const places = Object.entries(paths.sidecars)
    const own = places.filter(([list]) => lists.includes(list))
    const sinks = await Promise.all(own.map(async ([list, path]) => [list, await openSink(path)] as const))
    const rows = await openRowSink({ ...target, path: paths.rows })
    const evidence = paths.evidence && (await openEvidenceSink(paths.evidence.path, paths.evidence.format, head))
    const stale = places.filter(([list]) => !lists.includes(list)).map(([, path]) => path)
    return new Outputs(paths, rows, new Map(sinks), evidence, stale)
  }

  /** Appends one JSON line to a sidecar. */
  note(list: string, record: object): Promise<void> | undefined {
    return this.#sidecars.get(list)?.write(`${JSON.stringify(record)}\n`)
  }

  /** Writes the evidence about a row, if that was asked for. */
  noteEvidence(entry: RowLine, evidence: Evidence[]): Promise<void> | undefined {
    return this.#evidence?.write(entry, evidence)
  }

  async commit(): Promise<void> {
    this.#held.forEach(assertHeld)
    await this.#evidence?.commit()
    for (const sink of [...this.#sidecars.values(), this.rows]) await sink.commit()
    for (const path of this.#stale) await rm(path, { force: true })
  }

  async abort(): Promise<void> {
    await this.#evidence?.abort()
    for (const sink of [...this.#sidecars.values(), this.rows]) await sink.abort()
  }
}
