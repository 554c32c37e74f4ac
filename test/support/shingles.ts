// The shingles of a text as a set: what likeness is measured by where texts are few.
import { Shingles } from '../../src/likeness/shingles.ts'

const shared = new Shingles()

/** The distinct shingles of a text. */
export function shingleSet(text: string, shingles = shared): Set<number> {
  shingles.read(text)
  return new Set(shingles.all())
}
