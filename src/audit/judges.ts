// The judges of the run against the assessors: agreement, differences between judges, and what follows for the whole file.
import { figuresOf } from '../judging/figures.ts'
import { agreementTable, kappaOf } from '../statistics/agreement.ts'
import type { FileEstimate, JudgeAgreement, KappaDifference } from './api.ts'
import { figuresWithIntervals, tableIn } from './agreement.ts'
import { byRow } from './sums.ts'
import { cellsOf, estimates, inSample, totalCells, type JudgedItem } from './estimate.ts'
import type { SampleItem } from './sample-file.ts'
import type { GradedItem } from './standing.ts'

/** Somebody whose word about an item is compared with the assessors'. */
interface Judge {
  stage: string
  model: string | null
  /** Undefined if it was not asked about the item, or could not be read. */
  says(item: SampleItem): boolean | undefined
}

const RUN = 'run'

/** Returns the stages of the run by model, in the order in which they were asked, then the run as a whole. */
function judgesIn(items: readonly GradedItem[]): Judge[] {
  const words = items.flatMap(({ item }) => item.judges)
  const stages = new Map(words.map(({ stage, model }) => [JSON.stringify([stage, model]), { stage, model }]))
  const asked = [...stages.values()].map(({ stage, model }): Judge => ({
    stage,
    model,
    says: ({ judges }) => judges.find((each) => each.stage === stage && each.model === model)?.relevant,
  }))
  return [...asked, { stage: RUN, model: null, says: ({ found }) => found ?? undefined }]
}

/** @param assessor null for what most say */
const truthOf = ({ grades, isRelevant }: GradedItem, assessor: string | null): boolean | undefined =>
  assessor === null ? isRelevant : grades.get(assessor)?.isRelevant

/** Negatives only: of positives the judges were not asked. */
const negativesIn = (items: readonly GradedItem[]) => items.filter(({ item }) => item.label === 'negative')

export function judgeAgreements(items: readonly GradedItem[], assessors: readonly string[]): JudgeAgreement[] {
  const negatives = negativesIn(items)
  return judgesIn(negatives).flatMap((judge) =>
    [...(assessors.length > 1 ? [null] : []), ...assessors].flatMap((assessor) => {
      const passages = judgedBy(judge, negatives, assessor)
      if (passages.length === 0) return []
      const { precision, recall, kappa, pabak, ac1 } = estimates(passages)
      const [hits, falseCalls, missed, passed] = totalCells(passages)
      const { stage, model } = judge
      return {
        stage,
        model,
        assessor,
        items: passages.length,
        counts: { hits, falseCalls, missed, passed },
        precision,
        recall,
        kappa,
        pabak,
        ac1,
        kappaInSample: figuresOf(passages.map(inSample)).kappa,
      }
    }),
  )
}

function judgedBy(judge: Judge, items: readonly GradedItem[], assessor: string | null): JudgedItem[] {
  return items.flatMap((each) => {
    const [isRelevant, isCalled] = [truthOf(each, assessor), judge.says(each.item)]
    if (isRelevant === undefined || isCalled === undefined) return []
    const { row, weight, item } = each
    return [{ row, weight, stratum: item.stratum, cells: cellsOf(isRelevant, isCalled) }]
  })
}

/** Every two stages against the same assessor, over the passages that both judged; rows are drawn anew for both at once. */
export function kappaDifferences(items: readonly GradedItem[], assessors: readonly string[]): KappaDifference[] {
  const negatives = negativesIn(items)
  const judges = judgesIn(negatives).filter(({ model }) => model !== null)
  const pairs = judges.flatMap((one, index) => judges.slice(index + 1).map((other) => [one, other] as const))
  return pairs.flatMap(([one, other]) =>
    [...(assessors.length > 1 ? [null] : []), ...assessors].flatMap((assessor) => {
      const units = negatives.flatMap((each) => {
        const [truth, first, second] = [truthOf(each, assessor), one.says(each.item), other.says(each.item)]
        if (truth === undefined || first === undefined || second === undefined) return []
        const sums = [first, second].flatMap((said) =>
          agreementTable([[Number(truth), Number(said)]], 2, [each.weight]).flat(),
        )
        return [{ row: each.row, sums }]
      })
      if (units.length === 0) return []
      const first = (sums: ArrayLike<number>) => kappaOf(tableIn(sums, 2), 'unweighted') ?? NaN
      const second = (sums: ArrayLike<number>) => kappaOf(tableIn(sums, 2, 4), 'unweighted') ?? NaN
      const difference = (sums: ArrayLike<number>) => first(sums) - second(sums)
      const found = figuresWithIntervals(byRow(units), { first, second, difference })
      const names = [one, other].map(({ stage, model }) => `${stage} ${model}`) as [string, string]
      const kappas: [number | null, number | null] = [found.first.value, found.second.value]
      return [{ judges: names, assessor, items: units.length, kappas, difference: found.difference }]
    }),
  )
}

/** What assessors say about the whole file; null if no negative was graded. */
export function fileEstimate(items: readonly GradedItem[], negativesOfFile: number): FileEstimate | null {
  const negatives = negativesIn(items)
  if (negatives.length === 0) return null
  const left = negatives.filter(({ item }) => item.to === 'negative')
  const positives = items.filter(({ item }) => item.label === 'positive')
  return {
    items: negatives.length,
    disputed: negatives.filter(({ isRelevant }) => isRelevant === undefined).length,
    negatives: negativesOfFile,
    falseNegatives: shareThatIs(true, negatives),
    left: shareThatIs(true, left),
    leftItems: left.length,
    wrongPositives: positives.length === 0 ? null : shareThatIs(false, positives),
  }
}

/**
 * The weighted share of passages that are relevant, or that are not: the precision of calling all of them so. A passage on which assessors
 * disagree counts in parts.
 */
function shareThatIs(relevant: boolean, items: readonly GradedItem[]) {
  const passages = items.map(({ grades, weight, row, item }): JudgedItem => {
    const votes = [...grades.values()].filter(({ isRelevant }) => isRelevant === relevant).length
    const share = votes / grades.size
    return { row, weight, stratum: item.stratum, cells: [share, 1 - share, 0, 0] }
  })
  return estimates(passages).precision
}
