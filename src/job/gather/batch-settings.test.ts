// Options of batch jobs that stand alone.
import { expect, test } from 'vitest'
import { clean, planClean } from '../../commands/clean/clean.ts'
import { assertBatched } from './batch-settings.ts'

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
