// With how many calls an endpoint begins, from what its server says about itself and what the user asked for.
import { counted, plural } from '../base/format.ts'
import type { Capacity } from './chat.ts'
import type { PaceLimits } from './pace.ts'

/** The most calls in flight at an endpoint, unless the user or its server says otherwise. */
export const USUAL_CONCURRENCY = 32
/** Calls in flight at first at a server of which nothing is known. */
const CAREFUL = 2
/** The part of `--concurrency` that such a server gets at first. */
const TRUSTED = 1 / 8
/** Tokens for 25 passages of a few hundred tokens and a reply. */
const ENOUGH_TOKENS = 16_384
/** Software that cuts a prompt that is too long, instead of refusing it. */
const CUTS = 'Ollama'

/**
 * Returns the number of calls to begin with, and the most.
 * @param given `--concurrency`, which is for each server; undefined if the user left it open
 * @param places how many servers the model is on; what they say of their capacity is for all of them
 */
export function beginningWith(capacity: Capacity | undefined, given: number | undefined, places = 1): PaceLimits {
  const usual = USUAL_CONCURRENCY * places
  const most = given === undefined ? Math.min(usual, capacity?.slots ?? usual) : given * places
  const careful = capacity?.software === CUTS ? 1 : Math.max(CAREFUL, Math.ceil((given ?? 0) * TRUSTED))
  return { first: Math.min(most, capacity?.slots ?? careful * places), most }
}

/** Returns what is worth knowing about the server, as a sentence; undefined if there is nothing. */
export function noticeOf(endpoint: string, { software, slots, tokens }: Capacity, most: number): string | undefined {
  if (software === CUTS) {
    if (tokens === undefined || tokens >= ENOUGH_TOKENS) return undefined
    return (
      `${endpoint} is Ollama and reads ${counted(tokens)} tokens of prompt and reply; it cuts longer prompts without a word: ` +
      `set OLLAMA_CONTEXT_LENGTH=${ENOUGH_TOKENS} before you start it`
    )
  }
  if (slots === undefined || slots === Infinity) return undefined
  const each = tokens === undefined ? '' : ` of ${counted(tokens)} tokens`
  return `${endpoint} is ${software} with ${plural(slots, 'slot')}${each}: at most ${plural(most, 'call')} at once`
}
