// Which passages an assessor judges, in which order, and how far they have come. The order says nothing about label or judge.
import { unitHash } from '../base/hash.ts'
import type { JudgementLine } from '../rows/audit-lines.ts'
import type { AssessorProgress } from './api.ts'
import type { Sample, SampleItem } from './sample-file.ts'

/** Returns the items of an assessor, shuffled by the seed of the sample and the name. */
export function queueOf({ head, items }: Sample, assessor: string): SampleItem[] {
  const placeOf = ({ item }: SampleItem) => unitHash(`audit ${head.settings.seed} ${assessor} ${item}`)
  return items
    .filter(({ assessors }) => assessors === null || assessors.includes(assessor))
    .map((item) => ({ item, place: placeOf(item) }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item)
}

/** @param standing what the assessor said of the items of this sample */
export function progressOf(
  assessor: string,
  queue: readonly SampleItem[],
  standing: readonly JudgementLine[],
): AssessorProgress {
  const among = new Set(queue.map(({ item }) => item))
  const grades = standing.flatMap(({ item, grade }) => (among.has(item) ? [grade] : []))
  return {
    assessor,
    all: queue.length,
    judged: grades.length,
    unsure: grades.filter((grade) => grade === 'unsure').length,
    skipped: grades.filter((grade) => grade === 'skip').length,
  }
}
