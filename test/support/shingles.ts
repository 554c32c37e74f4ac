// The shingles of a text as a set, the measure of likeness for few texts.
import { Shingles } from '../../src/likeness/shingles.ts'

const shared = new Shingles()

/** Returns the distinct shingles of a text. */
export function shingleSet(text: string, shingles = shared): Set<number> {
  shingles.read(text)
  return new Set(shingles.all())
}
