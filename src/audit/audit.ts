// An audit in progress: what to judge now, judgements, and taking them back. The studio's server calls this; it opens no path from outside.
import { UsageError } from '../base/errors.ts'
import { isWithoutGrade, type GivenGrade, type JudgementLine } from '../rows/audit-lines.ts'
import type { AuditItem, AuditTurn, AuditView, NewJudgement, Undo } from './api.ts'
import { JudgementFile } from './judgement-file.ts'
import { progressOf, queueOf } from './queue.ts'
import { judgementPath, nameOfSample, readSample, samplesBeside, type Sample, type SampleItem } from './sample-file.ts'
import { SCALES, type Scale } from './scale.ts'

/** The names of the samples beside some rows, such as `cleaned` for cleaned.audit.jsonl; those of the rows themselves first. */
export const auditsBeside = (rows: string): string[] => samplesBeside(rows).map(nameOfSample)

/** Opens a sample beside some rows by its name. @throws UsageError if there is none of that name */
export async function openAudit(rows: string, name: string): Promise<Audit> {
  const paths = samplesBeside(rows)
  const path = paths.find((each) => nameOfSample(each) === name)
  if (path !== undefined) return new Audit(await readSample(path))
  const names = paths.map(nameOfSample)
  throw new UsageError(`there is no sample ${name === '' ? '' : `${JSON.stringify(name)} `}beside the rows`, {
    hint: names.length === 0 ? `Draw one: winnow audit sample ${rows}.` : `Samples there: ${names.join(', ')}.`,
  })
}

const LONGEST_NAME = 40

export class Audit {
  readonly sample: Sample
  readonly judgements: JudgementFile
  readonly #scale: Scale
  readonly #items: ReadonlyMap<string, SampleItem>
  readonly #queues = new Map<string, SampleItem[]>()

  constructor(sample: Sample) {
    this.sample = sample
    this.judgements = new JudgementFile(judgementPath(sample.path))
    this.#scale = SCALES[sample.head.settings.scale]
    this.#items = new Map(sample.items.map((item) => [item.item, item]))
  }

  view(): AuditView {
    this.judgements.refresh()
    const { assessors } = this.sample.head.settings
    const seen = this.#standing().map(({ who }) => who)
    return {
      name: nameOfSample(this.sample.path),
      items: this.sample.items.length,
      scale: [...this.#scale.grades],
      relevantFrom: this.#scale.relevantFrom,
      assessors: [...new Set([...assessors, ...seen])].map((assessor) => this.#progress(assessor)),
      isClosed: assessors.length > 0,
    }
  }

  /** @throws UsageError if the sample was drawn for other assessors */
  next(assessor: string): AuditTurn {
    this.judgements.refresh()
    return this.#turn(this.#known(assessor))
  }

  /**
   * Writes a judgement down and returns what comes next. The same judgement given again is not written twice; another grade for the same
   * item replaces the first.
   * @throws UsageError if it does not fit the sample, or cannot be written
   */
  judge({ assessor, item, grade, seconds }: Omit<NewJudgement, 'name'>): AuditTurn {
    const who = this.#known(assessor)
    const judged = this.#itemOf(who, item)
    const { row, passage } = judged
    const sample = this.sample.head.sample
    const verdict = this.#verdictOf(grade)
    this.judgements.refresh()
    const before = this.judgements.standing.of({ sample, item, who })?.grade ?? null
    const shown = Math.round(1000 * Math.max(0, Number.isFinite(seconds) ? seconds : 0)) / 1000
    if (before !== grade) {
      this.judgements.append({ sample, item, row, passage, who, when: now(), grade, ...verdict, seconds: shown })
    }
    return this.#turn(who, before === grade ? null : before)
  }

  /** Takes the assessor's last judgement back and shows its passage again. @throws UsageError if there is none */
  undo(assessor: Undo['assessor']): AuditTurn {
    const who = this.#known(assessor)
    this.judgements.refresh()
    const last = this.#standing(who).at(-1)
    if (last === undefined) throw new UsageError(`${who} has no judgement to take back`)
    const { sample, item, row, passage } = last
    this.judgements.append({ sample, item, row, passage, who, when: now(), undo: true })
    return { ...this.#turn(who), item: shownItem(this.#items.get(item) as SampleItem) }
  }

  /** What the assessors of this sample say now, the latest last. */
  #standing(assessor?: string): JudgementLine[] {
    const { sample } = this.sample.head
    return this.judgements.standing
      .all()
      .filter((each) => each.sample === sample && this.#items.has(each.item))
      .filter(({ who }) => assessor === undefined || who === assessor)
  }

  #turn(assessor: string, replaced: GivenGrade | null = null): AuditTurn {
    const standing = this.#standing(assessor)
    const judged = new Set(standing.map(({ item }) => item))
    const next = this.#queue(assessor).find(({ item }) => !judged.has(item))
    return {
      progress: progressOf(assessor, this.#queue(assessor), standing),
      item: next === undefined ? null : shownItem(next),
      canUndo: standing.length > 0,
      replaced,
    }
  }

  #progress = (assessor: string) => progressOf(assessor, this.#queue(assessor), this.#standing(assessor))

  #queue(assessor: string): SampleItem[] {
    const known = this.#queues.get(assessor) ?? queueOf(this.sample, assessor)
    this.#queues.set(assessor, known)
    return known
  }

  #known(given: string): string {
    const { assessors } = this.sample.head.settings
    const name = given.trim()
    if (name === '' || name.length > LONGEST_NAME || /\p{Cc}/u.test(name)) {
      throw new UsageError(`${JSON.stringify(given)} is not a name; allowed: 1 to ${LONGEST_NAME} characters`)
    }
    if (assessors.length === 0 || assessors.includes(name)) return name
    throw new UsageError(
      `the sample was not drawn for ${JSON.stringify(name)}; its assessors: ${assessors.join(', ')}`,
      {
        hint: 'Draw one for other assessors: winnow audit sample ROWS --assessors A,B --out OTHER.audit.jsonl.',
      },
    )
  }

  #itemOf(who: string, item: string): SampleItem {
    const found = this.#items.get(item)
    if (found !== undefined && (found.assessors === null || found.assessors.includes(who))) return found
    throw new UsageError(`${JSON.stringify(item)} is not an item of this sample for ${who}`, {
      hint: 'If a new sample was drawn in its place, open the page again.',
    })
  }

  #verdictOf(grade: GivenGrade): { relevant?: boolean } {
    if (isWithoutGrade(grade)) return {}
    const { grades, relevantFrom } = this.#scale
    if (grades.some((each) => each.grade === grade)) return { relevant: grade >= relevantFrom }
    const allowed = grades.map((each) => each.grade).join(', ')
    throw new UsageError(`the grade is ${JSON.stringify(grade)}; allowed: ${allowed}, "unsure", "skip"`)
  }
}

const now = () => new Date().toISOString()

/** Returns what an assessor may see of an item: neither its label nor what a judge said. */
const shownItem = ({ item, query, task, title, text }: SampleItem): AuditItem => ({
  item,
  queryIs: task.query,
  query,
  task: { name: task.name, definition: task.definition },
  title,
  text,
})
