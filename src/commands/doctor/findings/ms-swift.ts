// Problems that ms-swift has with valid rows: it trains embeddings only on the first positive, and CausalNeg's loss splits all rows'
// negatives at the same count.
import type { RowFormat } from '../../../rows/formats/format.ts'
import { labelled, type Row } from '../../../rows/row.ts'
import { bestSplit, groupOf, groupWords, isSplitBy, SourceCounts, type SourceGroup } from '../../../rows/sources.ts'
import type { Check } from '../check.ts'
import type { Example, Report } from '../finding.ts'
import { exampleOf, LISTED, Tally } from '../tally.ts'

/** Returns the checks for a format with such a trainer. */
export function checksOf({ takesFirstPositive, tellsSourcesByOrder }: RowFormat): Check[] {
  return [
    ...(takesFirstPositive === true ? [new FurtherPositives()] : []),
    ...(tellsSourcesByOrder === true ? [new SplitSources()] : []),
  ]
}

class FurtherPositives implements Check {
  #tally = new Tally()

  add(row: Row, line: number): void {
    const positives = labelled(row, 'positive')
    this.#tally.add(positives.length - 1, () => exampleOf(row, line, `has ${positives.length} positives`, positives[1]))
  }

  reports(): Report[] {
    if (this.#tally.count === 0) return []
    return [
      {
        code: 'further-positives',
        severity: 'look',
        title: 'Positives after the first',
        noun: 'positive',
        ...this.#tally.result,
        why: 'Embedding training in ms-swift uses the first positive of a row; its manual allows only one.',
        advice:
          'Put the best one first. For rerankers (role assistant) it uses MAX_POSITIVE_SAMPLES; winnow train samples one at a time.',
      },
    ]
  }
}

/** Which count fits best is known only at the end, so examples are kept by group. */
class SplitSources implements Check {
  #counts = new SourceCounts()
  #examples: { group: Omit<SourceGroup, 'rows'>; example: Example }[] = []
  #kept = new Map<string, number>()

  add(row: Row, line: number): void {
    this.#counts.add(row)
    const group = groupOf(row)
    const key = JSON.stringify(group)
    const kept = this.#kept.get(key) ?? 0
    if (kept === LISTED || this.#examples.length === KEPT) return
    this.#kept.set(key, kept + 1)
    const { mined, generated, isOrdered } = group
    const note = `${mined} mined and ${generated} generated${isOrdered ? '' : ', not in this order'}`
    this.#examples.push({ group, example: exampleOf(row, line, note) })
  }

  reports(): Report[] {
    const sources = this.#counts.result()
    const split = bestSplit(sources)
    if (split === undefined || split.wrongRows === 0) return []
    const { mined, wrongRows } = split
    const examples = this.#examples.filter(({ group }) => !isSplitBy(mined, group)).map(({ example }) => example)
    return [
      {
        code: 'uneven-sources',
        severity: 'look',
        title: 'Varying numbers of mined and generated negatives',
        noun: 'row',
        count: wrongRows,
        rows: wrongRows,
        examples: examples.slice(0, LISTED),
        why: `CausalNeg's loss for ms-swift takes the first NUM_MINED_NEGATIVES of every row as mined and the rest as generated; even with the best fit, ${mined}, it splits these rows incorrectly. The file has ${groupWords(sources)}.`,
        advice: `Give every row ${mined} mined negatives, or train with winnow train, which uses the origin of each passage.`,
      },
    ]
  }
}

const KEPT = 1000
