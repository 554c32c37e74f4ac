// Gold: what people say of passages, by row and passage id. Read from gold.jsonl, where each line may name who judged and when, and from
// qrels in any form that other commands read.
import { UsageError } from '../base/errors.ts'
import { FaultList } from '../base/fault-list.ts'
import { plural } from '../base/format.ts'
import { textOfScalar, type JsonObject } from '../base/json.ts'
import { readLines, textOf } from '../base/lines.ts'
import { isJudgementFile, readGrades } from '../rows/audit-lines.ts'
import { isParquet } from '../rows/containers/parquet.ts'
import { readRecords, shown } from '../rows/containers/records.ts'
import { readJudgements, type OnWarning } from '../rows/judgements.ts'

/** One judgement of a passage by one assessor. */
export interface GoldLabel {
  row: string
  passage: string
  isRelevant: boolean
  /** Undefined if the line says relevant or not, without a grade. */
  grade: number | undefined
  /** The assessor; undefined if the file does not say. */
  who: string | undefined
  /** A date, or date and time, in ISO 8601. */
  when: string | undefined
  /** From 1. */
  line: number
}

/** What several assessors say together: most of them, or `disputed` where as many say one thing as the other. */
export type GoldVerdict = 'relevant' | 'irrelevant' | 'disputed'

/** The labels of one file. */
export class Gold {
  readonly path: string
  readonly #rows = new Map<string, Map<string, GoldLabel[]>>()
  readonly #assessors = new Set<string>()
  #labels = 0

  constructor(path: string) {
    this.path = path
  }

  /** Number of labels, those of several assessors included. */
  get labels(): number {
    return this.#labels
  }

