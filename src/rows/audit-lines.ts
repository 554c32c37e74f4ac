// The lines of a judgement file, which an audit writes beside its sample: what each line says, and what is still said after undoing.
import { isObject } from '../base/json.ts'

/** What an assessor can say of a passage besides a grade. */
export const WITHOUT_GRADE = ['unsure', 'skip'] as const
export type GivenGrade = number | (typeof WITHOUT_GRADE)[number]

/** One judgement, or the undoing of one. Lines are appended and never rewritten. */
export interface AuditLine {
  /** The sample that the item belongs to. */
  sample: string
  item: string
  row: string
  passage: string
  who: string
  /** Date and time in ISO 8601. */
  when: string
  grade?: GivenGrade
  /** Whether the grade counts as relevant on the scale of the sample; missing for `unsure` and `skip`. */
  relevant?: boolean
  /** How long the passage was in view. */
  seconds?: number
  /** Set on a line that takes the assessor's judgement of the item back. */
  undo?: true
}

/** A line with a grade, or with `unsure` or `skip`. */
export type JudgementLine = AuditLine & { grade: GivenGrade }

const TEXTS = ['sample', 'item', 'row', 'passage', 'who', 'when'] as const

/** Returns what a line of text says; undefined if it is no line of a judgement file, such as one that a crash cut off. */
export function auditLineIn(text: string): AuditLine | undefined {
  const value = parsed(text)
  return value !== undefined && isAuditLine(value) ? (value as unknown as AuditLine) : undefined
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isAuditLine(value: Record<string, unknown>): boolean {
  const { grade, relevant, undo } = value
  if (!TEXTS.every((name) => typeof value[name] === 'string' && value[name] !== '')) return false
  if (undo === true) return grade === undefined
  return isWithoutGrade(grade) || (Number.isSafeInteger(grade) && typeof relevant === 'boolean')
}

export const isWithoutGrade = (grade: unknown): grade is (typeof WITHOUT_GRADE)[number] =>
  WITHOUT_GRADE.some((each) => each === grade)

/** Collects lines in the order of the file. The last judgement of an item by an assessor counts, unless it was taken back. */
export class StandingJudgements {
  readonly #standing = new Map<string, JudgementLine>()
  /** Lines that took a judgement back, and judgements that a later one of the same assessor replaced. */
  undone = 0
  replaced = 0

  add(line: AuditLine): void {
    const key = keyOf(line)
    if (line.undo) {
      this.undone += 1
      this.#standing.delete(key)
      return
    }
    // The latest line is the last of the map, so that it can be taken back first.
    if (this.#standing.delete(key)) this.replaced += 1
    this.#standing.set(key, line as JudgementLine)
  }

  /** The latest judgement last. */
  all(): JudgementLine[] {
    return [...this.#standing.values()]
  }

  of(place: Pick<AuditLine, 'sample' | 'item' | 'who'>): JudgementLine | undefined {
    return this.#standing.get(keyOf(place))
  }
}

const keyOf = ({ sample, item, who }: Pick<AuditLine, 'sample' | 'item' | 'who'>) => JSON.stringify([sample, item, who])
