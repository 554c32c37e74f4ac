// What an audit shows: who judged how much, how far people agree, how far the judges agree with them, and the whole file by the weights.
import { quantile } from '../statistics/quantiles.ts'
import { isWithoutGrade, type JudgementLine } from '../rows/audit-lines.ts'
import { pairAgreements, raterAgreement } from './agreement.ts'
import type { AgreementView, AssessorReport } from './api.ts'
import { fileEstimate, judgeAgreements, kappaDifferences } from './judges.ts'
import type { JudgementFile } from './judgement-file.ts'
import { progressOf, queueOf } from './queue.ts'
import { nameOfSample, type Sample } from './sample-file.ts'
import { SCALES } from './scale.ts'
import { gradedItems } from './standing.ts'

/** The studies of the papers: RLHN (arXiv 2505.16967) and ARHN (arXiv 2604.11092), Cohen's kappa of people and models. */
const PAPERS: AgreementView['papers'] = [
  { paper: 'RLHN', judge: 'GPT-4o-mini', assessors: 3, passages: 670, kappa: 0.32 },
  { paper: 'RLHN', judge: 'GPT-4o', assessors: 3, passages: 670, kappa: 0.39 },
  { paper: 'ARHN', judge: 'its model', assessors: null, passages: null, kappa: 0.373 },
]

/** @param judgements of the sample, and perhaps of others, which are passed over */
export function auditReport(sample: Sample, judgements: JudgementFile): AgreementView {
  judgements.refresh()
  const { head, items, path } = sample
  const among = new Set(items.map(({ item }) => item))
  const standing = judgements.standing.all().filter((each) => each.sample === head.sample && among.has(each.item))
  const scale = SCALES[head.settings.scale]
  const graded = gradedItems(sample, standing)
  const seen = standing.map(({ who }) => who)
  const assessors = [...new Set([...head.settings.assessors, ...seen])]
  const covered = new Set(graded.map(({ item }) => item.stratum))
  const uncovered = head.strata.filter((_stratum, index) => !covered.has(index))
  return {
    name: nameOfSample(path),
    sample: head.sample,
    rows: head.rows,
    items: items.length,
    population: head.population,
    uncovered: uncovered.reduce((sum, { population }) => sum + population, 0),
    scale: { name: scale.name, grades: scale.grades.length, relevantFrom: scale.relevantFrom },
    assessors: assessors.map((who) =>
      assessorReport(
        who,
        sample,
        standing.filter((each) => each.who === who),
      ),
    ),
    between: raterAgreement(graded, scale),
    pairs: pairAgreements(graded, assessors, scale),
    judges: judgeAgreements(graded, assessors),
    differences: kappaDifferences(graded, assessors),
    file: fileEstimate(graded, negativesOf(sample)),
    papers: PAPERS,
    undone: judgements.standing.undone,
    replaced: judgements.standing.replaced,
    brokenLines: judgements.brokenLines,
  }
}

function assessorReport(who: string, sample: Sample, said: readonly JudgementLine[]): AssessorReport {
  const seconds = said.flatMap(({ seconds: each }) => (each === undefined ? [] : [each])).toSorted((a, b) => a - b)
  return {
    ...progressOf(who, queueOf(sample, who), said),
    graded: said.filter(({ grade }) => !isWithoutGrade(grade)).length,
    relevant: said.filter(({ relevant }) => relevant === true).length,
    seconds: seconds.length === 0 ? null : quantile(Float64Array.from(seconds), 0.5),
  }
}

/** Negatives of the file, by the strata; those of strata that mix them with positives by their share in the sample. */
function negativesOf({ head, items }: Sample): number {
  const weights = items.flatMap(({ label, weight }) => (label === 'negative' ? [weight] : []))
  if (!head.settings.positives) return head.population
  return Math.round(weights.reduce((sum, weight) => sum + weight, 0))
}
