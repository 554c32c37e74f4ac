// The file of a sample: a line that says how it was drawn, then one line for each passage to judge.
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { UsageError } from '../base/errors.ts'
import { isObject } from '../base/json.ts'
import { readLines, textOf } from '../base/lines.ts'
import { openSink } from '../base/sink.ts'
import { outputPaths } from '../job/outputs.ts'
import type { ScaleName } from './scale.ts'

const FORM = 1
const ENDING = '.audit.jsonl'

/** What is known of a passage before people see it, and what samples are stratified by. */
export const STRATA = ['verdict', 'dataset', 'judge', 'stage', 'outcome', 'to', 'label'] as const
export type StratumName = (typeof STRATA)[number]

/** Passages that are alike in everything that the sample is stratified by. */
export interface Stratum {
  values: Partial<Record<StratumName, string>>
  /** Passages of the file in it. */
  population: number
  /** Passages of the sample in it. */
  items: number
}

export interface SampleHead {
  winnow: string
  /** The version of this format. */
  audit: number
  /** Identifies the sample: `s` and ten hex digits of a hash of input, run and settings. */
  sample: string
  /** The rows that the sample was drawn for, as named, and the rows that the run read. */
  rows: string
  input: { path: string; sha256: string }
  /** The ledger of the run. */
  ledger: string | null
  run: string
  method: string
  settings: SampleSettings
  strata: Stratum[]
  /** Passages that could have been drawn. */
  population: number
}

interface SampleSettings {
  n: number
  strata: StratumName[]
  atLeast: number
  /** Empty if anyone may judge. */
  assessors: string[]
  /** Items that every assessor sees. */
  overlap: number
  scale: ScaleName
  positives: boolean
  seed: number
}

/** What one stage of the run said of a passage. */
export interface JudgeWord {
  stage: string
  model: string
  verdict: string
  relevant: boolean
}

export interface SampleItem {
  item: string
  /** In the input, from 1. */
  line: number
  row: string
  passage: string
  label: string
  /** Its label in the output of the run, or `dropped` with its row. */
  to: string
  dataset: string | null
  task: { name: string; query: string; definition: string }
  query: string
  title: string | null
  text: string
  /** Its place in the list of strata. */
  stratum: number
  /** How many passages of the file it stands for. */
  weight: number
  /** The assessors who see it; null for all. */
  assessors: string[] | null
  /** What each stage said. Empty if no model was asked about it. */
  judges: JudgeWord[]
  /** Whether the run found it relevant; null if it could not be decided, or was not asked about. */
  found: boolean | null
}

export interface Sample {
  path: string
  head: SampleHead
  items: SampleItem[]
}

/** Returns where the sample of some rows is written: `cleaned.audit.jsonl` for `cleaned.jsonl`. */
export const samplePath = (rows: string): string => outputPaths(rows).manifest.replace(/\.manifest\.json$/, ENDING)

export const judgementPath = (sample: string): string => sample.replace(/(\.audit)?\.jsonl$/, '') + '.judgements.jsonl'

/** Returns the name of a sample, such as `cleaned`. */
export const nameOfSample = (path: string): string => basename(path).replace(/(\.audit)?\.jsonl$/, '')

/** Returns the paths of the samples in the folder of some rows, those for the rows first. */
export function samplesBeside(rows: string): string[] {
  const folder = dirname(rows)
  if (!existsSync(folder)) return []
  const own = nameOfSample(samplePath(rows))
  const names = readdirSync(folder).filter((name) => name.endsWith(ENDING))
  const isOwn = (name: string) => nameOfSample(name) === own
  return [...names.filter(isOwn), ...names.filter((name) => !isOwn(name)).toSorted()].map((name) => join(folder, name))
}

export async function writeSample(
  path: string,
  head: Omit<SampleHead, 'audit'>,
  items: readonly SampleItem[],
): Promise<void> {
  const { winnow, ...rest } = head
  const sink = await openSink(path)
  try {
    for (const each of [{ winnow, audit: FORM, ...rest }, ...items]) await sink.write(`${JSON.stringify(each)}\n`)
    await sink.commit()
  } catch (error) {
    await sink.abort()
    throw error
  }
}

/** Reads a sample. @throws UsageError naming file and line of what is no sample */
export async function readSample(path: string): Promise<Sample> {
  let head: SampleHead | undefined
  const items: SampleItem[] = []
  for await (const lines of readLines(path)) {
    for (const line of lines) {
      const value = parsed(textOf(line))
      if (head === undefined) head = headIn(value, path)
      else if (isObject(value) && typeof value['item'] === 'string') items.push(value as unknown as SampleItem)
      else throw notSample(`${path}:${line.number}: not an item of a sample`)
    }
  }
  if (head === undefined) throw notSample(`${path} is empty`)
  return { path, head, items }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function headIn(value: unknown, path: string): SampleHead {
  if (!isObject(value) || typeof value['audit'] !== 'number') throw notSample(`${path} is not a sample of an audit`)
  if (value['audit'] <= FORM) return value as unknown as SampleHead
  throw new UsageError(`${path} was written by Winnow ${String(value['winnow'])} in a newer format`)
}

const notSample = (what: string) =>
  new UsageError(what, { hint: 'Draw a sample from the output of a run: winnow audit sample ROWS.' })
