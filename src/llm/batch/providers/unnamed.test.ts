import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { CallError } from '../../errors.ts'
import type { BatchResult } from '../provider.ts'
import type { Api } from './api.ts'
import { findUnnamed, type Candidate } from './unnamed.ts'

const API: Api = {
  endpoint: 'http://a/v1',
  server: { base: 'http://a/v1', search: '', headers: {} },
  secrets: [],
  key: 'A_KEY',
  settleMs: 10,
}

/** Finds a job of the requests `a` and `b` among these. */
function found(list: (look: number) => (Candidate & { of?: string })[], hasLines = true, read: string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'winnow-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'lines.jsonl')
  if (hasLines) writeFileSync(path, '{"custom_id":"a","params":{}}\n{"custom_id":"b","params":{}}\n')
  let looks = 0
  return findUnnamed(
    API,
    { id: 'j', model: 'm', path, requests: 2, bytes: 0, submittedMs: Date.now(), taken: new Set(['known']) },
    {
      async *candidates() {
        yield* list(looks++)
      },
      async *results(id) {
        read.push(id)
        const of = list(looks - 1).find((each) => each.id === id)?.of
        yield { where: 'r:1', why: 'it is cut off' }
        if (of !== undefined) yield { id: of, failure: { code: 'x', message: 'x' } } satisfies BatchResult
      },
    },
    new AbortController().signal,
  )
}

const runs = (id: string) => ({ id, hasResults: false })
const ended = (id: string, of?: string) => ({ id, hasResults: true, ...(of !== undefined && { of }) })

test.each([
  ['none', [], undefined],
  ['one that runs', [runs('1')], '1'],
  ['one that is known', [runs('known')], undefined],
  ['its own', [ended('1', 'x'), ended('2', 'b'), runs('3')], '2'],
  ["somebody else's", [ended('1', 'x')], undefined],
  ["somebody else's, and one that runs", [ended('1', 'x'), runs('2')], '2'],
  ['one without results', [ended('1')], '1'],
  ['several without results', [ended('1'), ended('2')], '1'],
])('%s', async (_name, list, id) => expect(await found(() => list)).toBe(id))

test.each([
  ['several that run', [runs('1'), runs('2')], true],
  ['one that runs and one without results', [runs('1'), ended('2')], true],
  ['one that does not say its size yet', [{ ...runs('1'), isUncounted: true }], true],
  ['several that have ended, without the lines to know them by', [ended('1', 'a'), ended('2', 'x')], false],
])('%s: not decided', async (_name, list, hasLines) => {
  await expect(found(() => list, hasLines)).rejects.toMatchObject({ code: 'undecided', isRetryable: true })
})

test('a list that lags is looked at again, and its last state counts', async () => {
  expect(await found((look) => (look < 2 ? [] : [ended('1', 'a')]))).toBe('1')
  await expect(found((look) => (look < 2 ? [runs('1')] : [runs('1'), runs('2')]))).rejects.toThrow(/2 jobs/)
})

test('the results of a job are read once, however often the list is looked at', async () => {
  const read: string[] = []
  expect(await found((look) => [ended('1', 'x'), ...(look < 1 ? [] : [ended('2', 'a')])], true, read)).toBe('2')
  expect(read).toEqual(['1', '2'])
})

test('a look that fails is followed by another; the last one has to see the list', async () => {
  const failing = (isIt: (look: number) => boolean) =>
    found((look) => {
      if (isIt(look)) throw new CallError('http-503', 'busy', { remedy: 'retry' })
      return [ended('1', 'a')]
    })
  expect(await failing((look) => look < 1)).toBe('1')
  await expect(failing(() => true)).rejects.toMatchObject({ code: 'http-503', isRetryable: true })
})
