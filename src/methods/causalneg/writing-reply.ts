// Reads the written passages: one entry for every passage asked for. An empty text is an answer, a missing one is not.
import { UnreadableReply } from '../../llm/read.ts'
import { isObject, type JsonObject } from '../../base/json.ts'
import { fieldOf, listOf, numberIn, objectIn, shortJson } from '../../llm/json-reply.ts'

export interface WrittenPassage {
  /** Number of the requested passage, from 1. */
  number: number
  text: string
  title?: string
  /** Number of the reference that it was adapted from, from 1. */
  rewrites?: number
}

/** Number of passages requested, number of references shown, and whether titles were wanted. */
export interface WritingRequest {
  passages: number
  references: number
  hasTitles: boolean
}

/**
 * @throws UnreadableReply when a number is unknown or repeated, a passage or a title is missing, or a reference is unknown; it
 * carries the passages that can be read
 */
export function readWriting(text: string, asked: WritingRequest): WrittenPassage[] {
  const list = listOf(passagesIn(text, asked), '"passages"')
  const hasNumbers = list.some((entry) => isObject(entry) && fieldOf(entry, 'number', 'id', 'passage') !== undefined)
  const written = list.map((entry, index) => passageOf(entry, hasNumbers ? undefined : index + 1, asked))
  assertNumbers(
    written.map(({ number }) => number),
    asked.passages,
  )
  if (written.length < asked.passages) {
    const missing = range(asked.passages).filter((number) => written.every((each) => each.number !== number))
    throw new UnreadableReply('incomplete', `it leaves out passage ${missing.join(', ')}`, whole(written, asked))
  }
  const untitled = written.filter(({ text: words, title }) => asked.hasTitles && words !== '' && title === undefined)
  if (untitled.length > 0) {
    const which = untitled.map(({ number }) => number).join(', ')
    throw new UnreadableReply('incomplete', `passage ${which} has no title`, whole(written, asked))
  }
  const unknown = written.flatMap(({ rewrites }) => (isKnown(rewrites, asked) ? [] : [rewrites]))
  if (unknown.length > 0) {
    const there = asked.references === 0 ? 'there are none' : `there are ${asked.references}`
    throw new UnreadableReply(
      'out-of-range',
      `it rewrites reference ${unknown.join(', ')}, and ${there}`,
      whole(written, asked),
    )
  }
  return written
}

const isKnown = (reference: number | undefined, { references }: WritingRequest) =>
  reference === undefined || reference <= references

/** Returns the usable part of an incomplete reply: no passage without its title, and no reference that does not exist. */
function whole(written: WrittenPassage[], asked: WritingRequest): WrittenPassage[] | undefined {
  const usable = written
    .filter(({ title, text }) => !asked.hasTitles || title !== undefined || text === '')
    .map(({ rewrites, ...rest }) => ({
      ...rest,
      ...(rewrites !== undefined && isKnown(rewrites, asked) && { rewrites }),
    }))
  return usable.length === 0 ? undefined : usable
}

const range = (count: number) => Array.from({ length: count }, (_all, index) => index + 1)

/** Returns the list of passages, or of one passage given alone. */
function passagesIn(text: string, { passages }: WritingRequest): unknown {
  const holder = objectIn(
    wrapped(text),
    (object) => Array.isArray(listFieldOf(object)) || (passages === 1 && typeof fieldOf(object, 'text') === 'string'),
  )
  return listFieldOf(holder) ?? [holder]
}

const listFieldOf = (object: JsonObject) => fieldOf(object, 'passages', 'negatives', 'candidates', 'hard_negatives')

/** Wraps a reply that is a bare list. */
function wrapped(text: string): string {
  const bare = /^\s*(?:```\w*\s*)?(\[\s*\{[\s\S]*\}\s*,?\s*\])\s*(?:```)?\s*$/.exec(text)?.[1]
  return bare === undefined ? text : `{"passages": ${bare}}`
}

function passageOf(entry: unknown, place: number | undefined, { hasTitles }: WritingRequest): WrittenPassage {
  if (typeof entry === 'string' && place !== undefined) return { number: place, text: entry.trim() }
  if (!isObject(entry)) throw new UnreadableReply('malformed', `a passage is ${shortJson(entry)}`)
  const named = fieldOf(entry, 'number', 'id', 'passage')
  const number = place ?? numberIn(named)
  if (number === undefined) throw new UnreadableReply('malformed', `a passage has the number ${shortJson(named)}`)
  const title = wordsOf(fieldOf(entry, 'title'), `the title of passage ${number}`)
  const source = fieldOf(entry, 'rewrites', 'rewritten_from', 'reference')
  const rewrites = numberIn(source)
  if (rewrites === undefined && !isNone(source)) {
    throw new UnreadableReply('malformed', `passage ${number} rewrites ${shortJson(source)}`)
  }
  return {
    number,
    text: wordsOf(fieldOf(entry, 'text', 'content', 'passage_text'), `the text of passage ${number}`),
    // A title that was not requested would tell the passage from all others of its row.
    ...(hasTitles && title !== '' && { title }),
    // Some models write 0 for none.
    ...(rewrites !== undefined && rewrites !== 0 && { rewrites }),
  }
}

const isNone = (source: unknown) =>
  source === undefined ||
  source === null ||
  (typeof source === 'string' && /^(?:|none|null|no|n\/a|-)$/i.test(source.trim()))

function wordsOf(value: unknown, what: string): string {
  if (typeof value === 'string') return value.trim()
  if (value === undefined || value === null) return ''
  throw new UnreadableReply('malformed', `${what} is ${shortJson(value)}`)
}

function assertNumbers(numbers: number[], count: number): void {
  const unknown = numbers.filter((number) => number < 1 || number > count)
  if (unknown.length > 0) {
    throw new UnreadableReply('out-of-range', `it has passage ${unknown.join(', ')}, and ${count} were asked for`)
  }
  const repeated = numbers.filter((number, index) => numbers.indexOf(number) < index)
  if (repeated.length > 0)
    throw new UnreadableReply('contradictory', `it has passage ${repeated.join(', ')} more than once`)
}