  /** Names of the assessors, in the order of the file. */
  get assessors(): string[] {
    return [...this.#assessors]
  }

  /** Ids of the rows that have labels. */
  get rows(): IterableIterator<string> {
    return this.#rows.keys()
  }

  /** Ids of the labelled passages of a row. */
  passagesOf(row: string): string[] {
    return [...(this.#rows.get(row)?.keys() ?? [])]
  }

  labelsOf(row: string, passage: string): readonly GoldLabel[] {
    return this.#rows.get(row)?.get(passage) ?? []
  }

  /** Undefined if nobody judged the passage. */
  verdictOf(row: string, passage: string): GoldVerdict | undefined {
    const labels = this.labelsOf(row, passage)
    const relevant = labels.filter(({ isRelevant }) => isRelevant).length
    if (labels.length === 0) return undefined
    if (2 * relevant === labels.length) return 'disputed'
    return 2 * relevant > labels.length ? 'relevant' : 'irrelevant'
  }

  /** Adds a label. @returns the earlier label of the same passage by the same assessor; the new one is then left out */
  add(label: GoldLabel): GoldLabel | undefined {
    const { row, passage, who } = label
    let passages = this.#rows.get(row)
    if (passages === undefined) this.#rows.set(row, (passages = new Map()))
    const labels = passages.get(passage) ?? []
    const before = labels.find((each) => each.who === who)
    if (before !== undefined) return before
    passages.set(passage, [...labels, label])
    if (who !== undefined) this.#assessors.add(who)
    this.#labels += 1
    return undefined
  }
}

export interface GoldOptions {
  /** The lowest grade that counts as relevant. Default: 1. */
  relevanceLevel?: number
  onWarning?: OnWarning
}

/**
 * Reads gold labels: JSON lines with `row`, `passage` and either `relevant` or `grade`, optionally `who` and `when`; or qrels, whose query is
 * the row and whose document is the passage; or the judgements of an audit, of which only grades that stand are taken.
 * @throws UsageError naming file, line and value of everything that is no label, the first ten of them
 */
export async function readGold(path: string, { relevanceLevel = 1, onWarning }: GoldOptions = {}): Promise<Gold> {
  const gold = new Gold(path)
  const faults = new FaultList()
  const isRelevant = (grade: number) => grade >= relevanceLevel
  const labels = await labelsIn(path, isRelevant, faults, onWarning)
  let repeats = 0
  for await (const label of labels) {
    const before = gold.add(label)
    if (before === undefined) continue
    if (before.isRelevant === label.isRelevant && before.grade === label.grade) repeats += 1
    else faults.add(`${path}:${label.line}`, contradiction(label, before))
  }
  faults.throwIfAny(ALLOWED)
  if (gold.labels === 0) throw new UsageError(`${path}: no gold label in it`, { hint: ALLOWED })
  if (repeats > 0)
    onWarning?.(`${path}: ${plural(repeats, 'label')} repeated with the same grade; each pair counts once`)
  return gold
}

async function labelsIn(
  path: string,
  isRelevant: (grade: number) => boolean,
  faults: FaultList,
  onWarning: OnWarning | undefined,
): Promise<AsyncIterable<GoldLabel> | Iterable<GoldLabel>> {
  if (!(await isGoldFile(path))) return labelsFromQrels(path, isRelevant, onWarning)
  if (!(await isJudgementFile(path))) return labelsFromLines(path, isRelevant, faults)
  // The scale of an audit says from which grade on a passage is relevant.
  const graded = await readGrades(path, onWarning)
  return graded.map(({ relevant, ...label }) => ({ ...label, isRelevant: relevant }))
}

const ALLOWED =
  'Allowed: {"row": ID, "passage": ID, "relevant": true|false} or {"row": ID, "passage": ID, "grade": N}, ' +
  'each also with "who": NAME and "when": DATE; or qrels, "ROW 0 PASSAGE GRADE"; or the judgements of winnow audit.'

function contradiction({ row, passage, who }: GoldLabel, before: GoldLabel): string {
  const whose = who === undefined ? '' : ` by ${shown(who)}`
  return `passage ${shown(passage)} of row ${shown(row)} has another label${whose} at line ${before.line}; allowed: one label of each assessor`
}

/** Lines of JSON that have a `row` or a `passage`, and not the columns of qrels. */
async function isGoldFile(path: string): Promise<boolean> {
  if (await isParquet(path)) return false
  for await (const lines of readLines(path)) {
    const first = lines.map(textOf).find((text) => text.trim() !== '')
    if (first !== undefined) return first.trimStart().startsWith('{') && /"(row|passage)"\s*:/.test(first)
  }
  return false
}

async function* labelsFromQrels(
  path: string,
  isRelevant: (grade: number) => boolean,
  onWarning: OnWarning | undefined,
): AsyncGenerator<GoldLabel> {
  for await (const batch of readJudgements(path, onWarning)) {
    for (const { query: row, document: passage, grade, line } of batch) {
      yield { row, passage, isRelevant: isRelevant(grade), grade, who: undefined, when: undefined, line }
    }
  }
}

async function* labelsFromLines(
  path: string,
  isRelevant: (grade: number) => boolean,
  faults: FaultList,
): AsyncGenerator<GoldLabel> {
  for await (const records of readRecords(path, { wanted: [] })) {
    for (const record of records) {
      const { line } = record
      const found = 'fault' in record ? [record.fault] : labelIn(record.columns, line, isRelevant)
      if (!Array.isArray(found)) yield found
      else for (const fault of found) faults.add(`${path}:${line}`, fault)
    }
  }
}

/** @returns everything that is wrong with the line, if anything is */
function labelIn(columns: JsonObject, line: number, isRelevant: (grade: number) => boolean): GoldLabel | string[] {
  const { relevant, grade: stated, who, when } = columns
  const [row, passage] = [textOfScalar(columns['row']), textOfScalar(columns['passage'])]
  const grade = wholeNumber(stated)
  const faults = [
    row ? '' : `"row" is ${seen(columns['row'])}; allowed: the id of a row`,
    passage ? '' : `"passage" is ${seen(columns['passage'])}; allowed: the id of a passage`,
    relevant === undefined || typeof relevant === 'boolean'
      ? ''
      : `"relevant" is ${seen(relevant)}; allowed: true, false`,
    stated === undefined || grade !== undefined ? '' : `"grade" is ${seen(stated)}; allowed: a whole number`,
    (relevant === undefined) === (stated === undefined) ? '"relevant" or "grade" is needed, and one of them only' : '',
    who === undefined || (typeof who === 'string' && who !== '') ? '' : `"who" is ${seen(who)}; allowed: a name`,
    when === undefined || isTime(when) ? '' : `"when" is ${seen(when)}; allowed: a date as in 2026-11-28`,
  ].filter((fault) => fault !== '')
  if (faults.length > 0) return faults
  return {
    row: row as string,
    passage: passage as string,
    isRelevant: grade === undefined ? relevant === true : isRelevant(grade),
    grade,
    who: who as string | undefined,
    when: when as string | undefined,
    line,
  }
}

function seen(value: unknown): string {
  if (value === undefined) return 'missing'
  return typeof value === 'string' ? shown(value) : (textOfScalar(value) ?? JSON.stringify(value))
}

/** Numbers have their source text here. */
function wholeNumber(value: unknown): number | undefined {
  const text = typeof value === 'string' ? undefined : textOfScalar(value)
  return text !== undefined && /^-?\d{1,9}(\.0+)?$/.test(text) ? Number(text) : undefined
}

const isTime = (value: unknown) =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}([T ]|$)/.test(value) && !Number.isNaN(Date.parse(value))
