// What the page first shows of a run: what made it, what came out, and what its rows can be found by.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { isObject } from '../base/json.ts'
import type { Manifest } from '../job/manifest.ts'
import { outputPaths } from '../job/outputs.ts'
import { VERSION } from '../base/version.ts'
import type { Facet, PolicyOption, RunView } from './api.ts'
import type { BrowsedRun } from './browsed-run.ts'

/** @param audits names of the samples beside the file @param policy the options of what-if, or why there is none */
export function runView(
  run: BrowsedRun,
  report: string | undefined,
  audits: string[],
  policy: PolicyOption[] | string,
): RunView {
  const { rows, made, index } = run
  const manifest = made?.manifest
  const facets: Facet[] = index.facets()
  const counted = (outcome: string) => index.countOf('outcome', outcome)
  return {
    kind: 'rows',
    file: basename(rows),
    command: manifest?.command ?? commandOf(rows, report),
    method: manifest?.method ?? null,
    run: manifest?.run ?? null,
    winnow: manifest?.winnow ?? VERSION,
    started: manifest?.started ?? null,
    seconds: manifest?.seconds ?? null,
    cost: manifest?.cost.run ?? null,
    models: Object.entries(manifest?.models ?? {}).map(([stage, model]) => ({ stage, model })),
    rows: {
      all: index.rows,
      kept: counted('kept'),
      changed: counted('changed'),
      dropped: counted('dropped'),
      undecided: counted('undecided'),
    },
    passages: passagesOf(manifest),
    falseNegatives: falseNegativesIn(manifest),
    facets,
    indexing: run.isIndexed ? null : { done: index.rows, all: manifest?.rows.read ?? 0 },
    policy: typeof policy === 'string' ? null : policy,
    noPolicy: typeof policy === 'string' ? policy : null,
    audits,
  }
}

function passagesOf(manifest: Manifest | undefined): RunView['passages'] {
  const { before, after } = manifest?.passages ?? {}
  return {
    positives: [before?.positive ?? 0, after?.positive ?? 0],
    negatives: [before?.negative ?? 0, after?.negative ?? 0],
  }
}

const falseNegativesIn = (manifest: Manifest | undefined) =>
  Object.entries(manifest?.falseNegativesPerRow ?? {}).reduce((sum, [many, rows]) => sum + Number(many) * rows, 0)

/** Returns the command that wrote rows without decisions, such as `mine`; null if no manifest tells. */
function commandOf(rows: string, report: string | undefined): string | null {
  try {
    const manifest: unknown = JSON.parse(readFileSync(outputPaths(rows, report).manifest, 'utf8'))
    return isObject(manifest) && typeof manifest['command'] === 'string' ? manifest['command'] : null
  } catch {
    return null
  }
}
