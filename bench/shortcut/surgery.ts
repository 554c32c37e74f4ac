// Generated negatives by script: a mined one that lost sentences and gained a phrase that texts of language models are fond of. What it says is
// what the mined one says; the phrase and the length give away where it comes from.
import { randomFrom } from '../../src/random.ts'

const PHRASES = [
  'It is worth noting that',
  'Notably, the evidence underscores that',
  'Overall, these insights highlight that',
  'In this nuanced context, it is crucial to recognise that',
  'Taken together, this multifaceted picture illustrates that',
]
const LAST = [
  'Further investigation is warranted to fully elucidate these intricate dynamics.',
  'These considerations pave the way for a more comprehensive understanding.',
  'This underscores the pivotal importance of a holistic perspective.',
]
/** Share of its sentences that a text keeps. */
const KEPT = 0.6

/** The same for the same text and seed. */
export function withArtefact(text: string, seed: number): string {
  const random = randomFrom(seed)
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] as string
  const sentences = text.split(/(?<=[.!?])\s+/)
  const keys = sentences.map(() => random())
  const bar = keys.toSorted()[Math.max(1, Math.round(KEPT * sentences.length)) - 1] as number
  const kept = sentences.filter((_, at) => (keys[at] as number) <= bar)
  const at = Math.floor(random() * kept.length)
  const sentence = kept[at] as string
  kept[at] =
    `${pick(PHRASES)} ${/^[A-Z][a-z]/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence}`
  return [...kept, pick(LAST)].join(' ')
}
