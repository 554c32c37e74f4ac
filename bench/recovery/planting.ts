// Passages that are relevant since a positive is: one half of it, and a rewording of it by rule.
import { unitHash } from '../../src/base/hash.ts'
import type { RowPassage } from './rows.ts'

/** Orders items in a way that depends on nothing but their names. */
export function byDraw<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  const drawn = new Map(items.map((item) => [item, unitHash(nameOf(item))]))
  return items.toSorted((a, b) => (drawn.get(a) as number) - (drawn.get(b) as number))
}

/** Returns one half of a passage without its title: by sentences, or by words if it has only one sentence. */
export function halfOf(passage: RowPassage): RowPassage {
  const sentences = sentencesOf(passage.text)
  const parts = sentences.length > 1 ? sentences : passage.text.split(/(?<=\s)/)
  const middle = Math.ceil(parts.length / 2)
  const isFirst = unitHash(`recovery half ${passage.docid}`) < 0.5
  const text = (isFirst ? parts.slice(0, middle) : parts.slice(middle)).join('').trim()
  return { docid: `${passage.docid}-half`, title: '', text }
}

/**
 * Returns the passage reworded as far as a list of replacements allows: sentences in another order, nothing in brackets, everyday words
 * exchanged.
 */
export function rewordingOf({ docid, title, text }: RowPassage): RowPassage {
  const sentences = sentencesOf(text).map((sentence, index) => ({ sentence: sentence.trim(), index }))
  const order = byDraw(sentences, ({ index }) => `recovery sentence ${docid} ${index}`)
  const isAsBefore = order.every(({ index }, place) => index === place)
  const moved = isAsBefore ? order.toReversed() : order
  const words = exchanged(moved.map(({ sentence }) => sentence).join(' '))
  return { docid: `${docid}-reworded`, title: exchanged(title), text: words }
}

const sentencesOf = (text: string) => text.split(/(?<=[.!?]\s)/)

const EXCHANGED: Readonly<Record<string, string>> = Object.fromEntries(
  `increase rise, increased raised, increases raises, increasing rising, decrease decline, decreased lowered, decreases lowers, reduce lessen,
  reduced lessened, reduces lessens, reduction drop, show indicate, shows indicates, showed indicated, shown indicated, demonstrate establish,
  demonstrated established, demonstrates establishes, suggest imply, suggests implies, suggested implied, found observed, find observe,
  findings observations, results outcomes, result outcome, study investigation, studies investigations, using with, used employed, use
  employment, associated linked, association link, effect influence, effects influences, role part, important major, significant marked,
  significantly markedly, however yet, therefore thus, also too, many numerous, several various, including among them, method technique,
  methods techniques, analysis evaluation, analyses evaluations, examined looked at, investigated looked into, identified detected, identify
  detect, required needed, requires needs, require need, development formation, mechanism process, mechanisms processes, patients
  subjects, people persons, children youngsters, women females, men males, disease illness, diseases illnesses, death dying, risk hazard,
  cause bring about, causes brings about, caused brought about, prevent avert, prevents averts, large big, larger bigger, high elevated, higher
  more elevated, low small, lower smaller, early initial, new novel, both the two, between amid, because since, whether if, provide give,
  provides gives, provided gave, evidence proof, data figures, levels amounts, level amount, lead give rise, leads gives rise, led gave
  rise, known familiar, unknown unfamiliar, common frequent, rare infrequent, first earliest, major chief, multiple manifold, specific
  particular, normal ordinary, potential possible, recent latest, recently lately, here in this work, although though, while whereas`
    .split(/,\s+/)
    .map((pair) => [pair.slice(0, pair.indexOf(' ')), pair.slice(pair.indexOf(' ') + 1).replace(/\s+/g, ' ')]),
)

function exchanged(text: string): string {
  const bare = text.replace(/ ?\([^()]*\)/g, '')
  return bare.replace(/\p{L}+/gu, (word) => {
    const other = Object.hasOwn(EXCHANGED, word.toLowerCase()) ? EXCHANGED[word.toLowerCase()] : undefined
    if (other === undefined) return word
    return /^\p{Lu}/u.test(word) ? `${other.charAt(0).toUpperCase()}${other.slice(1)}` : other
  })
}
