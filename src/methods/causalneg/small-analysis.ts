// Step 1 of CausalNeg for small models: the analysis in calls of one question each. Every requirement is critical, as only such are asked for.
import type { Reading } from '../../llm/read.ts'
import type { Analysis, Strategy, Unread } from '../../evidence/evidence.ts'
import { askedOf, askSmall, unreadOf, type Subject } from './ask.ts'
import {
  boundaryQuestion,
  howQuestion,
  meetsQuestion,
  needQuestion,
  requirementsQuestion,
  type SmallQuestion,
} from './small-prompt.ts'
import { targetsOf } from './targets.ts'

/** Runs two rounds: what is required, and how each passage to be written breaks one requirement. */
export async function analyseInSteps(subject: Subject, strategies: readonly Strategy[]): Promise<Analysis | Unread> {
  const ask = <T>(part: string, question: SmallQuestion<T>) => askSmall(subject, 'analyse', part, question)
  const lost = (reading: Extract<Reading<unknown>, { read: false }>) => unreadOf(subject, 'analyse', [], reading)
  const [need, meets, boundary, required] = await Promise.all([
    ask('need', needQuestion(subject)),
    ask('meets', meetsQuestion(subject)),
    ask('boundary', boundaryQuestion(subject)),
    ask('requirements', requirementsQuestion(subject)),
  ])
  if (!need.read) return lost(need)
  if (!meets.read) return lost(meets)
  if (!boundary.read) return lost(boundary)
  if (!required.read) return lost(required)

  const requirements = required.value.map((text) => ({ text, isCritical: true }))
  const analysis: Analysis = {
    kind: 'analysis',
    stage: 'analyse',
    ...askedOf(subject, 'analyse'),
    need: need.value,
    meets: meets.value,
    boundary: boundary.value,
    requirements,
    perturbations: requirements.flatMap((_each, at) =>
      strategies.map((strategy) => ({ requirement: at + 1, strategy, how: '' })),
    ),
  }
  const targets = targetsOf(analysis, strategies, subject.settings.perRow)
  const ways = await Promise.all(
    targets.map(({ requirement, strategy }, at) => {
      const { text } = requirements[requirement - 1] as Analysis['requirements'][number]
      return ask(`how.${at + 1}`, howQuestion(subject, text, strategy))
    }),
  )
  const perturbations: Analysis['perturbations'] = []
  for (const [at, way] of ways.entries()) {
    if (!way.read) return lost(way)
    if (way.value !== undefined) perturbations.push({ ...(targets[at] as (typeof targets)[number]), how: way.value })
  }
  return { ...analysis, perturbations }
}
