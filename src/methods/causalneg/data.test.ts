// Checks on real data that genuine passages pass the gates, and that malformed replies of small models are not read.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { dataPath, describeWithData } from '../../../test/support/data.ts'
import { UnreadableReply } from '../../llm/read.ts'
import { readRows } from '../../rows/read.ts'
import { contentOf, labelled } from '../../rows/row.ts'
import { openInput } from '../../rows/input.ts'
import { readAnalysis } from './analysis-reply.ts'
import { gatesFor } from '../../gates/gates.ts'
import { readVerification } from './verification-reply.ts'
import { readWriting } from './writing-reply.ts'

/** Counts the negatives, at most 30 per row, and how many each gate would refuse if they had been written for their row. */
async function refusedOf(path: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = { passages: 0 }
  const count = (name: string) => (counts[name] = (counts[name] ?? 0) + 1)
  for await (const batch of readRows(await openInput(path, undefined))) {
    for (const entry of batch) {
      if (!('row' in entry)) continue
      for (const negative of labelled(entry.row, 'negative').slice(0, 30)) {
        const others = entry.row.passages.filter((each) => each !== negative)
        const fault = gatesFor({ ...entry.row, passages: others })({ text: contentOf(negative) }, [])
        count('passages')
        if (fault) count(fault.gate)
      }
    }
  }
  return counts
}

describeWithData('rlhn', 'genuine passages of FiQA', () => {
  test('are refused for nothing but an unusual length', async () => {
    expect(await refusedOf(dataPath('rlhn', 'fiqa.stage_1.gpt-4o-mini.jsonl'))).toEqual({
      passages: 375,
      'too-short': 6,
      'too-long': 6,
    })
  })
})

describeWithData('bge-examples', "genuine passages of FlagEmbedding's examples", () => {
  test.each([
    ['embedder_example_data/retrieval/msmarco.jsonl', { passages: 250, 'copies-negative': 2, 'too-short': 1 }],
    ['embedder_example_data/retrieval/nq.jsonl', { passages: 300, 'copies-negative': 12 }],
    ['embedder_example_data/clustering-no_in_batch_neg/arXiv_title.jsonl', { passages: 197, 'too-short': 1 }],
    ['reranker_example_data/normal/examples.jsonl', { passages: 250, 'copies-negative': 2, 'too-short': 1 }],
    ['toy_2023/toy_finetune_data_minedHN.jsonl', { passages: 150, 'too-long': 1 }],
  ])('%s: for nothing but length, and near copies of another', async (file, refused) => {
    expect(await refusedOf(dataPath('bge-examples', file))).toEqual(refused)
  })
})

describeWithData('malformed-replies', 'what small models answer when they fail', () => {
  test('is never read', () => {
    const file = readFileSync(dataPath('malformed-replies', 'pointwise-errors.txt'), 'utf8')
    const replies = file.split(/^q\d+ 0 p\S*/m).slice(1)
    expect(replies).toHaveLength(572)
    const readers = [
      readAnalysis,
      (text: string) => readWriting(text, { passages: 1, references: 0, hasTitles: false }),
      (text: string) => readVerification(text, 4),
    ]
    for (const reply of replies) for (const read of readers) expect(() => read(reply)).toThrow(UnreadableReply)
  })
})
