// The formats of replies as JSON schemas, for servers that can enforce one.
import type { ReplyFormat } from '../../llm/chat.ts'
import { FULFILMENTS, type Strategy } from '../../evidence/evidence.ts'
import { FEWEST_REQUIREMENTS, MOST_REQUIREMENTS } from './analysis-reply.ts'

const TEXT = { type: 'string' }
const FLAG = { type: 'boolean' }
const numberTo = (maximum: number) => ({ type: 'integer', minimum: 1, maximum })
const list = (items: object, minItems: number, maxItems: number) => ({ type: 'array', items, minItems, maxItems })

/** Every property is required and no others are allowed, as strict modes of servers demand. */
const object = (properties: Record<string, object>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})

export function analysisFormat(strategies: readonly Strategy[]): ReplyFormat {
  const requirement = object({ number: numberTo(MOST_REQUIREMENTS), text: TEXT, critical: FLAG })
  const perturbation = object({
    requirement: numberTo(MOST_REQUIREMENTS),
    strategy: { type: 'string', enum: [...strategies] },
    how: TEXT,
  })
  return {
    json: object({
      need: TEXT,
      meets: TEXT,
      boundary: TEXT,
      requirements: list(requirement, FEWEST_REQUIREMENTS, MOST_REQUIREMENTS),
      perturbations: list(perturbation, 1, 3 * MOST_REQUIREMENTS),
    }),
  }
}

export function writingFormat(asked: { passages: number; references: number; hasTitles: boolean }): ReplyFormat {
  const rewrites = asked.references === 0 ? { type: 'null' } : { anyOf: [numberTo(asked.references), { type: 'null' }] }
  const passage = object({
    number: numberTo(asked.passages),
    rewrites,
    ...(asked.hasTitles && { title: TEXT }),
    text: TEXT,
  })
  return { json: object({ passages: list(passage, asked.passages, asked.passages) }) }
}

export function verificationFormat(requirements: number, givesReasons: boolean): ReplyFormat {
  const entry = object({
    number: numberTo(requirements),
    ...(givesReasons && { why: TEXT }),
    verdict: { type: 'string', enum: [...FULFILMENTS] },
  })
  return { json: object({ requirements: list(entry, requirements, requirements), why: TEXT, attempts_answer: FLAG }) }
}
