// Checks a file against the rules of trainers, in two passes: its columns as a table, then every record. On request it writes the records
// without the faults that can be mended.
import { UsageError } from '../base/errors.ts'
import type { Hooks } from '../base/hooks.ts'
import { isObject, type JsonObject } from '../base/json.ts'
import { terminatorOf, textOf, type Line } from '../base/lines.ts'
import type { LineSink } from '../base/sink.ts'
import { filesOfRows } from '../rows/containers/files.ts'
import { containerOf } from '../rows/containers/kind.ts'
import { readRecordLines } from '../rows/containers/lines.ts'
import { MOST_DEEP, outlineOf } from '../rows/keys.ts'
import { rulesFor } from './rules/index.ts'
import { mendedRecord, mendsOf } from './mend.ts'
import { UNREADABLE } from './rules/table.ts'
import type { Context, RecordCheck, Rule, Severity } from './rule.ts'
import { Survey } from './survey.ts'
import { nameOf, NEGATIVES, type Target } from './targets.ts'

interface LintExample {
  line: number
  /** What is wrong there. */
  note: string
}

export interface LintFinding {
  code: string
  severity: Severity
  title: string
  /** What the trainer does. */
  effect: string
  /** Where its code does it. */
  source: string
  /** What --fix does about it; null if nothing. */
  fix: string | null
  advice: string
  /** Records with the fault; all of the file for a fault of its columns. */
  rows: number
  /** At most twenty. */
  examples: LintExample[]
}

export interface LintTarget {
  /** Such as `sentence-transformers:mnrl`. */
  for: string
  /** The worst first. */
  findings: LintFinding[]
}

const LISTED = 20
const ORDER: readonly Severity[] = ['error', 'warning', 'note']

/** What is found in a file for one target. */
class Findings {
  readonly #target: Target
  readonly #context: Context
  readonly #rules: { rule: Rule; check: RecordCheck | undefined; rows: number; examples: LintExample[] }[]

  constructor(target: Target, context: Context) {
    this.#target = target
    this.#context = context
    this.#rules = rulesFor(target).map((rule) => ({ rule, check: rule.check?.(context), rows: 0, examples: [] }))
  }

  add(record: JsonObject, line: number): void {
    for (const each of this.#rules) {
      const note = each.check?.(record, line)
      if (note === undefined) continue
      each.rows += 1
      if (each.examples.length < LISTED) each.examples.push({ line, note })
    }
  }

  addUnreadable(line: number, note: string): void {
    const found = this.#rules.find(({ rule }) => rule.code === UNREADABLE.code)
    if (found === undefined) return
    found.rows += 1
    if (found.examples.length < LISTED) found.examples.push({ line, note })
  }

