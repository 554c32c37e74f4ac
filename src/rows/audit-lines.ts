// The lines of a judgement file, which an audit writes beside its sample: what each line says, and what is still said after undoing.
import { objectIn } from '../base/json.ts'
import { plural } from '../base/format.ts'
import { readLines, textOf } from '../base/lines.ts'
import type { OnWarning } from './judgements.ts'

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
  const value = objectIn(text)
  return value !== undefined && isAuditLine(value) ? (value as unknown as AuditLine) : undefined
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

/** A judgement with a grade, for those who read the file as labels. */
export interface GradedLine {
  row: string
  passage: string
  who: string
  when: string
  grade: number
  relevant: boolean
  /** From 1. */
  line: number
}

/** Whether a file holds the judgements of an audit, by its first line that is one. */
export async function isJudgementFile(path: string): Promise<boolean> {
  for await (const lines of readLines(path)) {
    const texts = lines.map(textOf).filter((text) => text.trim() !== '')
    // A crash may have cut the very first line off.
    const first = texts.slice(0, 2).find((text) => auditLineIn(text) !== undefined)
    if (texts.length > 0) return first !== undefined
  }
  return false
}

/**
 * Reads the grades that stand in a file of judgements: of each assessor the last word on a passage.
 * @param onWarning told how many lines are passed over, and why
 */
export async function readGrades(path: string, onWarning?: OnWarning): Promise<GradedLine[]> {
  const standing = new StandingJudgements()
  const lineOf = new Map<AuditLine, number>()
  let broken = 0
  for await (const lines of readLines(path)) {
    for (const each of lines) {
      const text = textOf(each)
      const said = auditLineIn(text)
      if (said !== undefined) {
        lineOf.set(said, each.number)
        standing.add(said)
      } else if (text.trim() !== '') broken += 1
    }
  }
  const all = standing.all()
  const graded = all.flatMap((said) =>
    isWithoutGrade(said.grade) || said.relevant === undefined
      ? []
      : [{ ...said, grade: said.grade, relevant: said.relevant, line: lineOf.get(said) as number }],
  )
  // Who saw a passage in two samples said last what stands last.
  const last = new Map(graded.map((each) => [JSON.stringify([each.row, each.passage, each.who]), each]))
  const count = (grade: GivenGrade) => all.filter((said) => said.grade === grade).length
  const passedOver = [
    [count('unsure'), 'unsure'],
    [count('skip'), 'skipped'],
    [standing.undone, 'taken back'],
    [standing.replaced + graded.length - last.size, 'replaced by a later one'],
    [broken, 'cut off or not a judgement'],
  ].flatMap(([many, what]) => (many === 0 ? [] : [`${many} ${what}`]))
  if (passedOver.length > 0) {
    onWarning?.(`${path}: ${plural(last.size, 'judgement')}; passed over: ${passedOver.join(', ')}`)
  }
  return [...last.values()].map(({ row, passage, who, when, grade, relevant, line }) => {
    return { row, passage, who, when, grade, relevant, line }
  })
}
