// Synthetic rows for CausalNeg, a model that writes passages stating what a verifier will find, and a verifier that reads it.
import { createHash } from 'node:crypto'
import { STRATEGIES, type Analysis } from '../../src/evidence/evidence.ts'
import { strategyOrder, targetsOf } from '../../src/methods/causalneg/targets.ts'
import { RowIds } from '../../src/rows/ids.ts'
import type { SeenRequest } from './chat-server.ts'
import { askedIn, queryOf, replyWith, type SyntheticRow } from './synthetic.ts'

/** The result for a passage: it violates its target alone; it answers; its target holds; it is off topic; or it is empty. */
type Kind = 'sound' | 'answers' | 'holds' | 'off' | 'empty'
const KINDS: Kind[] = ['sound', 'answers', 'sound', 'holds', 'sound', 'off', 'sound']

/** Marks in a positive: all passages written for its row are of one kind, or it has many requirements. */
const ALL_SOUND = 'faultless'
const HOPELESS = 'hopeless'
const MANY = 'manifold'

const SYLLABLES = ['ba', 'ke', 'lo', 'mi', 'nu', 'ra', 'se', 'to', 'vi', 'zu', 'dar', 'fel', 'gon', 'hik', 'jul', 'pem']

/** Returns words that appear nowhere else, always the same for the same seed. */
function wordsFrom(seed: string, count = 14): string {
  const digest = createHash('sha512').update(seed).digest()
  const syllable = (at: number) => SYLLABLES[(digest[at % digest.length] ?? 0) % SYLLABLES.length] ?? ''
  return Array.from({ length: count }, (_each, at) => [0, 1, 2].map((part) => syllable(at * 3 + part)).join('')).join(
    ' ',
  )
}

/** Returns `count` rows of 4 negatives. */
export function growingRows(count: number): SyntheticRow[] {
  return Array.from({ length: count }, (_all, index) => ({
    query: queryOf(index),
    pos: [wordsFrom(`positive ${index}`)],
    neg: Array.from({ length: 4 }, (_each, at) => wordsFrom(`negative ${index} ${at}`)),
  }))
}

const marked = (row: SyntheticRow, mark: string): SyntheticRow => ({
  ...row,
  pos: [`${row.pos[0]} ${mark}`, ...row.pos.slice(1)],
})
export const allSound = (row: SyntheticRow) => marked(row, ALL_SOUND)
export const hopeless = (row: SyntheticRow) => marked(row, HOPELESS)
export const ofManyRequirements = (row: SyntheticRow) => marked(row, MANY)

/** Returns the model's analysis of what the query needs. */
function analysisOf(
  relevant: string,
): Pick<Analysis, 'need' | 'meets' | 'boundary' | 'requirements' | 'perturbations'> {
  const count = relevant.includes(MANY) ? 8 : 4
  const strategies = relevant.includes(MANY) ? STRATEGIES.slice(0, 2) : STRATEGIES.slice(0, 1)
  const requirements = Array.from({ length: count }, (_each, at) => ({
    text: `condition ${'abcdefgh'[at]} is kept`,
    isCritical: at < count - 1,
  }))
  return {
    need: 'what the query asks for',
    meets: 'they give it',
    boundary: 'giving it',
    requirements,
    perturbations: requirements.flatMap(({ isCritical }, at) =>
      isCritical ? strategies.map((strategy) => ({ requirement: at + 1, strategy, how: `by ${strategy}` })) : [],
    ),
  }
}

function kindOf(query: string, relevant: string, number: number): Kind {
  if (relevant.includes(ALL_SOUND)) return 'sound'
  if (relevant.includes(HOPELESS)) return 'answers'
  return KINDS[(Number(/\d{4}/.exec(query)?.[0]) * 3 + number) % KINDS.length] as Kind
}

/** Returns the text of a passage; its last words state its kind. */
function textOf(query: string, relevant: string, number: number, requirement: number): string {
  const kind = kindOf(query, relevant, number)
  return kind === 'empty' ? '' : `${wordsFrom(`${query} ${number}`, 12)} ${kind} ${requirement}`
}

/** Returns every passage that is written for a row, in order. */
function written({ query, pos }: SyntheticRow, perRow: number) {
  const relevant = pos.join('\n')
  const analysis = analysisOf(relevant) as Analysis
  const order = strategyOrder(STRATEGIES, 1, new RowIds().madeFrom(query))
  return targetsOf(analysis, order, perRow).map(({ requirement, strategy }, at) => ({
    text: textOf(query, relevant, at + 1, requirement),
    kind: kindOf(query, relevant, at + 1),
    strategy,
    requirement: analysis.requirements[requirement - 1]?.text ?? '',
  }))
}

