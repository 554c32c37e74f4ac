// Reads JSON from a model's reply despite code fences, prose before and after, wrappers, line breaks within texts, and extra commas.
// Missing parts are never made up, and truncated JSON is an error.
import { shortened } from '../base/strings.ts'
import { UnreadableReply } from './read.ts'
import { isObject, type JsonObject } from '../base/json.ts'

/**
 * Returns the one wanted object of a reply, however it is wrapped: `{"result": {…}}`, `[{…}]`.
 * @param isWanted decides by the object's fields
 * @throws UnreadableReply if there is none, if several differ, or if the JSON is truncated
 */
export function objectIn(text: string, isWanted: (object: JsonObject) => boolean): JsonObject {
  const found = valuesIn(text).flatMap((value) => wantedIn(value, isWanted, DEPTH))
  const [first, ...others] = found
  if (first === undefined) throw new UnreadableReply('malformed', 'it holds no JSON object of the form asked for')
  const written = JSON.stringify(first)
  if (others.some((other) => JSON.stringify(other) !== written)) {
    throw new UnreadableReply('contradictory', 'it holds more than one JSON object of the form asked for')
  }
  return first
}

/** How deep a wanted object may be wrapped. */
const DEPTH = 4

/** Returns the outermost wanted objects of a value. */
function wantedIn(value: unknown, isWanted: (object: JsonObject) => boolean, depth: number): JsonObject[] {
  if (depth === 0 || typeof value !== 'object' || value === null) return []
  if (isObject(value) && isWanted(value)) return [value]
  return Object.values(value).flatMap((each) => wantedIn(each, isWanted, depth - 1))
}

/** Returns every complete, outermost JSON object or list in a text. */
function valuesIn(text: string): unknown[] {
  const values: unknown[] = []
  let at = 0
  let looked = 0
  for (let brackets = 0; brackets < MOST_BRACKETS && looked < MOST_LOOKED_AT; brackets++) {
    const start = indexOfBracket(text, at)
    if (start === -1) return values
    const { json, end } = balancedFrom(text, start)
    const value = parsed(json)
    if (value === undefined) {
      if (end === undefined && /^[{[]\s*["{[]/.test(json))
        throw new UnreadableReply('incomplete', 'its JSON is cut off')
      at = start + 1
      looked += json.length
    } else {
      values.push(value)
      at = end ?? text.length
    }
  }
  throw new UnreadableReply('malformed', 'it has too many brackets that are not of one JSON object')
}

function indexOfBracket(text: string, from: number): number {
  const bracket = /[{[]/g
  bracket.lastIndex = from
  return bracket.exec(text)?.index ?? -1
}

/** No reply that was asked for is nested deeper, or has so many brackets around its JSON. The limits bound the time that a reply takes. */
const MOST_DEEP = 64
const MOST_BRACKETS = 1000
/** Characters after brackets that turned out to begin nothing: a long text may have fewer of these brackets. */
const MOST_LOOKED_AT = 1_000_000

/**
 * Returns the text from a bracket to its closing one, repaired: line breaks and tabs within texts are escaped, and commas before a closing
 * bracket are dropped. `end` is undefined if nothing closes it.
 */
function balancedFrom(text: string, start: number): { json: string; end: number | undefined } {
  let json = ''
  // What stands before it is in `json`.
  let kept = start
  let depth = 0
  let isText = false
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at)
    if (isText) {
      const escaped = ESCAPES[character]
      if (escaped !== undefined) {
        json += text.slice(kept, at) + escaped
        kept = at + 1
      } else if (character === '\\') at += 1
      else if (character === '"') isText = false
    } else if (character === '"') isText = true
    else if (character === '{' || character === '[') depth += 1
    else if (character === '}' || character === ']') {
      depth -= 1
      json += text.slice(kept, commaBefore(text, at))
      kept = at
    }
    if (depth === 0) return { json: json + text.slice(kept, at + 1), end: at + 1 }
    if (depth > MOST_DEEP) throw new UnreadableReply('malformed', `its JSON is nested more than ${MOST_DEEP} deep`)
  }
  return { json: json + text.slice(kept), end: undefined }
}

/** Returns the place of a comma with only white space between it and a place; without one, the place. */
function commaBefore(text: string, place: number): number {
  let at = place - 1
  while (at >= 0 && text.charAt(at).trim() === '') at -= 1
  return text.charAt(at) === ',' ? at : place
}

const ESCAPES: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown
  } catch {
    return undefined
  }
}

/** Returns the field with the first of the names that exists, ignoring case and punctuation: `is_critical` equals `isCritical`. */
export function fieldOf(object: JsonObject, ...names: string[]): unknown {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z]/g, '')
  const fields = Object.entries(object).map(([name, value]) => [plain(name), value] as const)
  return names.map((name) => fields.find(([field]) => field === plain(name))).find((each) => each !== undefined)?.[1]
}

/** Does the same as fieldOf, but also looks in nested objects, for replies that nest fields which belong side by side. */
export function fieldWithin(object: JsonObject, ...names: string[]): unknown {
  const own = fieldOf(object, ...names)
  if (own !== undefined) return own
  return Object.values(object)
    .filter(isObject)
    .map((each) => fieldWithin(each, ...names))
    .find((each) => each !== undefined)
}

/** Returns a text that is not empty. @throws UnreadableReply naming what it should be */
export function textOf(value: unknown, what: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value.trim()
  if (value === undefined || value === null || typeof value === 'string') {
    throw new UnreadableReply('incomplete', `${what} is missing`)
  }
  throw new UnreadableReply('malformed', `${what} is no text but ${shortJson(value)}`)
}

/** Reads yes or no, in JSON or in words. @throws UnreadableReply naming what it should be */
export function yesOrNo(value: unknown, what: string): boolean {
  if (typeof value === 'boolean') return value
  const word = typeof value === 'string' ? value.trim().toLowerCase().replace(/\.$/, '') : ''
  if (['true', 'yes'].includes(word)) return true
  if (['false', 'no'].includes(word)) return false
  if (value === undefined || value === null) throw new UnreadableReply('incomplete', `${what} is missing`)
  throw new UnreadableReply('malformed', `${what} is neither true nor false but ${shortJson(value)}`)
}

/** Reads a number from 1, as `3`, `"3"`, `"R3"` or `"Requirement (3)"`; undefined for anything else: `"Apollo 11"` is a text. */
export function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined
  const digits = typeof value === 'string' ? NUMBERED.exec(value.trim())?.[1] : undefined
  return digits === undefined ? undefined : Number(digits)
}

const NUMBERED =
  /^(?:(?:requirement|req|r|passage|p|text|reference|ref|negative|condition|number|no|nr|n)[\s.#:_([-]*|[#([]*)(\d{1,4})[\s.:)\]]*$/i

/** Returns a list. @throws UnreadableReply naming what it should be */
export function listOf(value: unknown, what: string): unknown[] {
  if (Array.isArray(value)) return value
  if (value === undefined || value === null) throw new UnreadableReply('incomplete', `${what} is missing`)
  throw new UnreadableReply('malformed', `${what} is no list but ${shortJson(value)}`)
}

export function shortJson(value: unknown): string {
  return shortened(JSON.stringify(value) ?? 'nothing', 60)
}
