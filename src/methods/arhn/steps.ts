// Multi-hop: the facts that a question needs, and the positives that give each.
import { labelled, type Passage } from '../../rows/row.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { isTooLong } from '../../llm/split.ts'
import { sample, unreadOf, verdictOf, type Subject } from './ask.ts'
import { readSteps } from './reply.ts'

/** Something to find in the passages of a row: the whole query, or one step of it. */
export interface Need {
  /** From 1; undefined for the whole query. */
  step?: number
  text: string
  /** The positives that meet the need. */
  givers: Passage[]
}

/**
 * Asks in one call for the steps that the positives give (multi-hop). A negative cannot replace a
 * positive for a step that no positive gives.
 */
export async function nameSteps(subject: Subject): Promise<{ needs: Need[]; evidence: Evidence[] }> {
  const positives = labelled(subject.row, 'positive')
  const messages = subject.settings.prompts.steps(subject.task, subject.row, positives)
  const read = (text: string) => readSteps(text, positives.length)
  const nothing = (why: string, detail: string, raw?: string) => ({
    needs: [],
    evidence: [unreadOf(subject, 'steps', positives, { why, detail, raw })],
  })
  try {
    const [reading] = await sample(subject, { stage: 'steps', part: '1', messages, samples: 1 }, read)
    if (!reading?.read) return nothing(reading?.why ?? '', reading?.detail ?? '', reading?.raw)
    const needs = reading.value.map(({ text, givenBy }, index): Need => ({
      step: index + 1,
      text,
      givers: givenBy.map((number) => positives[number - 1] as Passage),
    }))
    const evidence = needs.flatMap(({ step, text, givers }) =>
      givers.map((giver) => verdictOf(subject, 'steps', giver, 'gives', { step, reason: text })),
    )
    return { needs, evidence }
  } catch (error) {
    if (!isTooLong(error)) throw error
    return nothing('too-long', error.message)
  }
}
