// Reads names of measures in the style of ir_measures and trec_eval, and writes them in the style of ir_measures.
import { UsageError } from '../../base/errors.ts'
import { MEASURES } from './index.ts'
import type { Cutoff, Measure, MeasureFamily, Parameters, ParameterValue } from './measure.ts'

export interface ParseOptions {
  /** The lowest relevant grade for measures without their own `rel=`. Default 1. */
  rel?: number | undefined
}

/** The measures that trec_eval prints without options. */
const OFFICIAL =
  'num_q num_ret num_rel num_rel_ret map gm_map Rprec bpref recip_rank iprec_at_recall_0.00 iprec_at_recall_0.10 ' +
  'iprec_at_recall_0.20 iprec_at_recall_0.30 iprec_at_recall_0.40 iprec_at_recall_0.50 iprec_at_recall_0.60 ' +
  'iprec_at_recall_0.70 iprec_at_recall_0.80 iprec_at_recall_0.90 iprec_at_recall_1.00 ' +
  'P_5 P_10 P_15 P_20 P_30 P_100 P_200 P_500 P_1000'
const CUTOFFS = [5, 10, 15, 20, 30, 100, 200, 500, 1000]
const cutAt = (name: string) => CUTOFFS.map((cutoff) => `${name}_${cutoff}`).join(' ')
const MULTIPLES = ['0.20', '0.40', '0.60', '0.80', '1.00', '1.20', '1.40', '1.60', '1.80', '2.00']

/** trec_eval's groups of measures, by its names. */
const GROUPS: Record<string, string> = {
  official: OFFICIAL,
  all_trec: [
    OFFICIAL,
    cutAt('recall'),
    'infAP gm_bpref',
    MULTIPLES.map((each) => `Rprec_mult_${each}`).join(' '),
    'utility 11pt_avg binG G ndcg ndcg_rel Rndcg',
    cutAt('ndcg_cut'),
    cutAt('map_cut'),
    cutAt('relative_P'),
    'success_1 success_5 success_10 set_P set_relative_P set_recall set_map set_F num_nonrel_judged_ret',
    'rbp rbp_resid unj_5 unj_10 unj_20',
  ].join(' '),
}

/**
 * Reads measures separated by white space or commas, as in `nDCG@10 P(rel=2)@10 map_cut_100`; duplicates are dropped.
 * @throws UsageError naming every unknown measure and the known ones
 */
export function parseMeasures(text: string, options: ParseOptions = {}): Measure[] {
  const words = (text.match(/(?:[^\s,(]|\([^)]*\)?)+/g) ?? []).flatMap((word) => GROUPS[word]?.split(' ') ?? word)
  const faults: string[] = []
  const measures = new Map<string, Measure>()
  for (const word of words) {
    const measure = parseMeasure(word, options)
    if (typeof measure === 'string') faults.push(`${word}: ${measure}`)
    else measures.set(measure.name, measure)
  }
  if (words.length === 0) faults.push('no measure given')
  if (faults.length > 0) throw new UsageError(faults.join('\n'), { hint: `Measures: ${listOfMeasures()}` })
  return [...measures.values()]
}

/** Lists all families with their cutoffs: `nDCG[@k]`, `P@k`. */
function listOfMeasures(): string {
  const forms = MEASURES.map((family) => formOf(family))
  return `${forms.join(', ')}; with parameters, such as P(rel=2)@10; trec_eval names, such as ndcg_cut_10, and its groups official and all_trec`
}

const AT_LETTERS: Record<Cutoff, string> = { rank: 'k', recall: 'recall', multiple: 'multiple' }

/** Returns a form such as `nDCG[@k]`. */
function formOf({ name, at, isAtRequired }: MeasureFamily): string {
  if (at === undefined) return name
  return isAtRequired ? `${name}@${AT_LETTERS[at]}` : `${name}[@${AT_LETTERS[at]}]`
}