const repeated = <T>(list: readonly unknown[], value: T) => list.map(() => value)

/**
 * Returns the expected row: sound passages after its own negatives, with the origin of every passage.
 * @param isLost whether there is no evidence about a passage, by its number
 */
export function grown(row: SyntheticRow, isLost = (_number: number) => false, perRow = 3): SyntheticRow {
  const added = written(row, perRow).filter(({ kind }, at) => kind === 'sound' && !isLost(at + 1))
  const { pos, neg } = row
  const lists = {
    pos_origins: repeated(pos, 'given'),
    pos_strategies: repeated(pos, ''),
    pos_requirements: repeated(pos, ''),
    neg_origins: [...repeated(neg, 'given'), ...repeated(added, 'generated')],
    neg_strategies: [...repeated(neg, ''), ...added.map(({ strategy }) => strategy)],
    neg_requirements: [...repeated(neg, ''), ...added.map(({ requirement }) => requirement)],
  }
  return { ...row, neg: [...neg, ...added.map(({ text }) => text)], ...lists }
}

/** Returns the row with the origins of its passages, and nothing added. */
export const stated = (row: SyntheticRow) => grown(row, () => true)

/** Returns the contents of a section of a prompt. */
export function sectionOf({ messages }: Pick<SeenRequest, 'messages'>, tag: string): string {
  const prompt = messages.at(-1)?.content ?? ''
  return new RegExp(`<${tag}>\\n([\\s\\S]*?)\\n</${tag}>`).exec(prompt)?.[1] ?? ''
}

/** Returns which of the method's questions a request asks. */
export function questionOf(request: Pick<SeenRequest, 'messages'>): 'analyse' | 'write' | 'verify' | 'judge' {
  if (sectionOf(request, 'kinds') !== '') return 'analyse'
  if (sectionOf(request, 'passages') !== '') return 'write'
  return sectionOf(request, 'text') === '' ? 'judge' : 'verify'
}

/** Returns the correct reply to a request about synthetic rows. */
export function growingReply(request: Pick<SeenRequest, 'messages'>): string {
  const question = questionOf(request)
  if (question === 'judge') return replyWith([], [])
  if (question === 'verify') return verificationReply(sectionOf(request, 'text'), sectionOf(request, 'requirements'))
  const [query, relevant] = [askedIn(request), sectionOf(request, 'relevant')]
  return question === 'analyse'
    ? analysisReply(relevant)
    : writingReply(query, relevant, sectionOf(request, 'passages'))
}

function analysisReply(relevant: string): string {
  const { requirements, ...rest } = analysisOf(relevant)
  const numbered = requirements.map(({ text, isCritical }, at) => ({ number: at + 1, text, critical: isCritical }))
  return JSON.stringify({ ...rest, requirements: numbered })
}

/** Writes a sound passage for an order that was refused once, except in a hopeless row. */
function writingReply(query: string, relevant: string, orders: string): string {
  const list = orders.split(/^(?=Passage \(\d+\): breaks)/m)
  const passages = list.map((order) => {
    const [, number, requirement] = /^Passage \((\d+)\): breaks requirement (\d+)/.exec(order) ?? []
    const isAgain = order.includes('An earlier version was refused')
    const seed = isAgain ? `${query} ${order}` : ''
    const text = isAgain
      ? `${wordsFrom(seed, 12)} ${relevant.includes(HOPELESS) ? 'answers' : 'sound'} ${requirement}`
      : textOf(query, relevant, Number(number), Number(requirement))
    return { number: Number(number), rewrites: null, text }
  })
  return JSON.stringify({ passages })
}

/** Reads the kind of a text from it. */
function verificationReply(text: string, requirements: string): string {
  const [, kind, target] = /(\w+) (\d)$/.exec(text) ?? []
  const count = requirements.split('\n').length
  const verdictOf = (number: number) => {
    if (kind === 'off') return number === Number(target) ? 'violated' : 'absent'
    return number === Number(target) && kind !== 'holds' ? 'violated' : 'holds'
  }
  const list = Array.from({ length: count }, (_each, at) => ({ number: at + 1, why: 'so', verdict: verdictOf(at + 1) }))
  return JSON.stringify({ requirements: list, why: 'so it is', attempts_answer: kind === 'answers' })
}
