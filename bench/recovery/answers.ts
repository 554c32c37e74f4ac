// A model that is asked with Winnow's own prompts and answers in the grammars of RLHN and ARHN. Its opinion of a passage is the judge's.
import type { SeenRequest } from '../../test/support/chat-server.ts'
import { answer } from '../../test/support/answers.ts'
import { askedIn, replyWith, shownIn } from '../../test/support/synthetic.ts'
import { callsBetter, callsRelevant, type Judge } from './judge.ts'
import type { Plants } from './planting.ts'
import type { RowPassage, TrainingRow } from './rows.ts'

/**
 * The truth about the rows. Passages and queries are identified by their letters and digits, so that the quoting of a prompt does not
 * matter.
 */
export interface World {
  /** The relevant passages of each query. */
  relevant: Map<string, Set<string>>
  /** The positives of each query's row. */
  positives: Map<string, Set<string>>
  /** The name and the original text of each passage, by the letters and digits of its text. */
  passages: Map<string, { name: string; text: string }>
}

export function worldOf(rows: readonly TrainingRow[], plants: Plants): World {
  const world: World = { relevant: new Map(), positives: new Map(), passages: new Map() }
  for (const row of rows) {
    const given = plants.get(row.query_id) ?? []
    for (const passage of [...row.positive_passages, ...row.negative_passages, ...given]) add(world, passage)
    const names = row.positive_passages.map(nameOf)
    world.positives.set(bare(row.query), new Set(names))
    world.relevant.set(bare(row.query), new Set([...names, ...given.map(nameOf)]))
  }
  return world
}

/** Adds a passage under both forms that prompts show: with its title, and without. */
function add({ passages }: World, passage: RowPassage): void {
  const known = { name: nameOf(passage), text: passage.text }
  passages.set(bare(passage.text), known)
  passages.set(bare(passage.title + passage.text), known)
}

const nameOf = ({ title, text }: RowPassage) => bare(title + text)
const bare = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, '')

/**
 * Returns the name of a judge's model with the seed of its mistakes, such as `gpt-4o.3.screen`. The screen makes other mistakes than the
 * judge; ARHN makes the judge's.
 */
export const modelName = (judge: Judge, seed: number, part: 'screen' | 'judge' | 'arhn') =>
  `${judge.name}.${seed}.${part}`

/** @throws Error if the prompt shows something that is not in the rows, because no answer may be guessed */
export function replyTo(request: Pick<SeenRequest, 'model' | 'messages'>, judges: readonly Judge[], world: World) {
  const [name = '', seed = '', part = ''] = request.model.split('.')
  const judge = judges.find((each) => each.name === name)
  if (judge === undefined) throw new Error(`no such judge: ${request.model}`)
  const mistakes = `${name} ${seed}${part === 'screen' ? ' screen' : ''}`
  const opinion = opinionOf(judge, mistakes, world)
  return part === 'arhn' ? arhnReply(request, opinion) : rlhnReply(request, opinion)
}

interface Opinion {
  textOf(shown: string): string
  isPositive(query: string, shown: string): boolean
  isRelevant(query: string, shown: string): boolean
  isBetter(query: string, shown: string): boolean
}

function opinionOf(judge: Judge, seed: string, { relevant, positives, passages }: World): Opinion {
  const found = (query: string, shown: string) => {
    const passage = passages.get(bare(shown))
    const truth = relevant.get(bare(query))
    if (passage === undefined || truth === undefined) throw new Error(`not in the rows: ${query} / ${shown}`)
    return { ...passage, isTrue: truth.has(passage.name), key: bare(query) }
  }
  return {
    textOf: (shown) => passages.get(bare(shown))?.text ?? '',
    isPositive: (query, shown) => positives.get(bare(query))?.has(found(query, shown).name) ?? false,
    isRelevant: (query, shown) => {
      const { name, isTrue, key } = found(query, shown)
      return callsRelevant(judge, seed, key, name, isTrue)
    },
    isBetter: (query, shown) => callsBetter(judge, seed, bare(query), found(query, shown).name),
  }
}

function rlhnReply(request: Pick<SeenRequest, 'messages'>, opinion: Opinion): string {
  const query = askedIn(request)
  const relevant = shownIn(request).flatMap((text, at) =>
    opinion.isRelevant(query, text) ? [{ text, at: at + 1 }] : [],
  )
  const listed = (isBetter: boolean) =>
    relevant.filter(({ text }) => opinion.isBetter(query, text) === isBetter).map(({ at }) => at)
  return replyWith(listed(true), listed(false))
}

/** Writes an ARHN reply: words copied from the passage if it is considered relevant; the positives in the middle of the order. */
function arhnReply(request: Pick<SeenRequest, 'messages'>, opinion: Opinion): string {
  return answer(request, {
    answerIn: (query, text) => (opinion.isRelevant(query, text) ? firstWords(opinion.textOf(text)) : undefined),
    place: (query, text) => (opinion.isPositive(query, text) ? 1 : opinion.isBetter(query, text) ? 0 : 2),
  })
}

/** Returns up to a dozen words of a text, unchanged; undefined for an empty text. */
const firstWords = (text: string) => /\S+(?:\s+\S+){0,11}/.exec(text)?.[0]
