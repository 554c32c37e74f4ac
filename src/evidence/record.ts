// Evidence as records of a file, one a piece with the row that it is about, and the head that says whose it is.
import { FULFILMENTS, STRATEGIES, type Evidence } from './evidence.ts'
import { isObject, type JsonObject } from '../base/json.ts'
import { VERSION } from '../base/version.ts'

/** One piece of evidence, and the row that it is about. */
export type EvidenceRecord = { row: string; line: number } & Evidence

/** What a file of evidence says of itself before its first record. */
export interface EvidenceHead {
  /** The version of Winnow that wrote it. */
  winnow: string
  /** The version of this form. */
  evidence: number
  /** Run id. */
  run: string
  method: string
  /** SHA-256 of the uncompressed bytes of the rows, hex. */
  input: string
  /** Model identity by stage. */
  models: Record<string, string>
  /** Prompt ids with versions. */
  prompts: string[]
  /** Gather options that are not the default, models without credentials. */
  options: Record<string, unknown>
  /** Rows gone through, from the first; null for all. */
  limit: number | null
}

const FORM = 1

export function headOf(parts: Omit<EvidenceHead, 'winnow' | 'evidence'>): EvidenceHead {
  return { winnow: VERSION, evidence: FORM, ...parts }
}

/** Reads a head. @throws Error saying why it is none */
export function readHead(value: unknown): EvidenceHead {
  if (!isObject(value) || typeof value['winnow'] !== 'string' || typeof value['evidence'] !== 'number') {
    throw new Error('it has no head as evidence of Winnow begins with')
  }
  if (value['evidence'] > FORM) {
    throw new Error(`it was written by Winnow ${value['winnow']}, whose form of evidence is newer than this one knows`)
  }
  const { run, method, input, models, prompts, options, limit } = value
  const isSound =
    [run, method, input].every((each) => typeof each === 'string') &&
    [models, options].every(isObject) &&
    Array.isArray(prompts) &&
    (limit === null || typeof limit === 'number')
  if (!isSound) throw new Error('its head is incomplete')
  return value as unknown as EvidenceHead
}

type Check = (value: unknown) => boolean
const isText: Check = (value) => typeof value === 'string'
const isFlag: Check = (value) => typeof value === 'boolean'
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value)
const isPlace: Check = (value) => isNumber(value) && Number(value) >= 1
const isWhole: Check = (value) => Number.isSafeInteger(value)
const isOrdinal: Check = (value) => isWhole(value) && isPlace(value)
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText)
const isSnippet: Check = (value) =>
  isObject(value) &&
  isText(value['text']) &&
  (value['in'] === 'text' || value['in'] === 'title') &&
  isWhole(value['start']) &&
  isWhole(value['end'])
const isVotes: Check = (value) => isObject(value) && isWhole(value['agree']) && isWhole(value['of'])

const isOneOf =
  (words: readonly unknown[]): Check =>
  (value) =>
    words.includes(value)
const isStrategy = isOneOf(STRATEGIES)
const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)
const isRequirement: Check = (value) => isObject(value) && isText(value['text']) && isFlag(value['isCritical'])
const isPerturbation: Check = (value) =>
  isObject(value) && isOrdinal(value['requirement']) && isStrategy(value['strategy']) && isText(value['how'])
const isFault: Check = (value) => isObject(value) && isText(value['gate']) && isText(value['detail'])

const ABOUT_A_PASSAGE = { passage: isText, stage: isText, model: isText, prompt: isText }

/** What a record of each kind holds; a name that ends in `?` may be missing. */
const SHAPES: Record<Evidence['kind'], Record<string, Check>> = {
  verdict: {
    ...ABOUT_A_PASSAGE,
    verdict: isText,
    'reason?': isText,
    'strict?': isFlag,
    'snippet?': isSnippet,
    'step?': isOrdinal,
    'votes?': isVotes,
  },
  rank: { ...ABOUT_A_PASSAGE, order: isOrdinal, window: isText, rank: isPlace, 'step?': isOrdinal },
  score: { ...ABOUT_A_PASSAGE, score: isNumber },
  unread: { stage: isText, model: isText, passages: isTexts, why: isText, detail: isText, 'raw?': isText },
  known: { passage: isText, stage: (value) => value === 'duplicate' || value === 'known', reason: isText },
  unjudged: { passage: isText, reason: isText },
  exempt: { reason: isText },
  analysis: {
    stage: isOneOf(['analyse']),
    model: isText,
    prompt: isText,
    need: isText,
    meets: isText,
    boundary: isText,
    requirements: isListOf(isRequirement),
    perturbations: isListOf(isPerturbation),
  },
  candidate: {
    ...ABOUT_A_PASSAGE,
    stage: isOneOf(['write']),
    text: isText,
    'title?': isText,
    strategy: isStrategy,
    requirement: isOrdinal,
    'rewrites?': isText,
    attempt: isOneOf([1, 2]),
    'fault?': isFault,
  },
  verification: {
    ...ABOUT_A_PASSAGE,
    stage: isOneOf(['verify']),
    attemptsAnswer: isFlag,
    requirements: isListOf(isOneOf(FULFILMENTS)),
    'reason?': isText,
  },
}

const fieldOf = (name: string) => name.replace('?', '')

const FIELDS = Object.fromEntries(
  Object.entries(SHAPES).map(([kind, shape]) => [kind, Object.keys(shape).map(fieldOf)]),
) as Record<Evidence['kind'], string[]>

/** Reads a record. @throws Error saying what about it is wrong */
export function readRecord(value: unknown): EvidenceRecord {
  if (!isObject(value)) throw new Error('it is not a record of evidence')
  const { row, line, kind } = value
  if (!isText(row) || !isWhole(line)) throw new Error('it does not say which row and line it is about')
  const shape = SHAPES[kind as Evidence['kind']] as Record<string, Check> | undefined
  if (shape === undefined || !Object.hasOwn(SHAPES, kind as string)) {
    throw new Error(`${JSON.stringify(kind)} is no kind of evidence; there are ${Object.keys(SHAPES).join(', ')}`)
  }
  for (const [name, check] of Object.entries(shape)) {
    const field = fieldOf(name)
    if (value[field] === undefined ? !name.endsWith('?') : !check(value[field])) {
      throw new Error(`its "${field}" is ${JSON.stringify(value[field]) ?? 'missing'}`)
    }
  }
  return { ...value, ...(kind === 'unread' && { raw: value['raw'] }) } as EvidenceRecord
}

/** The evidence that a record holds. */
export function evidenceIn({ row: _row, line: _line, ...evidence }: EvidenceRecord): Evidence {
  return evidence as Evidence
}

/** A record as JSON can hold it, its fields always in the same order. */
export function recordOf(row: string, line: number, evidence: Evidence): JsonObject {
  const record: JsonObject = { row, line, kind: evidence.kind }
  for (const field of FIELDS[evidence.kind]) {
    const value = (evidence as unknown as JsonObject)[field]
    if (value !== undefined) record[field] = value
  }
  return record
}
