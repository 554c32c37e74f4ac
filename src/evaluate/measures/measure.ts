// What a measure is. Each family of measures (nDCG with any cutoff, P at any level of relevance) is one file beside this one.
import type { Ranking } from '../ranking.ts'

/** The value of a parameter, as in `rel=2`, `judged_only=True`, `dcg='exp-log2'`, `gains={1:3,2:7}`. */
export type ParameterValue = number | boolean | string | ReadonlyMap<number, number>

export interface Parameter {
  default: ParameterValue | undefined
  /** What it does, and what is allowed. */
  help: string
  /** Undefined when the text is no value of this parameter. */
  read(text: string): ParameterValue | undefined
}

/** The parameters of a measure, read; those of a family are all there, with their defaults. */
export type Parameters = Readonly<Record<string, ParameterValue | undefined>>

/** What the number behind `@` is: a rank, a share of the relevant documents, or a multiple of their number. */
export type Cutoff = 'rank' | 'recall' | 'multiple'

export interface MeasureFamily {
  /** As ir_measures writes it; as trec_eval does where ir_measures has no such measure. */
  name: string
  /** Other names that mean the same, parameters included: `MRR`, `NumRelRet` for `NumRet(rel=1)`. */
  aliases: Readonly<Record<string, Record<string, ParameterValue>>>
  /** Names in trec_eval: alone, and in front of `_` and a number. */
  trecEval: { plain?: string; at?: string; parameters?: Record<string, ParameterValue> }
  /** One line: what it says. */
  summary: string
  /** Where it comes from. */
  source: string
  at: Cutoff | undefined
  isAtRequired: boolean
  parameters: Readonly<Record<string, Parameter>>
  /** How the values of queries become one: their mean, their sum, or their geometric mean with a floor of 0.00001. */
  combine: 'mean' | 'sum' | 'geometric-mean'
  /** The value for one query. 0 where the measure is not defined, as for a query without relevant documents. @param at as in `@10` */
  valueOf(ranking: Ranking, parameters: Parameters, at: number | undefined): number
}

/** One measure: a family with its parameters. */
export interface Measure {
  /** The canonical name; it is read as the same measure again. */
  name: string
  family: MeasureFamily
  parameters: Parameters
  at: number | undefined
}

const wholeNumber = (text: string, min: number) =>
  /^\d{1,9}$/.test(text) && Number(text) >= min ? Number(text) : undefined

/** The lowest grade that counts as relevant. */
export const REL: Parameter = {
  default: 1,
  help: 'the lowest grade that is relevant; a whole number from 1',
  read: (text) => wholeNumber(text, 1),
}

export const JUDGED_ONLY: Parameter = {
  default: false,
  help: 'leave out documents that are not judged; True or False',
  read: (text) => (text === 'True' ? true : text === 'False' ? false : undefined),
}

export const numberParameter = (
  fallback: number | undefined,
  help: string,
  isAllowed: (value: number) => boolean,
): Parameter => ({
  default: fallback,
  help,
  read: (text) => (text.trim() !== '' && isAllowed(Number(text)) ? Number(text) : undefined),
})

export const choiceParameter = (choices: readonly string[], help: string): Parameter => ({
  default: choices[0],
  help: `${help}; ${choices.map((each) => `'${each}'`).join(' or ')}`,
  read: (text) => choices.find((each) => each === text.replace(/^(['"])(.*)\1$/, '$2')),
})

/** The parameter `rel` of a measure that has it. */
export const relOf = (parameters: Parameters) => parameters['rel'] as number

type FamilyDetails = Pick<MeasureFamily, 'name' | 'summary' | 'source' | 'valueOf'> & Partial<MeasureFamily>

/** A family with what most of them have in common; `judged_only` is seen to here. */
export function family(details: FamilyDetails): MeasureFamily {
  const complete: MeasureFamily = {
    aliases: {},
    trecEval: {},
    at: undefined,
    isAtRequired: false,
    parameters: {},
    combine: 'mean',
    ...details,
  }
  if (!('judged_only' in complete.parameters)) return complete
  return {
    ...complete,
    valueOf: (ranking, parameters, at) =>
      details.valueOf(parameters['judged_only'] === true ? judgedOnly(ranking) : ranking, parameters, at),
  }
}

function judgedOnly({ grades, levels }: Ranking): Ranking {
  return { levels, grades: grades.filter((grade) => grade >= 0) }
}
