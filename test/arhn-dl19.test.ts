// ARHN with a model that knows the human grades of TREC DL 2019: the results follow the definitions.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { apply } from '../src/job/apply.ts'
import { answerFrom } from './support/answers.ts'
import { startChatServer } from './support/chat-server.ts'
import { dataPath, describeWithData } from './support/data.ts'
import { readJsonl, tempDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { repetitions } from './support/repetitions.ts'

interface JudgedPassage {
  id: string
  text: string
  grade: number
}
interface Topic {
  id: string
  query: string
  /** In the order of the BM25 run. */
  passages: JudgedPassage[]
}

function readTopics(): Topic[] {
  const read = (name: string) => readFileSync(dataPath('dl19', name), 'utf8').trim().split('\n')
  const queries = new Map(read('queries.tsv').map((line) => line.split('\t') as [string, string]))
  const grades = new Map(
    read('qrels.human.txt')
      .map((line) => line.split(/\s+/))
      .map(([q, , d, grade]) => [`${q} ${d}`, Number(grade)]),
  )
  const stored = gunzipSync(readFileSync(dataPath('dl19', 'passages.tsv.gz')))
    .toString()
    .trim()
    .split('\n')
  const texts = new Map(stored.map((line) => line.split('\t') as [string, string]))
  const retrieved = read('bm25-top100.run').map((line) => line.split(' '))
  const byQuery = Map.groupBy(retrieved, ([query]) => query as string)
  return [...byQuery].map(([id, lines]) => ({
    id,
    query: queries.get(id) as string,
    passages: lines.flatMap(([, , document = '']) => {
      const grade = grades.get(`${id} ${document}`)
      return grade === undefined ? [] : [{ id: document, text: texts.get(document) as string, grade }]
    }),
  }))
}

/** The first words of a passage: what the model copies where it sees an answer. */
const wordsOf = (text: string) => text.split(/\s+/).slice(0, 6).join(' ')

interface Labels {
  positives: string[]
  negatives: string[]
}
type Anchor = 'best' | 'worst' | 'first'

/** What the definitions of R, F and R+F give: above the anchor in the order of grades → positive, below it with an answer → out. */
function expected(passages: JudgedPassage[], given: string[], action: string, anchor: Anchor): Labels {
  const isGiven = ({ id }: JudgedPassage) => given.includes(id)
  const order = passages.toSorted(
    (a, b) => b.grade - a.grade || Number(isGiven(a)) - Number(isGiven(b)) || (a.id < b.id ? -1 : 1),
  )
  const places = given.map((id) => order.findIndex((passage) => passage.id === id))
  const line = { best: Math.min(...places), worst: Math.max(...places), first: places[0] as number }[anchor]
  const candidates = passages.filter((passage) => !isGiven(passage))
  const above = candidates.filter((passage) => passage.grade >= 2 && order.indexOf(passage) < line)
  const risen = action === 'filter' ? [] : above
  const gone = action === 'relabel' ? risen : [...risen, ...candidates.filter(({ grade }) => grade >= 2)]
  return {
    positives: [...given, ...risen.map(({ id }) => id)],
    negatives: candidates.filter((passage) => !gone.includes(passage)).map(({ id }) => id),
  }
}

describeWithData('dl19', 'ARHN on the grades of TREC DL 2019', () => {
  const all = readTopics().filter(({ passages }) => passages.some(({ grade }) => grade === 3))

  /** One positive: the first of grade 3. Several: the first of grade 2 before it. */
  const positivesOf = ({ passages }: Topic, several: boolean): JudgedPassage[] => {
    const best = passages.find(({ grade }) => grade === 3) as JudgedPassage
    const good = passages.find(({ grade }) => grade === 2)
    return several && good ? [good, best] : [best]
  }

  const startServer = (topics: Topic[], several: boolean) => {
    const judged = new Map(
      topics.flatMap(({ query, passages }) => passages.map((each) => [`${query}\n${each.text}`, each])),
    )
    const positives = new Map(topics.map((topic) => [topic.query, positivesOf(topic, several)]))
    const find = (query: string, text: string) => judged.get(`${query}\n${text}`) as JudgedPassage
    const reply = answerFrom({
      answerIn: (query, text) => (find(query, text).grade >= 2 ? wordsOf(text) : undefined),
      place: (query, text) => {
        const { id, grade } = find(query, text)
        const isGiven = positives.get(query)?.some((each) => each.id === id)
        return `${9 - grade} ${isGiven ? 1 : 0} ${id}`
      },
    })
    return startChatServer({ reply })
  }

  const passage = ({ id, text }: JudgedPassage) => ({ docid: id, title: '', text })
  const rowsOf = (topics: Topic[], several: boolean) =>
    topics.map((topic) => {
      const positives = positivesOf(topic, several)
      return {
        query_id: topic.id,
        query: topic.query,
        positive_passages: positives.map(passage),
        negative_passages: topic.passages.filter((each) => !positives.includes(each)).map(passage),
      }
    })
  type Written = ReturnType<typeof rowsOf>[number]

  const idsOf = (passages: { docid: string }[]) => passages.map(({ docid }) => docid)
  const labelsOf = (out: string): Labels[] =>
    readJsonl<Written>(out).map(({ positive_passages, negative_passages }) => ({
      positives: idsOf(positive_passages),
      negatives: idsOf(negative_passages),
    }))
  const shouldBe = (topics: Topic[], several: boolean, action: string, anchor: Anchor) =>
    topics.map((topic) => expected(topic.passages, idsOf(positivesOf(topic, several).map(passage)), action, anchor))

  it('has the 32 topics', () => expect(all).toHaveLength(32))

  it.each([
    ['one positive', false, ['--seed', '1']],
    ['another order', true, ['--seed', '7']],
    ['one call for all passages', false, ['--passages-per-call', '100']],
    ['three permutations', true, ['--permutations', '3']],
    ['three votes', true, ['--votes', '3']],
    ['everything ranked', true, ['--rank', 'all']],
    ['a form held by the server', true, ['--constrain', 'json', '--no-think']],
  ])('gives R, F and R+F for every anchor: %s', { timeout: 120_000 }, async (_what, several, options) => {
    const topics = all.slice(0, options[0] === '--seed' ? repetitions(7, 20, all.length) : repetitions(5, 8))
    const server = await startServer(topics, several)
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), rowsOf(topics, several))
    const out = join(folder, 'out.jsonl')
    const keep = ['--when-no-negatives-left', 'keep', '--quiet']
    const model = ['--method', 'arhn', '--judge', `m@${server.url}`, '--task', 'web-search', ...options]
    const ran = await runWinnow(['clean', input, '--out', out, ...model, ...keep, '--no-check'])
    await server.close()
    expect(ran.code, ran.stderr).toBe(0)
    expect(labelsOf(out)).toEqual(shouldBe(topics, several, 'relabel+filter', 'best'))

    const anchors = several ? (['best', 'worst', 'first'] as const) : (['best'] as const)
    for (const action of ['relabel', 'filter', 'relabel+filter'] as const) {
      for (const anchor of anchors) {
        await apply(input, { out, action, anchor, whenNoNegativesLeft: 'keep' })
        expect(labelsOf(out), `${action} ${anchor}`).toEqual(shouldBe(topics, several, action, anchor))
      }
    }
  })
})
