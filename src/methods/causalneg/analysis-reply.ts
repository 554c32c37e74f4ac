// Reads the analysis of a row. It must be complete and sound; an incomplete one is never filled in with a generic plan.
import { UnreadableReply } from '../../llm/read.ts'
import { fold } from '../../likeness/fold.ts'
import { isObject, type JsonObject } from '../../base/json.ts'
import { STRATEGIES, type Analysis, type Strategy } from '../../evidence/evidence.ts'
import { fieldOf, fieldWithin, listOf, numberIn, objectIn, shortJson, textOf, yesOrNo } from '../../llm/json-reply.ts'

export type AnalysisReply = Pick<Analysis, 'need' | 'meets' | 'boundary' | 'requirements' | 'perturbations'>

export const FEWEST_REQUIREMENTS = 4
export const MOST_REQUIREMENTS = 8

/**
 * @throws UnreadableReply when a part is missing or of a wrong type, a number or strategy is unknown, requirements are too few, too
 * many or the same, or none is critical
 */
export function readAnalysis(text: string): AnalysisReply {
  const found = objectIn(text, (object) => fieldWithin(object, 'requirements') !== undefined)
  const entries = listOf(fieldWithin(found, 'requirements'), '"requirements"')
  const texts = entries.map(requirementText)
  assertSound(texts)
  const numbers = entries.map((entry, index) => numberOf(entry) ?? index + 1)
  if (numbers.some((number, index) => number !== index + 1)) {
    throw new UnreadableReply('contradictory', `its requirements are numbered ${numbers.join(', ')}`)
  }
  const perturbations = [...nestedIn(entries), ...listedIn(found, texts)]
  if (perturbations.length === 0) throw new UnreadableReply('incomplete', 'it says of no requirement how to break it')
  const critical = criticalIn(entries, perturbations)
  if (!critical.includes(true)) throw new UnreadableReply('incomplete', 'none of its requirements is critical')
  return {
    need: textOf(fieldWithin(found, 'need', 'information_need'), '"need"'),
    meets: textOf(fieldWithin(found, 'meets', 'how_met', 'met_by', 'how_positive_meets', 'positive_meets'), '"meets"'),
    boundary: textOf(fieldWithin(found, 'boundary', 'answer_boundary'), '"boundary"'),
    requirements: texts.map((each, index) => ({ text: each, isCritical: critical[index] as boolean })),
    perturbations,
  }
}

function requirementText(entry: unknown, index: number): string {
  const text = isObject(entry) ? fieldOf(entry, 'text', 'requirement', 'description', 'condition') : entry
  return textOf(text, `the text of requirement ${index + 1}`)
}

const numberOf = (entry: unknown) => (isObject(entry) ? numberIn(fieldOf(entry, 'number', 'id')) : undefined)

function assertSound(texts: string[]): void {
  const { length } = texts
  if (length < FEWEST_REQUIREMENTS || length > MOST_REQUIREMENTS) {
    const allowed = `${FEWEST_REQUIREMENTS} to ${MOST_REQUIREMENTS}`
    throw new UnreadableReply('out-of-range', `it has ${length} requirements, and ${allowed} are asked for`)
  }
  const folded = texts.map(fold)
  const repeated = texts.find((_text, index) => folded.indexOf(folded[index] as string) < index)
  if (repeated !== undefined)
    throw new UnreadableReply('contradictory', `it has the requirement ${shortJson(repeated)} twice`)
}

type Perturbation = Analysis['perturbations'][number]

/** Reads the older shape, in which each requirement lists its own ways to be broken. */
function nestedIn(entries: unknown[]): Perturbation[] {
  return entries.flatMap((entry, index) => {
    const nested = isObject(entry) ? fieldOf(entry, 'perturbations', 'strategies') : undefined
    return nested === undefined || nested === null
      ? []
      : listOf(nested, `the strategies of requirement ${index + 1}`).map((each) => perturbationOf(each, index + 1))
  })
}

function listedIn(found: JsonObject, texts: string[]): Perturbation[] {
  const listed = fieldWithin(found, 'perturbations', 'strategies')
  if (listed === undefined || listed === null) return []
  return listOf(listed, '"perturbations"').map((each) => {
    const named = isObject(each)
      ? fieldOf(each, 'requirement', 'requirement_number', 'requirement_id', 'target')
      : undefined
    return perturbationOf(each, requirementNamed(named, texts))
  })
}

/** Finds a requirement by its number or its exact text. */
function requirementNamed(named: unknown, texts: string[]): number {
  const byText = typeof named === 'string' ? texts.findIndex((text) => fold(text) === fold(named)) + 1 : 0
  const number = byText > 0 ? byText : numberIn(named)
  if (number === undefined)
    throw new UnreadableReply('malformed', `a perturbation is of the requirement ${shortJson(named)}`)
  if (number >= 1 && number <= texts.length) return number
  throw new UnreadableReply('out-of-range', `a perturbation is of requirement ${number}, and there are ${texts.length}`)
}

function perturbationOf(value: unknown, requirement: number): Perturbation {
  if (!isObject(value)) return { requirement, strategy: strategyOf(value), how: '' }
  const how = fieldOf(value, 'how', 'description', 'text', 'instruction')
  return {
    requirement,
    strategy: strategyOf(fieldOf(value, 'strategy', 'type', 'kind', 'strategy_type')),
    how: how === undefined || how === null || how === '' ? '' : textOf(how, '"how"'),
  }
}

/** Also accepts `Constraint violation (time)`. */
function strategyOf(value: unknown): Strategy {
  const plain =
    typeof value === 'string'
      ? value
          .trim()
          .toLowerCase()
          .replace(/[\s-]+/g, '_')
      : ''
  const strategy = STRATEGIES.find((each) => plain === each || new RegExp(`^${each}_?[(:/]`).test(plain))
  if (strategy) return strategy
  throw new UnreadableReply(
    'out-of-range',
    `it names the strategy ${shortJson(value)}, which is none of ${STRATEGIES.join(', ')}`,
  )
}

/** Reads which requirements are marked critical. If none is marked, those with a perturbation are critical, as the prompt asked. */
function criticalIn(entries: unknown[], perturbations: Perturbation[]): boolean[] {
  const said = entries.map((entry) =>
    isObject(entry) ? fieldOf(entry, 'critical', 'is_critical', 'criticality', 'importance') : undefined,
  )
  if (said.every((each) => each === undefined || each === null)) {
    return entries.map((_entry, index) => perturbations.some(({ requirement }) => requirement === index + 1))
  }
  return said.map((each, index) => criticality(each, index + 1))
}

function criticality(value: unknown, number: number): boolean {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : ''
  if (['critical', 'high', 'essential'].includes(word)) return true
  if (['minor', 'low', 'medium', 'optional', 'non-critical', 'not critical'].includes(word)) return false
  return yesOrNo(value, `whether requirement ${number} is critical`)
}
