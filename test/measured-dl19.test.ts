// What --policy measured makes of GPT-4o, by its recorded labels, on TREC Deep Learning 2019: it may remove, and make no positives.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { clean } from '../src/commands/clean/clean.ts'
import { dataPath, describeWithData } from './support/data.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { modelOf } from './support/model-of.ts'
import { replyWith, shownIn } from './support/synthetic.ts'

describeWithData('dl19', 'GPT-4o on TREC DL 2019', () => {
  const linesIn = (name: string) => readFileSync(dataPath('dl19', name), 'utf8').trim().split('\n')
  const grades = (name: string) => linesIn(name).map((line) => line.split(/\s+/) as [string, string, string, string])
  const texts = new Map(
    gunzipSync(readFileSync(dataPath('dl19', 'passages.tsv.gz')))
      .toString()
      .trim()
      .split('\n')
      .map((line) => line.split('\t') as [string, string]),
  )
  const human = Map.groupBy(grades('qrels.human.txt'), ([query]) => query)
  const queries = new Map(linesIn('queries.tsv').map((line) => line.split('\t') as [string, string]))

  /** All judged passages of each query: the best is its positive. */
  const rows = [...human].map(([id, judged]) => {
    const [best, ...others] = judged.toSorted(([, , , one], [, , , other]) => Number(other) - Number(one))
    const passage = ([, , docid]: string[]) => ({ docid, title: '', text: texts.get(docid as string) as string })
    return {
      query_id: id,
      query: queries.get(id) as string,
      positive_passages: [passage(best as string[])],
      negative_passages: others.map(passage),
    }
  })

  /** A judge that calls better what a file grades 2 or more. */
  function judgeBy(name: string) {
    const relevant = new Set(
      grades(name).flatMap(([query, , id, grade]) =>
        Number(grade) >= 2 ? [`${queries.get(query)} ${texts.get(id)}`] : [],
      ),
    )
    return modelOf((request) => {
      const called = shownIn(request).flatMap((text, at) =>
        relevant.has(`${request.source.query} ${text}`) ? [at + 1] : [],
      )
      return replyWith(called, [])
    })
  }

  it.each([
    ['labels.gpt-4o.txt', 'remove'],
    ['qrels.human.txt', 'relabel'],
  ] as const)('%s bears %s', async (name, action) => {
    const folder = tempDir()
    const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
    const { measured, passages } = await clean(input, {
      out: join(folder, 'out.jsonl'),
      judge: judgeBy(name),
      policy: 'measured',
      gold: dataPath('dl19', 'qrels.human.txt'),
      relevanceLevel: 2,
      maxPassages: 100,
      beyond: 'judge',
      maxFalseNegatives: 1_000,
      noCheck: true,
    })
    const better = measured?.verdicts['better']
    expect(better?.action).toBe(action)
    const moved = Object.values(passages[action === 'remove' ? 'removed' : 'relabelled']).reduce(
      (sum, many) => sum + many,
      0,
    )
    expect(moved).toBeGreaterThan(1000)
    if (action === 'remove') {
      expect(passages.relabelled).toEqual({})
      expect((better?.right ?? 0) / (better?.finds ?? 1)).toBeCloseTo(0.72, 1)
      expect(better?.atLeast).toBeGreaterThan(0.5)
    }
  })
})
