// What the page first shows of a file: what made it, what came out, and what its rows can be found by.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { isObject } from '../base/json.ts'
import type { Manifest } from '../job/manifest.ts'
import { outputPaths } from '../job/outputs.ts'
import { VERSION } from '../base/version.ts'
import type { RunView } from './api.ts'
import type { BrowsedRun } from './browsed-run.ts'
import type { ReportFile } from './report-file.ts'
import { wholeOf } from './whole.ts'

/** @param audits names of the samples beside the file */
export function runView(run: BrowsedRun, audits: string[]): RunView {
  const { rows, report, made, index, policy } = run
  const manifest = made?.manifest
  return {
    kind: 'rows',
    file: basename(rows),
    path: rows,
    command: manifest?.command ?? commandOf(rows, report),
    method: manifest?.method ?? null,
    run: manifest?.run ?? null,
    winnow: manifest?.winnow ?? VERSION,
    started: manifest?.started ?? null,
    seconds: manifest?.seconds ?? null,
    cost: manifest?.cost.run ?? null,
    models: Object.entries(manifest?.models ?? {}).map(([stage, model]) => ({ stage, model })),
    ...wholeOf(manifest, index),
    falseNegatives: manifest ? falseNegativesIn(manifest) : index.falseNegatives,
    facets: index.facets(),
    indexing: run.isIndexed && run.isOpen ? null : { done: index.rows, all: manifest?.rows.read ?? index.rows },
    policy: typeof policy === 'string' ? null : policy,
    noPolicy: typeof policy === 'string' ? policy : null,
    audits,
  }
}

/** Describes a report, which the page draws by itself. */
export function reportView(path: string, { kind, report }: ReportFile): RunView {
  const text = (name: string) => (typeof report[name] === 'string' ? report[name] : null)
  return {
    kind,
    file: basename(path),
    path,
    command: kind,
    method: null,
    run: null,
    winnow: text('winnow') ?? VERSION,
    started: text('started'),
    seconds: typeof report['seconds'] === 'number' ? report['seconds'] : null,
    cost: null,
    models: [],
    rows: { all: 0, kept: 0, changed: 0, dropped: 0, undecided: 0 },
    passages: { positives: [0, 0], negatives: [0, 0] },
    falseNegatives: 0,
    facets: [],
    indexing: null,
    policy: null,
    noPolicy: 'A report has no policy to try.',
    audits: [],
  }
}

const falseNegativesIn = ({ falseNegativesPerRow }: Manifest) =>
  Object.entries(falseNegativesPerRow).reduce((sum, [many, rows]) => sum + Number(many) * rows, 0)

/** Returns the command that wrote rows without decisions, such as `mine`; null if no manifest tells. */
function commandOf(rows: string, report: string | undefined): string | null {
  try {
    const manifest: unknown = JSON.parse(readFileSync(outputPaths(rows, report).manifest, 'utf8'))
    return isObject(manifest) && typeof manifest['command'] === 'string' ? manifest['command'] : null
  } catch {
    return null
  }
}
