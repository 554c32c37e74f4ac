// What the assessors say of the items of a sample, put together: the word of most, and how much of the file each item stands for.
import { isWithoutGrade, type JudgementLine } from '../rows/audit-lines.ts'
import type { Sample, SampleItem } from './sample-file.ts'

/** An item that at least one assessor graded. */
export interface GradedItem {
  item: SampleItem
  /** Grades by assessor. */
  grades: ReadonlyMap<string, { grade: number; isRelevant: boolean }>
  /** What most of them say; undefined if as many say one thing as the other. */
  isRelevant: boolean | undefined
  /** How many passages of the file it stands for, with the items of its stratum that nobody graded. */
  weight: number
  /** The number of its row: passages of a row are drawn anew together. */
  row: number
}

/** @param standing the judgements of this sample */
export function gradedItems({ head, items }: Sample, standing: readonly JudgementLine[]): GradedItem[] {
  const said = Map.groupBy(standing, ({ item }) => item)
  const rows = new Map<string, number>()
  const graded = items.flatMap((item) => {
    const grades = new Map(
      (said.get(item.item) ?? []).flatMap(({ who, grade, relevant }) =>
        isWithoutGrade(grade) ? [] : [[who, { grade, isRelevant: relevant === true }] as const],
      ),
    )
    if (grades.size === 0) return []
    if (!rows.has(item.row)) rows.set(item.row, rows.size)
    const votes = [...grades.values()].filter(({ isRelevant }) => isRelevant).length
    const isRelevant = 2 * votes === grades.size ? undefined : 2 * votes > grades.size
    return [{ item, grades, isRelevant, row: rows.get(item.row) as number }]
  })
  const judged = Map.groupBy(graded, ({ item }) => item.stratum)
  return graded.map((each) => {
    const { stratum } = each.item
    const population = head.strata[stratum]?.population ?? 0
    return { ...each, weight: population / (judged.get(stratum)?.length ?? 1) }
  })
}