/** Returns the measure, or what is wrong with the name. */
function parseMeasure(word: string, options: ParseOptions): Measure | string {
  const written = /^([^(@]+)(?:\((.*)\))?(?:@(.*))?$/.exec(word)
  if (written === null) return 'not a measure'
  const [, name = '', parameters = '', at] = written
  const found = familyNamed(name) ?? (parameters === '' && at === undefined ? fromTrecEval(name) : undefined)
  if (found === undefined) return 'unknown measure'
  const preset = presetOf(found, options)
  const faults = readParameters(found.family, parameters, preset)
  if (faults !== undefined) return faults
  const place = readAt(found.family, at ?? found.at)
  if (typeof place === 'string') return place
  return { name: nameOf(found.family, preset, place), family: found.family, parameters: preset, at: place }
}

interface ParsedName {
  family: MeasureFamily
  given?: Record<string, ParameterValue>
  at?: string
}

function familyNamed(name: string): ParsedName | undefined {
  for (const family of MEASURES) {
    if (family.name === name) return { family }
    if (Object.hasOwn(family.aliases, name)) return { family, given: family.aliases[name] ?? {} }
  }
  return undefined
}

function fromTrecEval(name: string): ParsedName | undefined {
  for (const family of MEASURES) {
    const { plain, at, parameters: given = {} } = family.trecEval
    if (name === plain) return { family, given }
    const rest = at !== undefined && name.startsWith(`${at}_`) ? name.slice(at.length + 1) : undefined
    if (rest !== undefined && /^\d/.test(rest)) return { family, given, at: rest }
  }
  return undefined
}

type ParameterValues = Record<string, ParameterValue | undefined>

/** Returns the values before parameters in the name are read. Measures based on grades have no relevance level to set. */
function presetOf({ family, given = {} }: ParsedName, { rel }: ParseOptions): ParameterValues {
  const values: ParameterValues = {}
  for (const [key, parameter] of Object.entries(family.parameters)) values[key] = given[key] ?? parameter.default
  if (rel !== undefined && values['rel'] !== undefined) values['rel'] = rel
  return values
}

/** Reads `rel=2,judged_only=True` into `values`. Returns what is wrong, if anything. */
function readParameters(
  { name, parameters }: MeasureFamily,
  text: string,
  values: ParameterValues,
): string | undefined {
  for (const pair of text.match(/(?:[^,{]|\{[^}]*\}?)+/g) ?? []) {
    const [, key = '', value = ''] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/.exec(pair) ?? []
    const parameter = Object.hasOwn(parameters, key) ? parameters[key] : undefined
    if (parameter === undefined) {
      const allowed = Object.keys(parameters).join(', ') || 'none'
      return `no parameter ${JSON.stringify(key || pair)}; ${name} takes: ${allowed}`
    }
    const read = parameter.read(value)
    if (read === undefined) return `${key}=${value} is not allowed; ${key}: ${parameter.help}`
    values[key] = read
  }
  return undefined
}

const AT_HELP: Record<Cutoff, string> = {
  rank: 'a whole number of ranks, 1 or more',
  recall: 'a share of the relevant documents from 0 to 1',
  multiple: 'a multiple of the number of relevant documents above 0',
}

/** Returns the number after `@`, or what is wrong with it. */
function readAt({ name, at, isAtRequired }: MeasureFamily, text: string | undefined): number | string | undefined {
  if (text === undefined)
    return isAtRequired && at !== undefined ? `missing cutoff, such as ${name}@${EXAMPLES[at]}` : undefined
  if (at === undefined) return `${name} takes no @`
  const value = /^\d+(\.\d+)?$|^\.\d+$/.test(text) ? Number(text) : NaN
  const isAllowed = {
    rank: Number.isSafeInteger(value) && value >= 1,
    recall: value >= 0 && value <= 1,
    multiple: value > 0,
  }
  return isAllowed[at] ? value : `@${text} is not allowed; allowed: ${AT_HELP[at]}`
}

const EXAMPLES: Record<Cutoff, string> = { rank: '10', recall: '0.1', multiple: '0.5' }

/** Writes a name like ir_measures: parameters that differ from their defaults, then `@`. */
function nameOf({ name, at, parameters }: MeasureFamily, values: Parameters, place: number | undefined): string {
  const said = Object.entries(parameters)
    .filter(([key, parameter]) => values[key] !== parameter.default)
    .map(([key]) => `${key}=${textOf(values[key])}`)
  const behind = place === undefined ? '' : `@${at === 'rank' ? place : decimal(place)}`
  return `${name}${said.length > 0 ? `(${said.join(',')})` : ''}${behind}`
}

function textOf(value: ParameterValue | undefined): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return `'${value}'`
  if (value instanceof Map) return `{${[...value].map(([grade, gain]) => `${grade}:${gain}`).join(',')}}`
  return String(value)
}

/** Writes a float like Python: `1.0`. */
const decimal = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : String(value))
