// Sends many texts to a server in batches. A refused batch is halved, and a single text that is longer than the model reads is cut.
import { CallError } from '../../llm/errors.ts'
import { isAboutContents } from './caller.ts'

interface BatchLimits {
  /** The most texts in one call. */
  size: number
  /** The most characters in one call; a single text may have more. */
  characters: number
}

/** Returns one value per text, in order. */
type AskBatch<T> = (texts: readonly string[], signal: AbortSignal) => Promise<T[]>

export interface Batcher {
  /** Returns one value per text, in order. A failure also ends the other calls for these texts. */
  all<T>(texts: readonly string[], ask: AskBatch<T>, signal?: AbortSignal): Promise<T[]>
  /** How many texts were longer than the model reads, and were cut. */
  cut: number
}

/** The wording of TEI, OpenAI and Cohere. */
const TOO_MANY = /batch size \d|allowed batch|array too long|(number of|too many) (texts|inputs|documents)/i

/** A text of this length is not cut further: something else must be wrong. */
const SHORTEST = 64
const KEPT = 0.75

export function batcher({ size, characters }: BatchLimits): Batcher {
  let limit = size

  const inParts = async <T>(texts: readonly string[], ask: AskBatch<T>, signal: AbortSignal): Promise<T[]> => {
    try {
      return await ask(texts, signal)
    } catch (error) {
      if (!isAboutContents(error)) throw error
      if (texts.length === 1) return [await cutToFit(texts[0] as string, error, ask, signal)]
      const half = Math.ceil(texts.length / 2)
      // A server with a lower limit refuses every such batch, so later batches are smaller from the start.
      if (TOO_MANY.test(error.message)) limit = Math.min(limit, half)
      const halves = [texts.slice(0, half), texts.slice(half)]
      return (await Promise.all(halves.map((part) => inParts(part, ask, signal)))).flat()
    }
  }

  const cutToFit = async <T>(text: string, first: CallError, ask: AskBatch<T>, signal: AbortSignal): Promise<T> => {
    let error: unknown = first
    let rest = text
    while (error instanceof CallError && error.details.remedy === 'split' && rest.length > SHORTEST) {
      rest = rest.slice(0, Math.floor(rest.length * KEPT)).replace(/[\uD800-\uDBFF]$/, '')
      try {
        const [value] = await ask([rest], signal)
        self.cut += 1
        return value as T
      } catch (next) {
        error = next
      }
    }
    throw error
  }

  const self: Batcher = {
    cut: 0,
    all: async (texts, ask, signal) => {
      const failed = new AbortController()
      const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal
      try {
        const batches = cutIntoBatches(texts, limit, characters)
        return (await Promise.all(batches.map((batch) => inParts(batch, ask, either)))).flat()
      } catch (error) {
        // Not the error itself, because the scheduler would take it for an error of those calls.
        failed.abort(new Error('another call with the same texts failed'))
        throw error
      }
    },
  }
  return self
}

function cutIntoBatches(texts: readonly string[], size: number, characters: number): string[][] {
  const batches: string[][] = []
  let room = 0
  for (const text of texts) {
    const last = batches.at(-1)
    if (last !== undefined && last.length < size && text.length <= room) last.push(text)
    else batches.push([text])
    room = (batches.at(-1) === last ? room : characters) - text.length
  }
  return batches
}
