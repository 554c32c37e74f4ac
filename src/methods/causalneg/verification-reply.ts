// Reads a verifier's reply about a passage: whether each requirement holds, and whether the passage attempts an answer.
import { UnreadableReply } from '../../llm/read.ts'
import { oneWordIn } from '../../prompts/one-word.ts'
import { isObject, type JsonObject } from '../../base/json.ts'
import type { Fulfilment, Verification } from '../../evidence/evidence.ts'
import { fieldOf, fieldWithin, numberIn, objectIn, shortJson, yesOrNo } from '../../llm/json-reply.ts'

export type VerificationReply = Pick<Verification, 'attemptsAnswer' | 'requirements' | 'reason'>

const ATTEMPT = ['attempts_answer', 'attempts_an_answer', 'attempts_to_answer', 'answer_attempted']

/**
 * @param count number of requirements
 * @throws UnreadableReply when a requirement is missing, unknown or given two words, a word is none of the three, or the reply does
 * not say whether an answer is attempted
 */
export function readVerification(text: string, count: number): VerificationReply {
  const found = objectIn(
    text,
    (object) => fieldWithin(object, 'requirements') !== undefined && fieldWithin(object, ...ATTEMPT) !== undefined,
  )
  const said = entriesOf(fieldWithin(found, 'requirements'))
  const unknown = said.filter(({ number }) => number < 1 || number > count)
  if (unknown.length > 0) {
    throw new UnreadableReply(
      'out-of-range',
      `it speaks of requirement ${unknown.map(({ number }) => number).join(', ')}, and there are ${count}`,
    )
  }
  const requirements = Array.from({ length: count }, (_all, index) => only(said, index + 1))
  const reason = reasonOf(found)
  return {
    attemptsAnswer: yesOrNo(fieldWithin(found, ...ATTEMPT), '"attempts_answer"'),
    requirements,
    ...(reason !== undefined && { reason }),
  }
}

interface Entry {
  number: number
  fulfilment: Fulfilment
}

/** Reads a list of objects with numbers, a list of words in order, or an object keyed by number. */
function entriesOf(value: unknown): Entry[] {
  if (Array.isArray(value)) return value.map((entry, index) => entryOf(entry, index + 1))
  if (!isObject(value)) throw new UnreadableReply('malformed', `"requirements" is ${shortJson(value)}`)
  return Object.entries(value).map(([name, entry]) => {
    const number = numberIn(name)
    if (number === undefined) throw new UnreadableReply('malformed', `it speaks of the requirement ${shortJson(name)}`)
    return { number, fulfilment: fulfilmentOf(isObject(entry) ? wordIn(entry) : entry, number) }
  })
}

function entryOf(entry: unknown, place: number): Entry {
  if (!isObject(entry)) return { number: place, fulfilment: fulfilmentOf(entry, place) }
  const named = fieldOf(entry, 'number', 'id', 'requirement', 'requirement_number')
  const number = named === undefined ? place : numberIn(named)
  if (number === undefined) throw new UnreadableReply('malformed', `it speaks of the requirement ${shortJson(named)}`)
  return { number, fulfilment: fulfilmentOf(wordIn(entry), number) }
}

const wordIn = (entry: JsonObject) => fieldOf(entry, 'verdict', 'status', 'state', 'result')

const WORDS: Record<Fulfilment, readonly string[]> = {
  holds: ['holds', 'hold', 'held', 'fulfilled', 'satisfied', 'met'],
  violated: ['violated', 'violates', 'broken', 'contradicted'],
  absent: ['absent', 'missing', 'not mentioned'],
}

/** Reads one of the three words alone. @throws UnreadableReply for anything else */
export function readFulfilment(text: string): Fulfilment {
  const found = fulfilmentNamed(oneWordIn(text))
  if (found) return found
  throw new UnreadableReply('malformed', 'it is none of HOLDS, VIOLATED and ABSENT')
}

const fulfilmentNamed = (word: string): Fulfilment | undefined =>
  (Object.keys(WORDS) as Fulfilment[]).find((each) => WORDS[each].includes(word))

function fulfilmentOf(value: unknown, number: number): Fulfilment {
  const word = typeof value === 'string' ? value.trim().toLowerCase().replace(/[.!]$/, '') : ''
  const found = fulfilmentNamed(word)
  if (found) return found
  if (value === undefined || value === null)
    throw new UnreadableReply('incomplete', `it does not say whether requirement ${number} holds`)
  throw new UnreadableReply(
    'malformed',
    `of requirement ${number} it says ${shortJson(value)}, which is none of holds, violated, absent`,
  )
}

function only(said: Entry[], number: number): Fulfilment {
  const [first, ...others] = said.filter((each) => each.number === number)
  if (first === undefined) throw new UnreadableReply('incomplete', `it leaves out requirement ${number}`)
  if (others.some(({ fulfilment }) => fulfilment !== first.fulfilment)) {
    throw new UnreadableReply('contradictory', `it says two things of requirement ${number}`)
  }
  return first.fulfilment
}

/** Returns the reason given beside the field about an attempted answer. */
function reasonOf(object: JsonObject): string | undefined {
  if (fieldOf(object, ...ATTEMPT) === undefined) {
    return Object.values(object)
      .filter(isObject)
      .map(reasonOf)
      .find((each) => each !== undefined)
  }
  const why = fieldOf(object, 'why', 'reason', 'explanation')
  return typeof why === 'string' && why.trim() !== '' ? why.trim() : undefined
}
