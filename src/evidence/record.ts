// Evidence as records of a file: one record per piece, with its row, and a head that describes the run.
import { fits, type Field } from '../base/fields.ts'
import { isObject, type JsonObject } from '../base/json.ts'
import { VERSION } from '../base/version.ts'
import { KINDS, type Evidence } from './evidence.ts'

/** One piece of evidence with its row. */
export type EvidenceRecord = { row: string; line: number } & Evidence

/** The description of an evidence file, before its first record. */
export interface EvidenceHead {
  /** The version of Winnow that wrote it. */
  winnow: string
  /** The version of this format. */
  evidence: number
  /** The run id. */
  run: string
  method: string
  /** SHA-256 of the uncompressed bytes of the rows, hex. */
  input: string
  /** Model identity by stage. */
  models: Record<string, string>
  /** Prompt ids with versions. */
  prompts: string[]
  /** Gather options that differ from the default; models without credentials. */
  options: Record<string, unknown>
  /** How many rows were processed, from the first; null for all. */
  limit: number | null
}

const FORM = 1

export function headOf(parts: Omit<EvidenceHead, 'winnow' | 'evidence'>): EvidenceHead {
  return { winnow: VERSION, evidence: FORM, ...parts }
}

/** Reads a head. @throws Error saying what is wrong with it */
export function readHead(value: unknown): EvidenceHead {
  if (!isObject(value) || typeof value['winnow'] !== 'string' || typeof value['evidence'] !== 'number') {
    throw new Error('no header of an evidence file')
  }
  if (value['evidence'] > FORM) {
    throw new Error(`written by Winnow ${value['winnow']} in a newer format`)
  }
  const { run, method, input, models, prompts, options, limit } = value
  const isSound =
    [run, method, input].every((each) => typeof each === 'string') &&
    [models, options].every(isObject) &&
    Array.isArray(prompts) &&
    (limit === null || typeof limit === 'number')
  if (!isSound) throw new Error('incomplete header')
  return value as unknown as EvidenceHead
}

const FIELDS = new Map<unknown, [string, Field][]>(KINDS.map(({ name, fields }) => [name, Object.entries(fields)]))

/** Reads a record. @throws Error saying what is wrong with it */
export function readRecord(value: unknown): EvidenceRecord {
  if (!isObject(value)) throw new Error('not a record of evidence')
  const { row, line, kind } = value
  if (typeof row !== 'string' || !Number.isSafeInteger(line)) {
    throw new Error('no row or line')
  }
  const fields = FIELDS.get(kind)
  if (fields === undefined) {
    throw new Error(`${JSON.stringify(kind)} is not a kind of evidence; allowed: ${[...FIELDS.keys()].join(', ')}`)
  }
  for (const [name, field] of fields) {
    if (!fits(field, value[name])) throw new Error(`its "${name}" is ${JSON.stringify(value[name]) ?? 'missing'}`)
  }
  return value as EvidenceRecord
}

/** Returns the evidence in a record. */
export function evidenceIn({ row: _row, line: _line, ...evidence }: EvidenceRecord): Evidence {
  return evidence as Evidence
}

/** Returns a record for JSON, with its fields always in the same order. */
export function recordOf(row: string, line: number, evidence: Evidence): JsonObject {
  const record: JsonObject = { row, line, kind: evidence.kind }
  for (const [name] of FIELDS.get(evidence.kind) ?? []) {
    const value = (evidence as unknown as JsonObject)[name]
    if (value !== undefined) record[name] = value
  }
  return record
}
