import { expect, it } from 'vitest'
import { folderOf, HEADER } from '../../../test/support/collections.ts'
import { tempDir } from '../../../test/support/files.ts'
import { startReranker } from '../../../test/support/short-reranker.ts'
import type { PageStyle } from '../../terminal/page.ts'
import { suitePage } from './suite-page.ts'
import { evaluateSuite } from './suite.ts'

const style: PageStyle = { width: 80, heading: String, faint: String, marked: String }

const TEXTS = ['garlic', 'garlic garlic', 'garlic garlic garlic', 'leek', 'onion', 'chives', 'shallots']

/** Writes collections side by side, each with one relevant document. BM25 finds the longest of those about garlic first. */
function rootOf(relevant: Record<string, string>): string {
  const files: Record<string, string | object[]> = {}
  for (const [name, document] of Object.entries(relevant)) {
    files[`${name}/corpus.jsonl`] = TEXTS.map((text, index) => ({ _id: `d${index}`, text }))
    files[`${name}/queries.jsonl`] = ['q1', 'q2'].map((_id) => ({ _id, text: 'garlic' }))
    files[`${name}/qrels/test.tsv`] = `${HEADER}q1\t${document}\t1\nq2\t${document}\t1\n`
  }
  return folderOf(files, 'root')
}

it('reranks in each collection, shows both orders, and asks for no score twice', async () => {
  const { spec, shown } = await startReranker()
  const notices: string[] = []
  const hooks = { env: { WINNOW_CACHE: tempDir() }, onNotice: (notice: string) => void notices.push(notice) }
  const input = {
    root: rootOf({ scifact: 'd1', nfcorpus: 'd0' }),
    index: tempDir(),
    rerank: spec,
    depth: 2,
    measures: 'RR',
  }
  const report = await evaluateSuite('beir', 'bm25', input, hooks)
  expect(shown).toEqual([2, 2, 2, 2])
  expect(suitePage(report, false, style).slice(1, 6)).toEqual([
    '                 queries      RR',
    '  nfcorpus test        2  0.0000',
    '    reranked              0.0000',
    '  scifact test         2  0.5000',
    '    reranked              1.0000',
  ])
  const again = await evaluateSuite('beir', 'bm25', input, hooks)
  expect(again.sets.map(({ report: { firstStage } }) => firstStage?.measures['RR'])).toEqual([0, 0.5])
  expect(shown).toHaveLength(4)
  await evaluateSuite('beir', 'bm25', { ...input, depth: 3 }, hooks)
  expect(shown.slice(4)).toEqual([3, 3, 3, 3])
  expect(notices.filter((notice) => notice.includes('computed on the first'))).toHaveLength(0)
})
