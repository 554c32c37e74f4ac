// winnow overlap on real collections: texts shared by SciFact's splits, planted test rows, and rows made to be distinct.
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { overlap } from '../src/commands/overlap/overlap.ts'
import { dataPath, describeWithData } from './support/data.ts'
import { linesOf, readJsonl, tempDir, writeJsonl } from './support/files.ts'

interface Entry {
  id: string
  text: string
  title: string
}

const entriesOf = (file: string) =>
  readJsonl<Omit<Entry, 'id'> & { _id: string }>(dataPath('scifact', file)).map(({ _id: id, ...rest }): Entry => ({
    id,
    ...rest,
  }))

/** A row for each claim of a split of SciFact, with its relevant abstracts and three that nobody judged. */
function rowsOfSplit(split: string): object[] {
  const documents = new Map(entriesOf('corpus.jsonl').map((each) => [each.id, each]))
  const claims = new Map(entriesOf('queries.jsonl').map(({ id, text }) => [id, text]))
  const judged = new Set<string>()
  const relevant = new Map<string, string[]>()
  for (const name of ['train', 'test']) {
    for (const line of linesOf(dataPath('scifact', 'qrels', `${name}.tsv`)).slice(1)) {
      const [query = '', document = ''] = line.split('\t')
      judged.add(document)
      if (name === split) relevant.set(query, [...(relevant.get(query) ?? []), document])
    }
  }
  const passage = (id: string) => ({ docid: id, title: documents.get(id)?.title, text: documents.get(id)?.text })
  const negatives = [...documents.keys()].filter((id) => !judged.has(id)).slice(0, 3)
  return [...relevant].map(([query, ids]) => ({
    query_id: query,
    query: claims.get(query),
    positive_passages: ids.map(passage),
    negative_passages: negatives.map(passage),
  }))
}

describeWithData('scifact', 'SciFact', () => {
  it('train rows hold many abstracts of the test, two of its claims to the letter,  and others with a word changed', async () => {
    const path = writeJsonl(join(tempDir(), 'rows.jsonl'), rowsOfSplit('train'))
    const report = await overlap(path, dataPath('scifact'))
    expect(report).toMatchObject({
      rows: 809,
      queries: { of: 300, found: 50, kinds: { exact: 2, folded: 0, near: 48 } },
      passages: { of: 283, found: 181, kinds: { exact: 181 } },
      positives: { found: 181 },
      negatives: { found: 0 },
    })
    expect(report.queries.examples.slice(0, 2).map(({ id, text }) => [id, text])).toEqual([
      ['870', 'Obesity decreases life quality.'],
      ['1292', 'There is no association between HNF4A mutations and diabetes risks.'],
    ])
  })

  it('finds every test row among train rows, and nothing of it after removal', async () => {
    const folder = tempDir()
    const [train, tested] = [rowsOfSplit('train'), rowsOfSplit('test')]
    const path = writeJsonl(join(folder, 'rows.jsonl'), [...train, ...tested])
    const out = join(folder, 'clean.jsonl')
    const report = await overlap(path, dataPath('scifact'), { out })
    expect(report).toMatchObject({
      queries: { found: 300, kinds: { exact: 300 } },
      positives: { found: 283, kinds: { exact: 283 } },
      both: { rows: 353, relevant: 353 },
    })
    const again = await overlap(out, dataPath('scifact'))
    expect([again.queries.found, again.passages.found]).toEqual([0, 0])
  })
})

describeWithData('rlhn', 'rows of FiQA', () => {
  it('have nothing of SciFact in them', async () => {
    const { queries, passages } = await overlap(
      dataPath('rlhn', 'fiqa.stage_1.gpt-4o-mini.jsonl'),
      dataPath('scifact'),
      { judged: 'all' },
    )
    expect([queries.of, queries.found, passages.of, passages.found]).toEqual([300, 0, 283, 0])
  })
})
