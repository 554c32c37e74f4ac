// What a row itself says about its task: the dataset it is from, the type that FlagEmbedding trains it as, and the instruction before its
// query.
import { sha256 } from '../base/hash.ts'
import type { Row } from '../rows/row.ts'
import { nameRules, taskOfName } from './names.ts'

/** What a row may say, the weightiest first. */
export const TOLD = ['dataset', 'type', 'prompt'] as const
export type ToldBy = (typeof TOLD)[number]

/** The row's own words, where it has them. */
export type Told = Partial<Record<ToldBy, string>>

const TYPES = ['type', 'task_type']
const PROMPTS = ['prompt', 'instruction', 'instruct', 'query_instruct', 'query_instruction']

/** Returns what a row says about its task. */
export function toldBy({ query, dataset, prompt, extra = {} }: Row): Told {
  const told: Told = {}
  const name = dataset ?? firstText(extra, ['task_name'])
  if (name !== undefined) told.dataset = name
  const type = firstText(extra, TYPES)
  if (type !== undefined) told.type = type
  const instruction = prompt ?? firstText(extra, PROMPTS) ?? instructionIn(query)
  if (instruction !== undefined) told.prompt = instruction
  return told
}

function firstText(columns: Record<string, unknown>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = columns[name]
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
  }
  return undefined
}

/** Instructions within the query, as for E5 (`Instruct: …\nQuery: …`) and bge-en-icl (`<instruct>…\n<query>…`). */
function instructionIn(query: string): string | undefined {
  if (!/^(Instruct: |<instruct>)/.test(query)) return undefined
  return /^(?:Instruct: |<instruct>)(.+?)\n\s*(?:Query:|<query>)/s.exec(query)?.[1]?.trim()
}

/**
 * FlagEmbedding's types, which its trainers look for in parts (`symmetric` and `class`), and MTEB's. `normal` and `only_1neg` only say how
 * many negatives are used, and choose nothing.
 */
const OF_TYPE: readonly (readonly [RegExp, string])[] = [
  [/^symmetric.*class/, 'classification'],
  [/^symmetric.*cluster/, 'clustering'],
  [/^symmetric.*sts/, 'semantic-similarity'],
  [/^(multilabel)?classification$/, 'classification'],
  [/^clustering$/, 'clustering'],
  [/^sts$/, 'semantic-similarity'],
  [/^bitextmining$/, 'translation'],
]

/** Instructions of E5, BGE and MTEB, in the order in which they are tried. */
const OF_PROMPT: readonly (readonly [RegExp, string])[] = [
  [/counter-?argument|documents that refute the claim/, 'argument'],
  [/^classify\b|^identify .*\b(sentiment|emotion|intent)s?\b/, 'classification'],
  [/(find|determine) the (corresponding|user|appropriate) .*(intent|scenario|category)/, 'classification'],
  [/\bfind (expressed emotions|sensitive topics)/, 'classification'],
  [/^identify .*\b(categor(y|ies)|topics?|themes?|groups?|clusters?)\b/, 'clustering'],
  [
    /duplicates? of|duplicate questions|that are duplicates|questions that are semantically equivalent/,
    'duplicate-question',
  ],
  [/\bhypothes[ie]s\b|\bentail/, 'entailment'],
  [/semantically (similar|equivalent)|same meaning|paraphrase/, 'semantic-similarity'],
  [/parallel sentences|\btranslations?\b/, 'translation'],
  [/\b(claim|statement)\b.*\b(support|refute|verif)/, 'fact-check'],
  [/multi-?hop/, 'multi-hop'],
  [/\b(scientific )?paper\b.*\b(cite|cited|relevant papers)\b|titles? of other relevant papers/, 'citation'],
  [/(summary|headline|title).*retrieve (summaries|the corresponding|its article)/, 'summary'],
  [/(web |video |chinese |japanese )search query|e-commerce/, 'web-search'],
  [/\bquestions?\b|\banswers?\b/, 'question-answering'],
]

const asData = (rules: typeof OF_TYPE) => rules.map(([rule, task]) => [rule.source, task])

/** Returns a hash of the names and rules, so that runs under other ones are not taken for the same. */
export const rulesHash = (): string => sha256(JSON.stringify([nameRules(), asData(OF_TYPE), asData(OF_PROMPT)]), 8)

/** Returns the built-in task for one of the things that a row says; undefined if it says nothing about it. */
export function taskToldBy(by: ToldBy, value: string): string | undefined {
  if (by === 'dataset') return taskOfName(value)
  const text = value.toLowerCase()
  const rules = by === 'type' ? OF_TYPE : OF_PROMPT
  const given = by === 'type' ? text.replace(/[^a-z0-9_]/g, '') : text
  return rules.find(([rule]) => rule.test(given))?.[1]
}
