// Lines without a usable row, and what is wrong with each, by kind.
import type { BadLine } from '../../../rows/read.ts'
import type { Report } from '../finding.ts'
import { Tally } from '../tally.ts'

/** What each kind of fault means for training. A kind that is missing here is printed by its code. */
const MEANINGS: Readonly<Record<string, string>> = {
  'invalid-utf8': 'not valid UTF-8: loaders stop',
  'invalid-json': 'not a JSON object: loaders stop',
  'wrong-type': 'a column is missing or has the wrong type: loaders stop, or read a string as a list of characters',
  'wrong-length': 'scores or origins do not match the number of passages: they are assigned to the wrong ones',
  'empty-query': 'an empty query: no passage fits better than another',
  'no-positive': 'no positive: nothing to pull towards the query',
  'no-negative': 'no negative: nothing to push away; BGE trainers stop',
  'labelled-pair': 'a labelled pair of ms-swift: it has no negatives to contrast with a positive',
  'other-format': 'a row of another format: loaders stop at its columns, or read none',
  'repeated-key': 'a key twice in one object: loaders keep one of the values and lose the other',
  'too-deep': 'values nested without end: loaders stop',
  'lone-surrogate': 'half of a surrogate pair: tokenizers stop',
  'repeated-id': 'an id of an earlier row: results for one row are attributed to the other',
}

export class BadRows {
  #tally = new Tally()
  #kinds = new Map<string, number>()

  /** Returns the number of bad rows. */
  get count(): number {
    return this.#tally.rows
  }

  add({ line, faults }: BadLine): void {
    this.#tally.add(1, () => ({ line: line.number, note: faults.map(({ message }) => message).join('; ') }))
    for (const code of new Set(faults.map((fault) => fault.code))) {
      this.#kinds.set(code, (this.#kinds.get(code) ?? 0) + 1)
    }
  }

  reports(): Report[] {
    if (this.count === 0) return []
    const kinds = [...this.#kinds].sort(([, one], [, other]) => other - one)
    return [
      {
        code: 'bad-rows',
        severity: 'breaks',
        title: 'Bad rows',
        noun: 'row',
        ...this.#tally.result,
        why: 'These are not valid training rows; the findings below ignore them.',
        advice: 'Fix them at the source. winnow clean --on-bad-row skip moves them to a separate file.',
        parts: kinds.map(([code, count]) => ({ code, count, text: MEANINGS[code] ?? code })),
      },
    ]
  }
}
