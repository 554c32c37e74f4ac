// Rows that a small encoder can learn from: each query is about one of many made-up topics, which its positive names in other words.
import { randomFrom } from './random.ts'

export interface TrainingRow {
  query_id: string
  query: string
  positive_passages: { docid: string; title: string; text: string }[]
  negative_passages: { docid: string; title: string; text: string }[]
}

const SYLLABLES = ['ba', 'ke', 'li', 'mo', 'nu', 'pra', 'sto', 'vi', 'zen', 'qua']

/** Returns word number `index` of a made-up language. */
const wordOf = (index: number): string =>
  [100, 10, 1].map((place) => SYLLABLES[Math.floor(index / place) % SYLLABLES.length]).join('')

/**
 * Returns rows over `topics` topics. Queries and passages about a topic use different words, so that nothing is found before training.
 * Every second topic has a second positive.
 */
export function trainingRows(count: number, topics = 40, seed = 1): TrainingRow[] {
  const random = randomFrom(seed)
  const filler = () => wordOf(900 + Math.floor(random() * 60))
  const fillers = Array.from({ length: topics * 2 }, () => `${filler()} ${filler()} ${filler()}`)
  const passage = (topic: number, which: number) => ({
    docid: `d${topic}-${which}`,
    title: '',
    text: `${wordOf(300 + topic)} ${fillers[topic * 2 + which]} ${wordOf(300 + topic)} ${wordOf(500 + topic)}`,
  })
  return Array.from({ length: count }, (_, row) => {
    const topic = row % topics
    return {
      query_id: `q${row}`,
      query: `${wordOf(topic)} ${filler()} ${filler()} ${wordOf(topic)} ${wordOf(100 + (row % 97))}`,
      positive_passages: topic % 2 === 0 ? [passage(topic, 0), passage(topic, 1)] : [passage(topic, 0)],
      negative_passages: [1, 2, 3].map((step) => passage((topic + step * 7) % topics, step % 2)),
    }
  })
}

/** Returns rows of which three in four also have two generated negatives: copies of mined ones with a word that no other passage has. */
export const grownRows = (count: number) =>
  trainingRows(count).map((row, at) => ({
    ...row,
    negative_passages: [
      ...row.negative_passages,
      ...row.negative_passages.slice(0, at % 4 === 0 ? 0 : 2).map(({ docid, text }) => {
        return { docid: `${docid}-${at}`, title: '', text: `${text} indeed`, origin: 'generated' }
      }),
    ],
  }))