  /** @param survey the columns of what was added */
  result(survey: Survey): LintTarget {
    const context = { ...this.#context, survey }
    const findings = this.#rules.flatMap(({ rule, rows, examples }): LintFinding[] => {
      const note = survey.rows > 0 ? rule.table?.(context) : undefined
      if (note === undefined && rows === 0) return []
      const { code, severity, title, effect, source, fix = null, advice } = rule
      const found = note === undefined ? { rows, examples } : { rows: survey.rows, examples: [{ line: 1, note }] }
      return [{ code, severity, title, effect, source, fix, advice, ...found }]
    })
    findings.sort((one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity))
    return { for: nameOf(this.#target), findings }
  }
}

export interface LintRequest {
  /** A path of rows: a file, a folder or a pattern. */
  path: string
  /** The file as the user named it. */
  file: string
  targets: readonly Target[]
  /** Negatives that training takes for each query. Default: as the trainer does. */
  negatives: number | undefined
  /** Bytes that a loader reads at once. Default: as `datasets` does. */
  block?: number
}

/** The records of a file, and what is found in them. */
export interface Linted {
  rows: number
  targets: LintTarget[]
}

/** What was mended, and what is left. */
export interface Mended extends Linted {
  /** Records that were changed, by the code of the rule. */
  counts: Record<string, number>
}

/** Reads the columns of a file. @throws UsageError if it cannot be read, or holds no record */
export async function surveyOf({ path, file, block }: LintRequest, hooks: Hooks): Promise<Survey> {
  const [first = path] = await filesOfRows(path)
  // Other containers say the types of their columns, or are read as a whole.
  const survey = new Survey((await containerOf(first)) === 'jsonl' ? block : Infinity)
  for await (const { line, text, record } of recordsOf(path, 'reading columns', hooks)) {
    if (isObject(record)) survey.add(record, line.number, text)
  }
  if (survey.rows === 0) throw new UsageError(`${file} holds no record`)
  return survey
}

const contextsOf = ({ targets, negatives, file }: LintRequest, survey: Survey) =>
  targets.map((target) => ({
    target,
    context: {
      loss: target.loss,
      negatives: negatives ?? NEGATIVES[target.trainer],
      isFilled: negatives !== undefined,
      survey,
      file,
    },
  }))

/** Checks a file. @throws UsageError if it cannot be read */
export async function lintFile(request: LintRequest, survey: Survey, hooks: Hooks): Promise<Linted> {
  const found = contextsOf(request, survey).map(({ target, context }) => new Findings(target, context))
  for await (const { line, record } of recordsOf(request.path, 'checking rows', hooks)) {
    for (const each of found) addTo(each, record, line)
  }
  return { rows: survey.rows, targets: found.map((each) => each.result(survey)) }
}

function addTo(findings: Findings, record: unknown, line: Line): void {
  if (isObject(record)) findings.add(record, line.number)
  else findings.addUnreadable(line.number, String(record))
}

/**
 * Writes the records of a file without the faults that can be mended, and checks what is written. A record without such a fault is written
 * as it was read.
 * @param out the name of the file that is written
 */
export async function mendFile(
  request: LintRequest,
  survey: Survey,
  sink: LineSink,
  out: string,
  hooks: Hooks,
): Promise<Mended> {
  const contexts = contextsOf(request, survey)
  const mends = contexts.flatMap(({ target, context }) => mendsOf(rulesFor(target), context))
  const after = contexts.map(({ target, context }) => new Findings(target, { ...context, file: out }))
  const written = new Survey(request.block)
  const counts: Record<string, number> = {}
  for await (const { line, text, record } of recordsOf(request.path, 'mending rows', hooks)) {
    const mended = isObject(record) ? mendedRecord(line, record, mends, counts) : undefined
    const bytes = mended === undefined ? line.bytes : `${JSON.stringify(mended)}${terminatorOf(line)}`
    const result = mended === undefined ? record : (JSON.parse(bytes.toString()) as JsonObject)
    if (isObject(result)) written.add(result, line.number, mended === undefined ? text : bytes.toString())
    for (const each of after) addTo(each, result, line)
    await sink.write(bytes)
  }
  return { rows: written.rows, targets: after.map((each) => each.result(written)), counts }
}

interface RecordLine {
  line: Line
  text: string
  /** The record, or why the line is none. */
  record: JsonObject | string
}

async function* recordsOf(path: string, what: string, { signal, onProgress }: Hooks): AsyncGenerator<RecordLine> {
  let rows = 0
  for await (const lines of readRecordLines(path)) {
    signal?.throwIfAborted()
    for (const line of lines) {
      const text = textOf(line)
      if (text.trim() !== '') yield { line, text, record: parsed(text) }
    }
    rows += lines.length
    onProgress?.({ what, done: rows, total: 0 })
  }
}

function parsed(text: string): JsonObject | string {
  try {
    const value: unknown = JSON.parse(text)
    if (!isObject(value)) return 'JSON, but not an object'
    return outlineOf(text).depth > MOST_DEEP ? `values nested more than ${MOST_DEEP} deep` : value
  } catch {
    return 'invalid JSON'
  }
}
