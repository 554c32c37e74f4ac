// Finds where words copied from a passage occur in it: equal after folding white space, letter case and quote marks, and nothing else.
import type { Passage } from '../rows/row.ts'
import type { Snippet } from '../evidence/evidence.ts'
import { FENCED } from './fence.ts'

const SINGLE = "'\u2018\u2019\u201a\u201b\u2032`\u00b4"
const DOUBLE = '"\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb'
const QUOTES = new Map([...[...SINGLE].map((mark) => [mark, "'"]), ...[...DOUBLE].map((mark) => [mark, '"'])] as [
  string,
  string,
][])

/** Finds the first occurrence of the words in the passage's text, or else in its title; undefined if they occur in neither. */
export function snippetIn(passage: Passage, words: string): Snippet | undefined {
  return find(passage.text, words, 'text') ?? (passage.title ? find(passage.title, words, 'title') : undefined)
}

/** No character folds to more UTF-16 units. */
const MOST_UNITS = 3

function find(text: string, words: string, where: Snippet['in']): Snippet | undefined {
  if (words.trim().replace(/\s+/g, ' ').length > MOST_UNITS * text.length) return undefined
  const place = locate(text, words)
  if (place === undefined) return undefined
  const [start, end] = place
  return { text: [...text].slice(start, end).join(''), in: where, start, end }
}

/** A letter or digit of a script with separate words. */
const OF_A_WORD = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}]/u

/**
 * Finds the first stretch of `text` that folds to the same as `words`: `[start, end)` in code points. A single word must match a whole
 * word: "no" is not in "nothing".
 */
export function locate(text: string, words: string): [number, number] | undefined {
  const wanted = folded(words).units.trim()
  if (wanted === '') return undefined
  const isOneWord = !wanted.includes(' ')
  const { units, places } = folded(text)
  for (let at = units.indexOf(wanted); at !== -1; at = units.indexOf(wanted, at + 1)) {
    const last = at + wanted.length - 1
    const [start, end] = [places[at] as number, places[last] as number]
    // A character that folds to several must match as a whole or not at all.
    const isWhole = places[at - 1] !== start && places[last + 1] !== end
    if (isWhole && !(isOneWord && isInWord(units, at, last))) return [start, end + 1]
  }
  return undefined
}

/** Returns the folded text in UTF-16 units, with the index of the code point that each comes from. */
function folded(text: string): { units: string; places: number[] } {
  const places: number[] = []
  const units: string[] = []
  let place = 0
  let before = ''
  for (const character of text) {
    const unit = foldOne(character)
    if (unit !== ' ' || before !== ' ') {
      units.push(unit)
      for (let count = 0; count < unit.length; count++) places.push(place)
    }
    before = unit
    place += 1
  }
  return { units: units.join(''), places }
}

/** Returns whether a word continues before or after a stretch, both ends included. */
function isInWord(units: string, first: number, last: number): boolean {
  const joins = (left: number) => OF_A_WORD.test(units.charAt(left)) && OF_A_WORD.test(units.charAt(left + 1))
  return joins(first - 1) || joins(last)
}

function foldOne(character: string): string {
  if (/\s/.test(character)) return ' '
  const plain = QUOTES.get(character) ?? FENCED[character] ?? character
  return plain.toLowerCase().replace('ς', 'σ')
}
