// The interface of measures. Each family of measures (nDCG with any cutoff, P at any level of relevance) is one file beside this one.
import type { Ranking } from '../ranking.ts'

/** The value of a parameter, as in `rel=2`, `judged_only=True`, `dcg='exp-log2'`, `gains={1:3,2:7}`. */
export type ParameterValue = number | boolean | string | ReadonlyMap<number, number>

export interface Parameter {
  default: ParameterValue | undefined
  /** What it does, and the allowed values. */
  help: string
  /** Returns undefined if the text is not a value of this parameter. */
  read(text: string): ParameterValue | undefined
}

/** The parsed parameters of a measure; all parameters of its family are present, with defaults. */
export type Parameters = Readonly<Record<string, ParameterValue | undefined>>

/** The meaning of the number after `@`: a rank, a share of the relevant documents, or a multiple of their number. */
export type Cutoff = 'rank' | 'recall' | 'multiple'

export interface MeasureFamily {
  /** The name in ir_measures, or in trec_eval if ir_measures has no such measure. */
  name: string
  /** Other names for the same measure, with their parameters: `MRR`, `NumRelRet` for `NumRet(rel=1)`. */
  aliases: Readonly<Record<string, Record<string, ParameterValue>>>
  /** Names in trec_eval: alone, and before `_` and a number. */
  trecEval: { plain?: string; at?: string; parameters?: Record<string, ParameterValue> }
  /** One line on what it measures. */
  summary: string
  /** The source of its definition. */
  source: string
  at: Cutoff | undefined
  isAtRequired: boolean
  parameters: Readonly<Record<string, Parameter>>
  /** How the values of queries are combined: mean, sum, or geometric mean with a floor of 0.00001. */
  combine: 'mean' | 'sum' | 'geometric-mean'
  /** Returns the value for one query; 0 if the measure is undefined, as for a query without relevant documents. @param at as in `@10` */
  valueOf(ranking: Ranking, parameters: Parameters, at: number | undefined): number
}

/** One measure: a family with its parameters. */
export interface Measure {
  /** The canonical name, which parses to the same measure. */
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
  help: 'lowest relevant grade; a whole number of 1 or more',
  read: (text) => wholeNumber(text, 1),
}

export const JUDGED_ONLY: Parameter = {
  default: false,
  help: 'leave out unjudged documents; True or False',
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

/** Returns the parameter `rel` of a measure that has it. */
export const relOf = (parameters: Parameters) => parameters['rel'] as number

type FamilyDetails = Pick<MeasureFamily, 'name' | 'summary' | 'source' | 'valueOf'> & Partial<MeasureFamily>

/** Completes a family with the common defaults; `judged_only` is handled here. */
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
