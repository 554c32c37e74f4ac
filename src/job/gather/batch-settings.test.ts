// Options of batch jobs that stand alone.
import { expect, test } from 'vitest'
import { clean, planClean } from '../../commands/clean/clean.ts'
import { AZURE } from '../../llm/batch/providers/azure.ts'
import { OPENAI } from '../../llm/batch/providers/openai.ts'
import { assertBatched } from './batch-settings.ts'
import { limitsOf } from './batching.ts'

test.each([{ noWait: true }, { batchRequests: 250 }, { batchTokens: 1000 }, { poll: 5 }])(
  '%j without --batch is refused before anything is asked',
  async (options) => {
    const given = { ...options, judge: 'm@http://127.0.0.1:9/v1', out: 'never.jsonl' }
    await expect(clean('rows.jsonl', given)).rejects.toThrow('no effect without --batch')
    await expect(planClean('rows.jsonl', given)).rejects.toThrow('no effect without --batch')
  },
)

test('with --batch they are taken, and flags that are off are no matter', () => {
  assertBatched({ batch: 'openai', noWait: true, batchRequests: 250 })
  assertBatched({ noWait: false })
})

test.each([
  [AZURE, undefined, 250],
  [AZURE, 20, 20],
  [AZURE, 5_000, 5_000],
  [AZURE, 1_000_000, 100_000],
  [OPENAI, undefined, 50_000],
  [OPENAI, 1_000_000, 50_000],
])('%o, --batch-requests %s: a job holds %i at most', (provider, requests, most) => {
  expect(limitsOf(provider, { requests, tokens: undefined }).requests).toBe(most)
})
