// Rows with mined and generated negatives, and artefacts that can be planted in the latter.
import type { Json } from './files.ts'
import { randomFrom } from './random.ts'

const PHRASE = 'researchers in a related setting have noted that'

const random = randomFrom(21)
const wordOf = () => `w${Math.floor(random() * 250)}`
const topicOf = (topic: number) => `topic${topic}`

/** Returns a text about a topic: its name twice, and filler. */
const textAbout = (topic: number) => [topicOf(topic), ...Array.from({ length: 14 }, wordOf), topicOf(topic)].join(' ')

/** Returns rows in Tevatron's columns; `plant` changes the text of a generated negative. */
export function rowsWith(plant: (text: string, mined: readonly string[], at: number) => string, count = 240): Json[] {
  const topics = 30
  return Array.from({ length: count }, (_, row) => {
    const topic = row % topics
    const other = (step: number) => (topic + step) % topics
    const mined = [1, 2, 3, 4].map((step) => textAbout(other(step)))
    const generated = [5, 6, 7].map((step, at) => plant(textAbout(other(step)), mined, at))
    const passage = (docid: string, text: string, origin: string) => ({ docid, title: '', text, origin })
    return {
      query_id: `q${row}`,
      query: `${topicOf(topic)} ${wordOf()} ${wordOf()} ${row}`,
      positive_passages: [passage('p', textAbout(topic), 'given')],
      negative_passages: [
        ...mined.map((text, at) => passage(`m${at}`, text, 'mined')),
        ...generated.map((text, at) => passage(`g${at}`, text, 'generated')),
      ],
    }
  })
}

/** Adds words to each negative that no other text has, so that training data can be learned by heart. */
export const withOwnWords = (row: Json, at: number) => ({
  ...row,
  negative_passages: (row['negative_passages'] as { docid: string; text: string }[]).map(({ text, ...passage }) => ({
    ...passage,
    text: [text, ...[1, 2, 3, 4].map((word) => `own${at}${passage.docid}x${word}`)].join(' '),
  })),
})

export const planted = () => rowsWith((text) => `${PHRASE} ${text}`)
