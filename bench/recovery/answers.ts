// A model that is asked with Winnow's own prompts and answers in the grammars of RLHN and ARHN. Its opinion of a passage is the judge's.
import { contentsOf } from '../../src/collections/collection.ts'
import type { ChatModel } from '../../src/llm/chat.ts'
import type { SeenRequest } from '../../test/support/chat-server.ts'
import { answer } from '../../test/support/answers.ts'
import { askedIn, replyWith, shownIn } from '../../test/support/synthetic.ts'
import type { DamagedRow } from '../laboratories/damage.ts'
import { callsBetter, callsRelevant, type Judge, type Judged } from './judge.ts'
import type { Likeness } from './likeness.ts'
import type { RowPassage } from './rows.ts'

/** The truth about a passage in a row. */
interface Known extends Judged {
  name: string
  text: string
  isPositive: boolean
}

/**
 * The truth about the rows: for each query the passages that may be shown with it. Both are identified by their letters and digits, so that
 * the quoting of a prompt does not matter.
 */
export type World = ReadonlyMap<string, ReadonlyMap<string, Known>>

/** @param rows every row with all that is ever planted in it, and with its mined negatives */
export async function worldOf(
  rows: readonly (DamagedRow & { mined: readonly RowPassage[] })[],
  likeness: Likeness,
): Promise<World> {
  const world = new Map<string, Map<string, Known>>()
  for (const { row, falseNegatives, mined } of rows) {
    const { query, positive_passages: positives } = row
    const others = [...row.negative_passages.filter(({ docid }) => falseNegatives.has(docid)), ...mined]
    const all = [...positives, ...others]
    const values = await likeness(query, positives.map(contentsOf), all.map(contentsOf))
    // Several rows may have the same query, each with passages of its own.
    const known = world.get(bare(query)) ?? new Map<string, Known>()
    for (const [at, passage] of all.entries()) {
      const isPositive = at < positives.length
      const isRelevant = isPositive || falseNegatives.has(passage.docid)
      const truth = { name: bare(contentsOf(passage)), text: passage.text, isPositive, isRelevant }
      // Prompts show a passage with its title, or without.
      for (const text of [passage.text, contentsOf(passage)])
        known.set(bare(text), { ...truth, likeness: values[at] as number })
    }
    world.set(bare(query), known)
  }
  return world
}

const bare = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, '')

/**
 * Returns a judge as a model. The screen makes other mistakes than the judge; ARHN makes the judge's.
 * @param seed of its mistakes
 */
export function modelOf(judge: Judge, seed: number, part: 'screen' | 'judge' | 'arhn', world: World): ChatModel {
  const opinion = opinionOf(judge, `${judge.name} ${seed}${part === 'screen' ? ' screen' : ''}`, world)
  const replyTo = part === 'arhn' ? arhnReply : rlhnReply
  return {
    identity: `${judge.name}.${seed}.${part}`,
    endpoint: 'in this program',
    price: { input: 0, output: 0 },
    complete: async ({ messages }) => ({ reply: { text: replyTo({ messages }, opinion), finishReason: 'stop' } }),
  }
}

interface Opinion {
  textOf(query: string, shown: string): string
  isPositive(query: string, shown: string): boolean
  isRelevant(query: string, shown: string): boolean
  isBetter(query: string, shown: string): boolean
}

function opinionOf(judge: Judge, seed: string, world: World): Opinion {
  /** @throws Error if the prompt shows something that is not in the rows, because no answer may be guessed */
  const found = (query: string, shown: string): Known => {
    const known = world.get(bare(query))?.get(bare(shown))
    if (known === undefined) throw new Error(`not in the rows: ${query} / ${shown}`)
    return known
  }
  return {
    textOf: (query, shown) => found(query, shown).text,
    isPositive: (query, shown) => found(query, shown).isPositive,
    isRelevant: (query, shown) => {
      const known = found(query, shown)
      return callsRelevant(judge, seed, bare(query), known.name, known)
    },
    isBetter: (query, shown) => callsBetter(judge, seed, bare(query), found(query, shown).name),
  }
}

type Question = Pick<SeenRequest, 'messages'>

function rlhnReply(request: Question, opinion: Opinion): string {
  const query = askedIn(request)
  const relevant = shownIn(request).flatMap((text, at) =>
    opinion.isRelevant(query, text) ? [{ text, at: at + 1 }] : [],
  )
  const listed = (isBetter: boolean) =>
    relevant.filter(({ text }) => opinion.isBetter(query, text) === isBetter).map(({ at }) => at)
  return replyWith(listed(true), listed(false))
}

/** Writes an ARHN reply: words copied from the passage if it is considered relevant; the positives in the middle of the order. */
function arhnReply(request: Question, opinion: Opinion): string {
  return answer(request, {
    answerIn: (query, text) => (opinion.isRelevant(query, text) ? firstWords(opinion.textOf(query, text)) : undefined),
    place: (query, text) => (opinion.isPositive(query, text) ? 1 : opinion.isBetter(query, text) ? 0 : 2),
  })
}

/** Returns up to a dozen words of a text, unchanged; undefined for an empty text. */
const firstWords = (text: string) => /\S+(?:\s+\S+){0,11}/.exec(text)?.[0]
