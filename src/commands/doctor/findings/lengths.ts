// Texts whose length is far from that of the others in the file: whole documents, pages of markup, stray words.
import { contentOf, type Passage, type Row } from '../../../rows/row.ts'
import type { Check } from '../check.ts'
import type { Example, Report } from '../finding.ts'
import { edge, Histogram } from '../histogram.ts'
import { exampleOf, LISTED, placeOf } from '../tally.ts'

/** Fewer texts than this do not form a meaningful distribution. */
const ENOUGH = 50
/** Tukey's outer fence on a logarithmic scale: this many times the ratio of the quartiles beyond them. */
const FENCE = 3
/** The least ratio of the quartiles; closer ones count as this far apart. */
const LEAST_RATIO = 2

interface Bounds {
  /** Shorter texts are outliers; 0 or 1 if no text can be too short. */
  low: number
  /** Texts of at least this length are outliers. */
  high: number
}

/** Returns the limits beyond which a text is far from the rest: [Q1 / r³, Q3 · r³] for r = Q3 / Q1. */
function boundsOf(lengths: Histogram): Bounds {
  if (lengths.count < ENOUGH) return { low: 0, high: Infinity }
  const [first, third] = [Math.max(1, lengths.quantile(0.25)), Math.max(1, lengths.quantile(0.75))]
  const reach = Math.max(LEAST_RATIO, third / first) ** FENCE
  return { low: edge(Math.floor(first / reach)), high: edge(Math.ceil(third * reach)) }
}

/** Lengths of one kind of text in characters, with the rows that contain the longest and the shortest. */
export class Lengths implements Check {
  readonly #noun: 'query' | 'passage'
  /** The lengths of all texts that are not empty. */
  readonly all = new Histogram()
  #longestOfRow = new Histogram()
  #shortestOfRow = new Histogram()
  #longest = new Extremes()
  #shortest = new Extremes()

  constructor(noun: 'query' | 'passage') {
    this.#noun = noun
  }

  add(row: Row, line: number): void {
    let [shortest, longest]: [Text | undefined, Text | undefined] = [undefined, undefined]
    for (const text of this.#textsOf(row)) {
      if (text.length === 0) continue
      this.all.add(text.length)
      if (shortest === undefined || text.length < shortest.length) shortest = text
      if (longest === undefined || text.length > longest.length) longest = text
    }
    if (!shortest || !longest) return
    this.#longestOfRow.add(longest.length)
    this.#shortestOfRow.add(shortest.length)
    this.#longest.offer(longest.length, longest.length, exampleFor(row, line, longest))
    this.#shortest.offer(-shortest.length, shortest.length, exampleFor(row, line, shortest))
  }

  #textsOf(row: Row): Text[] {
    if (this.#noun === 'query') return [{ length: row.query.length }]
    return row.passages.map((passage) => ({ length: contentOf(passage).length, passage }))
  }

  reports(): Report[] {
    const { low, high } = boundsOf(this.all)
    const typical = `half of all have ${plain(this.all.quantile(0.25))} to ${plain(this.all.quantile(0.75))}`
    return [
      this.#report('long', `${plain(high)} characters or more; ${typical}`, {
        count: this.all.countFrom(high),
        rows: this.#longestOfRow.countFrom(high),
        examples: this.#longest.within((length) => length >= high),
      }),
      this.#report('short', `fewer than ${plain(low)} characters; ${typical}`, {
        count: this.all.count - this.all.countFrom(low),
        rows: this.#shortestOfRow.count - this.#shortestOfRow.countFrom(low),
        examples: this.#shortest.within((length) => length < low),
      }),
    ].filter(({ count }) => count > 0)
  }

  #report(what: 'long' | 'short', threshold: string, found: Pick<Report, 'count' | 'rows' | 'examples'>): Report {
    const noun = this.#noun
    const many = noun === 'query' ? 'queries' : 'passages'
    return {
      code: `${what}-${many}`,
      severity: 'look',
      title: `Very ${what} ${many}`,
      noun,
      ...found,
      why: `They have ${threshold}. ${
        what === 'long' ? 'Trainers truncate texts that exceed the model limit.' : 'Often a fragment of a longer text.'
      }`,
      advice: what === 'long' ? 'Check for whole documents or markup.' : 'Check that they are meaningful.',
    }
  }
}

interface Text {
  length: number
  passage?: Passage
}

function exampleFor(row: Row, line: number, { length, passage }: Text): () => Example {
  return () =>
    exampleOf(
      row,
      line,
      `${passage ? placeOf(row, passage) : 'the query'} has ${plain(length)} ${length === 1 ? 'character' : 'characters'}`,
      passage,
    )
}

const plain = (value: number) => value.toLocaleString('en-US')

/** The twenty rows with the most extreme lengths, most extreme first. */
class Extremes {
  #kept: { reach: number; length: number; example: Example }[] = []

  offer(reach: number, length: number, example: () => Example): void {
    const last = this.#kept.at(-1)
    if (this.#kept.length === LISTED && last && reach <= last.reach) return
    this.#kept.push({ reach, length, example: example() })
    this.#kept.sort((one, other) => other.reach - one.reach)
    if (this.#kept.length > LISTED) this.#kept.pop()
  }

  within(isFar: (length: number) => boolean): Example[] {
    return this.#kept.filter(({ length }) => isFar(length)).map(({ example }) => example)
  }
}
