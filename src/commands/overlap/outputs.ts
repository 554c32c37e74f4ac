// The files of `winnow overlap --out`: the rows, the changes, the dropped rows, and the report.
import { openSink, writeText, type LineSink } from '../../base/sink.ts'
import type { Input } from '../../rows/input.ts'
import { openRowSink } from '../../rows/sink.ts'
import { outputPaths } from '../../job/outputs.ts'

const SIDECARS = ['changes', 'dropped', 'bad'] as const
export type OverlapSidecar = (typeof SIDECARS)[number]

export type OverlapPaths = Record<'rows' | 'report' | OverlapSidecar, string>

/**
 * Returns the paths: `clean.jsonl` gives `clean.changes.jsonl`, `clean.dropped.jsonl` and `clean.overlap.json`, and `clean.bad.jsonl` if
 * bad rows are skipped.
 * @throws UsageError if the rows go to standard output and no folder is named for the other files
 */
export function overlapPaths(out: string, report?: string): OverlapPaths {
  const { sidecars, manifest } = outputPaths(out, report)
  const { changes, dropped, bad } = sidecars
  return { rows: out, changes, dropped, bad, report: manifest.replace(/manifest\.json$/, 'overlap.json') }
}

/** Open sinks; either all are completed or none. */
export class OverlapOutputs {
  readonly rows: LineSink
  readonly #sidecars: ReadonlyMap<OverlapSidecar, LineSink>
  readonly #reportPath: string

  private constructor(rows: LineSink, sidecars: ReadonlyMap<OverlapSidecar, LineSink>, reportPath: string) {
    this.rows = rows
    this.#sidecars = sidecars
    this.#reportPath = reportPath
  }

  static async open(paths: OverlapPaths, withBad: boolean, { format, path: from }: Input): Promise<OverlapOutputs> {
    const kinds = SIDECARS.filter((kind) => kind !== 'bad' || withBad)
    const sidecars = await Promise.all(kinds.map(async (kind) => [kind, await openSink(paths[kind])] as const))
    const rows = await openRowSink({ path: paths.rows, format, from })
    return new OverlapOutputs(rows, new Map(sidecars), paths.report)
  }

  /** Appends one JSON line to a sidecar. */
  note(kind: OverlapSidecar, record: object): Promise<void> | undefined {
    return this.#sidecars.get(kind)?.write(`${JSON.stringify(record)}\n`)
  }

  async commit(report: object): Promise<void> {
    for (const sink of [...this.#sidecars.values(), this.rows]) await sink.commit()
    await writeText(this.#reportPath, `${JSON.stringify(report, undefined, 2)}\n`)
  }

  async abort(): Promise<void> {
    for (const sink of [...this.#sidecars.values(), this.rows]) await sink.abort()
  }
}
