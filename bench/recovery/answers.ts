// A model that is asked by Winnow's own prompts and answers in the grammars of RLHN and ARHN. What it holds of a passage is the judge's.
import type { SeenRequest } from '../../test/support/chat-server.ts'
import { answer } from '../../test/support/answers.ts'
import { askedIn, replyWith, shownIn } from '../../test/support/synthetic.ts'
import { callsBetter, callsRelevant, type Judge } from './judge.ts'
import type { Plants } from './planting.ts'
import type { RowPassage, TrainingRow } from './rows.ts'

/** What is true of the rows: passages and queries are known by their letters and digits, however a prompt quotes them. */
export interface World {
  /** By query: what is relevant to it. */
  relevant: Map<string, Set<string>>
  /** By query: those that its row has as positives. */
  positives: Map<string, Set<string>>
  /** By what is left of a text in a prompt: the name of the passage, and its text as it is. */
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

/** Prompts show a passage with its title, or with its title and its text apart. */
function add({ passages }: World, passage: RowPassage): void {
  const known = { name: nameOf(passage), text: passage.text }
  passages.set(bare(passage.text), known)
  passages.set(bare(passage.title + passage.text), known)
}

const nameOf = ({ title, text }: RowPassage) => bare(title + text)
const bare = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, '')

/** The models of a judge: `gpt-4o.3.screen`, with the seed of its mistakes. The screen makes other mistakes than the judge, ARHN the judge's. */
export const modelName = (judge: Judge, seed: number, part: 'screen' | 'judge' | 'arhn') =>
  `${judge.name}.${seed}.${part}`

/** @throws Error when the prompt shows what is not in the rows: nothing may be answered by guess */
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

/** Words copied out of the passage where it is held to be relevant; the positives in the middle of the order. */
function arhnReply(request: Pick<SeenRequest, 'messages'>, opinion: Opinion): string {
  return answer(request, {
    answerIn: (query, text) => (opinion.isRelevant(query, text) ? firstWords(opinion.textOf(text)) : undefined),
    place: (query, text) => (opinion.isPositive(query, text) ? 1 : opinion.isBetter(query, text) ? 0 : 2),
  })
}

/** A dozen words, as they stand there; nothing of a passage without a text. */
const firstWords = (text: string) => /\S+(?:\s+\S+){0,11}/.exec(text)?.[0]
