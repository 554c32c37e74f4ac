// Reads the replies of ARHN: the words copied from a passage, an order of candidates, the steps of a question.
import { quoted } from '../../base/strings.ts'
import { UnreadableReply } from '../../llm/read.ts'
import type { Passage } from '../../rows/row.ts'
import type { Snippet } from '../../evidence/evidence.ts'
import { snippetIn } from '../../prompts/verbatim.ts'

/** Words that answer, or null for an explicit "no answer". */
export type Extraction = Snippet | null

const NO_ANSWER = /^[\s"'`*_([{<]*no[-_ ]answer[\s"'`*_)\]}>.]*$/i

/**
 * Reads a reply about one passage: words of it, or NO_ANSWER.
 * @throws UnreadableReply when it is neither, is empty, or the words are not in the passage
 */
export function readExtraction(said: string, passage: Passage): Extraction {
  const text = withoutCodeFence(said)
  if (text === '') throw new UnreadableReply('empty', 'it says nothing about the passage')
  if (NO_ANSWER.test(text)) return null
  for (const words of [text, withoutQuotes(text)]) {
    const snippet = snippetIn(passage, words)
    if (snippet && /[\p{L}\p{N}]/u.test(snippet.text)) return snippet
  }
  if (/\bno[_ ]answer\b/i.test(text)) {
    throw new UnreadableReply('contradictory', 'it says NO_ANSWER and something else')
  }
  throw new UnreadableReply('not-verbatim', `${quoted(text)} does not stand in the passage word for word`)
}

/** One of several extractions in a reply, or why this one cannot be read. */
export type ReplyPart = Extraction | UnreadPart

export interface UnreadPart {
  why: string
  detail: string
  raw: string
}

/** Reads a reply about several passages: one section `[n] …` for each, in any order. */
export function readExtractions(text: string, passages: Passage[]): ReplyPart[] {
  const sections = numberedSections(text, /^[ \t]*\[(\d+)\][ \t]*:?/gm, passages.length, 'passage')
  return readParts(sections, passages, 'passage')
}

/** Reads a reply about the steps of a question: one section `Step n: …` for each. */
export function readStepExtractions(text: string, passage: Passage, steps: number): ReplyPart[] {
  const sections = numberedSections(text, /^[ \t]*step[ \t]*(\d+)[ \t]*:/gim, steps, 'step')
  return readParts(
    sections,
    sections.map(() => passage),
    'step',
  )
}

/** @throws UnreadableReply that names the first unreadable part and carries what was read of the others */
function readParts(sections: string[], passages: Passage[], what: string): ReplyPart[] {
  const parts = sections.map((section, index) => readPart(section, passages[index] as Passage))
  const wrong = parts.findIndex(isUnread)
  if (wrong === -1) return parts
  const { why, detail } = parts[wrong] as UnreadPart
  throw new UnreadableReply(why, `${what} ${wrong + 1}: ${detail}`, parts)
}

function readPart(section: string, passage: Passage): ReplyPart {
  try {
    return readExtraction(section, passage)
  } catch (error) {
    if (error instanceof UnreadableReply) return { why: error.why, detail: error.message, raw: section.trim() }
    throw error
  }
}

export const isUnread = (part: ReplyPart): part is UnreadPart => part !== null && 'why' in part

/** Returns the text after each of the labels 1 to `count`, each of which must appear exactly once. */
function numberedSections(text: string, label: RegExp, count: number, what: string): string[] {
  const body = withoutCodeFence(text)
  const labels = [...body.matchAll(label)]
  if (labels[0] === undefined || body.slice(0, labels[0].index).trim() !== '') {
    throw new UnreadableReply('malformed', `it does not begin with the first ${what}`)
  }
  const numbers = labels.map(([, number]) => Number(number))
  assertAll(numbers, count, what)
  const sections: string[] = []
  labels.forEach(({ index, 0: { length } }, place) => {
    sections[(numbers[place] as number) - 1] = body.slice(index + length, labels[place + 1]?.index)
  })
  return sections
}

const SEPARATOR = /^\s*(?:>+|,|;|\n)\s*/
const CANDIDATE = /^\[?\s*(\d+)\s*\]?/
const ORDINAL = /^\s*(\d+)[.)]\s+(?=\[)/

/**
 * Reads an order of `count` candidates, best first: `[2] > [1] > [3]`, or as a list, in lines, or with plain numbers. Every candidate must
 * appear exactly once; a missing one is never filled in.
 * @returns candidate numbers from 1, best first
 */
export function readRanking(text: string, count: number): number[] {
  const order = parseOrder(withoutLabel(withoutCodeFence(text)))
  assertAll(order, count, 'candidate')
  return order
}

function withoutLabel(text: string): string {
  return text.replace(/^[*_#\s]*(?:(?:final|the) )?(?:ranking|order|answer)\s*(?:is)?[*_]*:[*_]*/i, '').trim()
}

function parseOrder(text: string): number[] {
  const unreadable = () => new UnreadableReply('malformed', `it is no order of candidates: ${quoted(text)}`)
  if (text.startsWith('{')) return orderInJson(text, unreadable)
  const lines = text.split('\n').map((line) => line.trim().replace(/^[-*•]\s+/, ''))
  if (lines.length > 1 && lines.every((line, index) => Number(ORDINAL.exec(line)?.[1]) === index + 1)) {
    return parseOrder(lines.map((line) => line.replace(ORDINAL, '')).join('\n'))
  }
  // Matches a list in brackets, but not `[2]` alone or `[2] > [1]`.
  const list = lines.join('\n')
  let rest = (/^\[([^[\]]*[^[\]\d\s][^[\]]*)\]\.?$/.exec(list)?.[1] ?? list).replace(/\.$/, '').trim()
  const order: number[] = []
  while (true) {
    const candidate = CANDIDATE.exec(rest)
    if (candidate === null) throw unreadable()
    order.push(Number(candidate[1]))
    rest = rest.slice(candidate[0].length)
    if (rest.trim() === '') return order
    const separator = SEPARATOR.exec(rest)
    if (separator === null) throw unreadable()
    rest = rest.slice(separator[0].length)
  }
}

function orderInJson(text: string, unreadable: () => UnreadableReply): number[] {
  try {
    const { ranking } = JSON.parse(text) as { ranking?: unknown }
    if (Array.isArray(ranking) && ranking.every((each) => Number.isInteger(each))) return ranking as number[]
  } catch {
    throw unreadable()
  }
  throw unreadable()
}

/** A step of a question and the positives that give it, numbered from 1. */
export interface Step {
  text: string
  givenBy: number[]
}

const STEP = /^step\s*(\d+)\s*:\s*(.+?)\s*\|\s*(.+)$/i
const MOST_STEPS = 8

/** Reads the steps of a question from lines `Step 1: … | [2]` or `… | none`; skips steps that no positive gives. */
export function readSteps(text: string, positives: number): Step[] {
  const lines = withoutCodeFence(text).split('\n')
  const steps = lines.map((line) => line.trim()).filter((line) => line !== '')
  if (steps.length === 0 || steps.length > MOST_STEPS) {
    throw new UnreadableReply('malformed', `it must name 1 to ${MOST_STEPS} steps, one a line`)
  }
  const read = steps.map((line, index) => {
    const [, number, what = '', given = ''] = STEP.exec(line) ?? []
    if (Number(number) !== index + 1)
      throw new UnreadableReply('malformed', `it has no line "Step ${index + 1}: … | …"`)
    return { text: what, givenBy: positivesIn(given, positives) }
  })
  const given = read.filter(({ givenBy }) => givenBy.length > 0)
  if (given.length === 0) throw new UnreadableReply('malformed', 'it says that no positive gives any step')
  return given
}

function positivesIn(given: string, positives: number): number[] {
  if (/^\(?none\)?\.?$/i.test(given)) return []
  if (!/^\[\s*\d+\s*\](?:\s*,?\s*\[\s*\d+\s*\])*\.?$/.test(given)) {
    throw new UnreadableReply('malformed', `${quoted(given)} names no positives: [1], or [1], [2], or none`)
  }
  const numbers = [...new Set([...given.matchAll(/\d+/g)].map(([digits]) => Number(digits)))]
  const unknown = numbers.filter((number) => number < 1 || number > positives)
  if (unknown.length > 0) {
    throw new UnreadableReply('out-of-range', `it names positive ${unknown.join(', ')} of ${positives}`)
  }
  return numbers
}

/** @throws UnreadableReply unless every number from 1 to `count` appears exactly once */
function assertAll(numbers: number[], count: number, what: string): void {
  const unknown = numbers.filter((number) => number < 1 || number > count)
  if (unknown.length > 0) {
    throw new UnreadableReply('out-of-range', `it names ${what} ${unknown.join(', ')}, but there are ${count}`)
  }
  const seen = new Set(numbers)
  if (seen.size < numbers.length) {
    const repeated = numbers.filter((number, index) => numbers.indexOf(number) < index)
    throw new UnreadableReply('contradictory', `it names ${what} ${[...new Set(repeated)].join(', ')} more than once`)
  }
  if (seen.size < count) {
    const missing = Array.from({ length: count }, (_all, index) => index + 1).filter((number) => !seen.has(number))
    throw new UnreadableReply('incomplete', `it leaves out ${what} ${missing.join(', ')}`)
  }
}

function withoutCodeFence(text: string): string {
  const trimmed = text.trim()
  return /^```\w*\n([\s\S]*?)\n?```$/.exec(trimmed)?.[1]?.trim() ?? trimmed
}

function withoutQuotes(text: string): string {
  return /^(["'`\u201c\u2018\u00ab])([\s\S]+)(["'`\u201d\u2019\u00bb])$/.exec(text)?.[2] ?? text
}
