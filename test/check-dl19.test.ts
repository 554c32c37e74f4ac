// The check of the judge against what GPT-4o said of TREC Deep Learning 2019: a judge that is far from perfect, and no bad one.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { randomFrom } from '../src/base/random.ts'
import { arhnDefinition } from '../src/methods/arhn/definition.ts'
import { rlhnDefinition } from '../src/methods/rlhn/definition.ts'
import type { Row } from '../src/rows/row.ts'
import { dataPath, describeWithData } from './support/data.ts'
import { checked, type Decides } from './support/judged.ts'
import { repetitions } from './support/repetitions.ts'

const TIMES = repetitions(4, 10, 200)

interface Judged {
  id: string
  text: string
  human: number
  gpt4o: number
}

interface Topic {
  id: string
  query: string
  passages: Judged[]
}

function readTopics(): Topic[] {
  const linesIn = (text: string) => text.trim().split('\n')
  const read = (name: string) => linesIn(readFileSync(dataPath('dl19', name), 'utf8'))
  const grades = (name: string) =>
    read(name)
      .map((line) => line.split(/\s+/))
      .map(([query = '', , id = '', grade]) => ({ query, id, grade: Number(grade) }))
  const labels = new Map(grades('labels.gpt-4o.txt').map(({ query, id, grade }) => [`${query} ${id}`, grade]))
  const stored = gunzipSync(readFileSync(dataPath('dl19', 'passages.tsv.gz'))).toString()
  const texts = new Map(linesIn(stored).map((line) => line.split('\t') as [string, string]))
  const human = Map.groupBy(grades('qrels.human.txt'), ({ query }) => query)
  return read('queries.tsv').map((line) => {
    const [id = '', query = ''] = line.split('\t')
    const passages = (human.get(id) ?? []).map((each) => ({
      id: each.id,
      text: texts.get(each.id) as string,
      human: each.grade,
      gpt4o: labels.get(`${id} ${each.id}`) as number,
    }))
    return { id, query, passages }
  })
}

/** Rows of queries drawn with replacement: one to three positives by people, and five negatives. */
function rowsOf(topics: readonly Topic[], count: number, seed: number): Row[] {
  const random = randomFrom(seed)
  const drawn = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  return Array.from({ length: count }, (_all, index) => {
    const { id, query, passages } = drawn(topics)
    const pick = (wanted: boolean, many: number) => {
      const those = passages.filter(({ human }) => human >= 2 === wanted)
      return new Set(Array.from({ length: many }, () => drawn(those)))
    }
    const passage = (label: 'positive' | 'negative') => (each: Judged) =>
      ({ id: each.id, text: each.text, label, origin: 'given' }) as const
    const positives = [...pick(true, 1 + Math.floor(random() * 3))].map(passage('positive'))
    return { id: `${id} ${index}`, query, passages: [...positives, ...[...pick(false, 5)].map(passage('negative'))] }
  })
}

describeWithData('dl19', 'GPT-4o on TREC DL 2019', () => {
  const topics = readTopics()
  const byQuery = new Map(topics.map((topic) => [topic.query, topic.passages]))

  /** GPT-4o's label of a passage, which may stand among other sentences; what it never saw for the query is not relevant. */
  const decides: Decides = (query, shown) => {
    const found = byQuery.get(query)?.find(({ text }) => shown.includes(text))
    return found !== undefined && found.gpt4o >= 2
  }

  it.each([
    ['rlhn', rlhnDefinition],
    ['arhn', arhnDefinition],
  ] as const)('passes as the judge of %s', async (_name, definition) => {
    const reports = []
    for (let seed = 1; seed <= TIMES; seed++) {
      const rows = rowsOf(topics, 160, seed)
      reports.push(await checked(definition, { judge: 'gpt-4o' }, rows, { any: { decides, place: order(decides) } }))
    }
    const stopped = reports.filter(({ result }) => result === 'stopped')
    expect(stopped.length, stopped.flatMap(({ reasons }) => reasons).join('\n')).toBeLessThanOrEqual(TIMES * 0.025)
    expect(reports.every(({ probes }) => probes === 40)).toBe(true)
  })
})

/** Ranks what is relevant first, whatever the order shown. */
const order = (decides: Decides) => (query: string, text: string) =>
  Number(!decides(query, text, 0, 0)) +
  [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7) / 2000
