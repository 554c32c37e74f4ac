// The documents that a reranker orders to choose the epoch, as the engine reads them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tempDir } from '../../../test/support/files.ts'
import { writeCollection } from '../../../test/support/small-collection.ts'
import { openCollection } from '../../collections/open.ts'
import { developmentOfCollection } from '../development-set.ts'
import { TokenTexts } from '../token-texts.ts'
import { TrainingSet } from '../training-set.ts'
import { candidatesOf } from './candidates.ts'
import { NO_PROMPTS, TextsFile, textsIn, writeRows } from './rows-file.ts'

it('are what BM25 finds, each text once, and none for a query that finds nothing', async () => {
  const folder = tempDir()
  const documents = ['red apple', 'green apple', 'red apple', 'blue sky'].map((text, at) => ({ _id: `d${at}`, text }))
  const queries = ['red apple', 'zebra', 'sky'].map((text, at) => ({ _id: `q${at}`, text }))
  const judgements = queries.map(({ _id }, at): [string, string, number] => [_id, `d${at}`, 1])
  const collection = await openCollection(writeCollection(join(folder, 'set'), { documents, queries, judgements }))
  const file = new TextsFile(folder)
  const set = new TrainingSet(new TokenTexts(file, NO_PROMPTS, { maxTokens: 1, file: join(folder, 'bags') })).seal()
  const hooks = { env: { WINNOW_CACHE: join(folder, 'cache') } }
  const { development } = await developmentOfCollection(collection, set, hooks)
  const candidates = await candidatesOf(collection, set, hooks)
  file.close()
  writeRows(folder, set, { rows: new Uint32Array(), development, candidates })
  const written = JSON.parse(readFileSync(join(folder, 'development.json'), 'utf8')) as { candidates: number[][] }
  const texts = await textsIn(folder, new Set(candidates.flat()))
  expect(written.candidates.map((list) => list.map((text) => texts.get(text)))).toEqual([
    ['red apple', 'green apple'],
    [],
    ['blue sky'],
  ])
})
