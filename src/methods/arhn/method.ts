// ARHN: answer-centric relabelling of hard negatives with open models (arXiv 2604.11092).
//   1. Extract: from each passage by itself, positives included, the words that answer the query, or NO_ANSWER.
//   2. Rank: one listwise order of the candidates, the positives among them, by how directly they answer.
//   3. Decide (policy.ts): above the positive → positive; below it, with an answer → out of the negatives.
// A question that needs several facts is first split into steps (multi-hop); 1 and 2 are then done for each step.
import { labelled, type Row } from '../../rows/row.ts'
import type { Method } from '../../method/method.ts'
import type { ArhnSettings } from './ask.ts'
import { extractAll } from './extract.ts'
import { rankAll } from './rank.ts'
import { nameSteps, type Need } from './steps.ts'

export function arhn(settings: ArhnSettings): Method {
  return async (row, ask) => {
    const task = settings.taskOf(row)
    if (task.exempt.includes('arhn')) return [{ kind: 'exempt', reason: `the task ${task.name} is exempt from arhn` }]

    const subject = { row, task, settings, ask }
    const { needs, evidence } = task.multiHop ? await nameSteps(subject) : { needs: [wholeQuery(row)], evidence: [] }
    const extracted = needs.length === 0 ? [] : await extractAll(subject, needs)
    const ranked = await Promise.all(needs.map((need) => rankAll(subject, need, extracted)))
    return [...evidence, ...extracted, ...ranked.flat()]
  }
}

const wholeQuery = (row: Row): Need => ({ text: row.query, givers: labelled(row, 'positive') })
