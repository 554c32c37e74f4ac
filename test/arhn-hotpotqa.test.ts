// ARHN on multi-hop questions from HotpotQA: replacements for one supporting paragraph are found, distractors stay.
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fold } from '../src/likeness/fold.ts'
import { clean } from '../src/commands/clean/clean.ts'
import type { CleanOptions } from '../src/job/job.ts'
import { answerFrom, asked } from './support/answers.ts'
import { startChatServer } from './support/chat-server.ts'
import { dataPath, describeWithData } from './support/data.ts'
import { readJsonl, tempDir, writeJsonl } from './support/files.ts'

interface Question {
  question_id: string
  question_text: string
  contexts: { id: string; title: string; paragraph_text: string; is_supporting: boolean }[]
}
interface ShownPassage {
  docid: string
  title: string
  text: string
}
interface TevatronRow {
  query_id: string
  query: string
  positive_passages: ShownPassage[]
  negative_passages: ShownPassage[]
}

const ROWS = 40

const sentencesOf = (text: string) => text.split(/(?<=\.)\s+/)

/** The same in another order, under no title: a second paragraph that gives the same fact. */
const rephrased = (text: string) => ['It is known:', ...sentencesOf(text).toReversed()].join(' ')

/** Words that a paragraph and its rephrasing have in common: the start of its longest sentence. */
function wordsOf(text: string): string {
  const [longest = ''] = sentencesOf(text).toSorted((a, b) => b.length - a.length)
  return longest.split(/\s+/).slice(0, 4).join(' ')
}

describeWithData('hotpotqa', 'ARHN on the steps of HotpotQA', () => {
  const questions = readJsonl<Question>(dataPath('hotpotqa', 'sample.jsonl')).slice(0, ROWS)
  const rows = questions.map(({ question_id: id, question_text: query, contexts }): TevatronRow => {
    const shown = (supporting: boolean) =>
      contexts
        .filter(({ is_supporting }) => is_supporting === supporting)
        .map(({ id: docid, title, paragraph_text: text }) => ({ docid, title, text }))
    const positive_passages = shown(true)
    const again = positive_passages.map(({ text }, index) => ({
      docid: `again ${index + 1}`,
      title: '',
      text: rephrased(text),
    }))
    return { query_id: id, query, positive_passages, negative_passages: [...again, ...shown(false)] }
  })
  const rowOf = new Map(rows.map((row) => [row.query, row]))
  const stepAbout = (text: string) => `What is told of ${wordsOf(text)}?`

  /** The rephrasing of the first supporting paragraph ranks above it, that of the second below. */
  const startServer = (steps: (first: string, second: string) => string) =>
    startChatServer({
      reply: answerFrom({
        stepsOf: (_query, [first = '', second = '']) => steps(stepAbout(first), stepAbout(second)),
        answerIn: (query, text, step) => {
          const positives = rowOf.get(query)?.positive_passages ?? []
          const given = positives.find((each) => each.text === text || rephrased(each.text) === text)
          return given && stepAbout(given.text) === step ? wordsOf(given.text) : undefined
        },
        place: (query, text) => {
          const [first, second] = (rowOf.get(query)?.positive_passages ?? []).map((each) => each.text)
          return [rephrased(first ?? ''), first, second, rephrased(second ?? '')].indexOf(text)
        },
      }),
    })

  const run = async (url: string, options: CleanOptions) => {
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
    const out = join(folder, 'out.jsonl')
    const manifest = await clean(
      input,
      { method: 'arhn', judge: `m@${url}`, task: 'multi-hop', confirm: 0, noCheck: true, out, ...options },
      { env: {} },
    )
    const changes = readJsonl<{ row: string; passage: string; to: string; snippet: { text: string } }>(
      join(folder, 'out.changes.jsonl'),
    )
    return { manifest, changes, written: readJsonl<TevatronRow>(out) }
  }
  const without = (passages: ShownPassage[], ...ids: string[]) => passages.filter(({ docid }) => !ids.includes(docid))

  it.each<[string, CleanOptions, number]>([
    ['as it is', {}, 15],
    // Two candidates have no more than two orders.
    ['permutations', { permutations: 3 }, 17],
    ['votes', { votes: 3 }, 43],
  ])('a second paragraph that gives a step is found, distractors stay: %s', async (_what, options, calls) => {
    const server = await startServer((first, second) => `Step 1: ${first} | [1]\nStep 2: ${second} | [2]`)
    const { manifest, changes, written } = await run(server.url, options)
    await server.close()
    expect(manifest.rows.outcomes).toMatchObject({ changed: ROWS, undecided: 0 })
    expect(written).toEqual(
      rows.map((row) => ({
        ...row,
        positive_passages: [...row.positive_passages, row.negative_passages[0]],
        negative_passages: without(row.negative_passages, 'again 1', 'again 2'),
      })),
    )
    expect(changes.map(({ row, passage, to, snippet }) => [row, passage, to, fold(snippet.text)])).toEqual(
      rows.flatMap(({ query_id, positive_passages: [first, second] }) => [
        [query_id, 'again 1', 'positive', fold(wordsOf(first?.text ?? ''))],
        [query_id, 'again 2', 'ignored', fold(wordsOf(second?.text ?? ''))],
      ]),
    )
    expect(server.requests).toHaveLength(ROWS * calls)
    // Only what gives the same step is compared.
    const rankings = server.requests.map(asked).filter(({ stage }) => stage === 'rank')
    expect(new Set(rankings.map(({ texts, steps }) => `${texts.length} of ${steps.length}`))).toEqual(
      new Set(['2 of 1']),
    )
  })

  it('what no positive gives, no negative can take the place of', async () => {
    const server = await startServer((first, second) => `Step 1: ${first} | none\nStep 2: ${second} | [2]`)
    const { written } = await run(server.url, {})
    await server.close()
    expect(written).toEqual(
      rows.map((row) => ({ ...row, negative_passages: without(row.negative_passages, 'again 2') })),
    )
  })

  it('rows whose steps cannot be read are undecided, and stay as they were', async () => {
    const server = await startServer((first) => `First: ${first}`)
    const { manifest, written } = await run(server.url, {})
    await server.close()
    expect(manifest.rows.outcomes).toMatchObject({ undecided: ROWS })
    expect(written).toEqual(rows)
    // Asked, and asked again; nothing is looked for.
    expect(server.requests).toHaveLength(2 * ROWS)
  })
})
