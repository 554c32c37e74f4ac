// Where rows come from: the steps of Winnow that made them, read from the manifests beside them, without any path of this machine.
import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { isObject, type JsonObject } from '../../base/json.ts'
import { isOnHub } from '../../hub/names.ts'
import { outputPaths } from '../../job/outputs.ts'
import { plainName, withoutFolders } from './plain.ts'

/** One run of a command of Winnow. */
export interface LineageStep {
  command: string
  winnow: string
  started: string
  method: string | null
  /** Models by stage: their identities. */
  models: Record<string, string>
  /** Names and versions of prompts, with a hash of their wording. */
  prompts: { name: string; hash: string }[]
  /** What the manifest counts: rows, outcomes, passages. */
  counts: JsonObject
  /** US dollars of the run; null if unknown or if no model was asked. */
  usd: number | null
  pricesAsOf: string | null
  /** The options that were given, without paths. */
  options: JsonObject
  input: { name: string; sha256: string | null }
}

const MOST_STEPS = 20

/** Returns the steps that made the rows, the first one first; none if no manifest is beside them. */
export function lineageOf(rows: string): LineageStep[] {
  const steps: LineageStep[] = []
  const seen = new Set<string>()
  for (let path: string | undefined = rows; path !== undefined && steps.length < MOST_STEPS;) {
    const manifest = seen.has(path) ? undefined : manifestBeside(path)
    seen.add(path)
    if (manifest === undefined) break
    const input = inputOf(manifest)
    steps.unshift(stepOf(manifest, input))
    path = input.path
  }
  return steps
}

function manifestBeside(rows: string): JsonObject | undefined {
  if (rows === '-' || isOnHub(rows)) return undefined
  const path = outputPaths(rows).manifest
  if (!existsSync(path)) return undefined
  try {
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (!isObject(manifest) || typeof manifest['winnow'] !== 'string') return undefined
    // The manifest of other rows may have the same place.
    const { outputs } = manifest
    const written = isObject(outputs) ? outputs['rows'] : undefined
    return typeof written !== 'string' || basename(written) === basename(rows) ? manifest : undefined
  } catch {
    return undefined
  }
}

function inputOf({ input }: JsonObject): { path: string | undefined; sha256: string | null } {
  if (!isObject(input)) return { path: undefined, sha256: null }
  const path = [input['path'], input['rows'], input['collection']].find((each) => typeof each === 'string')
  const { sha256 } = input
  return { path, sha256: typeof sha256 === 'string' ? sha256 : null }
}

function stepOf(manifest: JsonObject, input: ReturnType<typeof inputOf>): LineageStep {
  const { command, winnow, started, method, models, prompts, miners, cost } = manifest
  const spent = isObject(cost) ? cost : {}
  return {
    command: String(command),
    winnow: String(winnow),
    started: String(started ?? ''),
    method: typeof method === 'string' ? method : null,
    models: { ...namesIn(models), ...minersIn(miners) },
    prompts: Array.isArray(prompts) ? (prompts.filter(isObject) as unknown as LineageStep['prompts']) : [],
    counts: countsIn(manifest),
    usd: typeof spent['run'] === 'number' ? spent['run'] : null,
    pricesAsOf: typeof spent['pricesAsOf'] === 'string' ? spent['pricesAsOf'] : null,
    options: withoutPaths(manifest['options']),
    input: { name: input.path === undefined ? 'unknown' : plainName(input.path), sha256: input.sha256 },
  }
}

const namesIn = (models: unknown) =>
  isObject(models)
    ? Object.fromEntries(Object.entries(models).map(([stage, model]) => [stage, withoutFolders(String(model))]))
    : {}

const minersIn = (miners: unknown) =>
  Array.isArray(miners) && miners.length > 0
    ? {
        miner: miners
          .map((miner) => withoutFolders(isObject(miner) ? String(miner['name']) : String(miner)))
          .join(' + '),
      }
    : {}

function countsIn({ rows, passages, outcomes, dropReasons, positives, chosen, figures }: JsonObject): JsonObject {
  const counts = { rows, passages, outcomes, dropReasons, positives, chosen, figures }
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => isObject(value) || typeof value === 'number'))
}

/** Options that hold paths or what was sent beside the prompts, or repeat what the rest of the step says. */
const LEFT_OUT = new Set([
  'method',
  'rows',
  'out',
  'report',
  'ledger',
  'run',
  'writeEvidence',
  'trainer',
  'yes',
  'maxUsd',
  'extraBody',
])
const PATH = /[\\/~]|\.(jsonl?|ya?ml|parquet|tsv|csv|gz|zst|db|md|txt)$/i

function withoutPaths(options: unknown): JsonObject {
  if (!isObject(options)) return {}
  const isPlain = (value: unknown) =>
    typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && !PATH.test(value))
  return Object.fromEntries(Object.entries(options).filter(([name, value]) => !LEFT_OUT.has(name) && isPlain(value)))
}
