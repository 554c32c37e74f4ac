// Reads graded judgements into a map, and finds problems: pairs judged twice, and judgements of missing queries or documents.
import { UsageError } from '../base/errors.ts'
import { FaultList } from '../base/fault-list.ts'
import { readJudgements, type Judgement, type OnWarning } from '../rows/judgements.ts'
import { shown } from '../rows/containers/records.ts'
import type { Grades } from './collection.ts'

/** A judgement and its file and line. */
interface PlacedJudgement extends Judgement {
  place: string
}

/**
 * Reads one or several files of judgements as one. A pair that is judged again with the same grade counts once, with a warning.
 * @throws UsageError naming what is not a judgement, and both lines of a pair with two different grades
 */
export async function readGrades(paths: readonly string[], onWarning?: OnWarning): Promise<Grades> {
  const grades = new Map<string, Map<string, number>>()
  const conflicts: PlacedJudgement[] = []
  let repeats = 0
  let firstRepeat = ''
  for await (const judgement of judgementsIn(paths, onWarning)) {
    const { query, document, grade, place } = judgement
    let judged = grades.get(query)
    if (judged === undefined) grades.set(query, (judged = new Map()))
    const before = judged.get(document)
    if (before === undefined) judged.set(document, grade)
    else if (before !== grade) conflicts.push(judgement)
    else if (repeats++ === 0) firstRepeat = place
  }
  if (conflicts.length > 0) await complain(paths, conflicts)
  if (grades.size === 0) throw new UsageError(`${paths.join(', ')}: no relevance judgements`)
  if (repeats > 0) {
    const others = repeats === 1 ? 'counted once' : `${repeats} such repeats, each counted once`
    onWarning?.(`${firstRepeat}: repeats an earlier judgement with the same grade; ${others}`)
  }
  return grades
}

async function* judgementsIn(paths: readonly string[], onWarning?: OnWarning): AsyncGenerator<PlacedJudgement> {
  for (const path of paths) {
    for await (const judgements of readJudgements(path, onWarning)) {
      for (const judgement of judgements) yield { ...judgement, place: `${path}:${judgement.line}` }
    }
  }
}

const pairOf = ({ query, document }: Judgement) => `${query}\t${document}`

/** @throws UsageError always; a second reading finds where each pair first occurred */
async function complain(paths: readonly string[], conflicts: PlacedJudgement[]): Promise<void> {
  const pairs = new Set(conflicts.map(pairOf))
  const first = new Map<string, PlacedJudgement>()
  for await (const judgement of judgementsIn(paths)) {
    const pair = pairOf(judgement)
    if (pairs.has(pair) && !first.has(pair)) first.set(pair, judgement)
  }
  const faults = new FaultList()
  for (const conflict of conflicts) {
    const before = first.get(pairOf(conflict))
    const pair = `query ${shown(conflict.query)}, document ${shown(conflict.document)}`
    faults.add(conflict.place, `${pair}: grade ${conflict.grade} here, but ${before?.grade} at ${before?.place}`)
  }
  faults.throwIfAny('Remove the wrong judgements: each pair of query and document may have only one grade.')
}

/**
 * Warns about judgements whose document or query is missing, naming the first place and their number. They still count, as something that
 * cannot be found. The files are read again only if something is missing.
 * @param what such as `document`
 */
export async function warnOfMissing(
  { grades, qrels }: { grades: Grades; qrels: readonly string[] },
  what: 'query' | 'document',
  isThere: (id: string) => boolean,
  onWarning: OnWarning,
): Promise<void> {
  const judged = what === 'query' ? new Set(grades.keys()) : documentsOf(grades)
  const missing = new Set([...judged].filter((id) => !isThere(id)))
  if (missing.size === 0) return
  let count = 0
  let first: PlacedJudgement | undefined
  for await (const judgement of judgementsIn(qrels)) {
    if (!missing.has(judgement[what])) continue
    first ??= judgement
    count += 1
  }
  const where = what === 'query' ? 'queries file' : 'corpus'
  const many = `${count} ${count === 1 ? 'judgement' : 'judgements'} of ${missing.size} such ${missing.size === 1 ? what : plurals[what]} in total`
  onWarning(`${first?.place}: the ${what} ${shown(first?.[what] ?? '')} is not in the ${where}; ${many}`)
}

const documentsOf = (grades: Grades) => new Set([...grades.values()].flatMap((judged) => [...judged.keys()]))

const plurals = { query: 'queries', document: 'documents' }
