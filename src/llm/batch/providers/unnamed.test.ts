import { expect, test } from 'vitest'
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
function found(list: (look: number) => (Candidate & { of?: string; more?: string[] })[], read: string[] = []) {
  let looks = 0
  return findUnnamed(
    API,
    {
      id: 'j',
      model: 'm',
      path: '/not/there',
      requests: 2,
      bytes: 0,
      submittedMs: Date.now(),
      taken: new Set(['known']),
      holds: async (ids) => ids.some((id) => id === 'a' || id === 'b'),
    },
    {
      async *candidates() {
        yield* list(looks++)
      },
      async *results(id) {
        read.push(id)
        const { of, more = [] } = list(looks - 1).find((each) => each.id === id) ?? {}
        yield { where: 'r:1', why: 'it is cut off' }
        for (const each of of === undefined ? [] : [of, ...more])
          yield { id: each, failure: { code: 'x', message: 'x' } } satisfies BatchResult
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
  ['several that run', [runs('1'), runs('2')]],
  ['one that runs and one without results', [runs('1'), ended('2')]],
  ['one that does not say its size yet', [{ ...runs('1'), isUncounted: true }]],
])('%s: not decided', async (_name, list) => {
  await expect(found(() => list)).rejects.toMatchObject({ code: 'undecided', isRetryable: true })
})

test('a list that lags is looked at again, and its last state counts', async () => {
  expect(await found((look) => (look < 2 ? [] : [ended('1', 'a')]))).toBe('1')
  await expect(found((look) => (look < 2 ? [runs('1')] : [runs('1'), runs('2')]))).rejects.toThrow(/2 jobs/)
})

test('a job is told by any of its first results: a request of it may have a reply from elsewhere, and be open no more', async () => {
  expect(await found(() => [{ ...ended('1', 'x'), more: ['b'] }, ended('2', 'y')])).toBe('1')
})

test('the results of a job are read once, however often the list is looked at', async () => {
  const read: string[] = []
  expect(await found((look) => [ended('1', 'x'), ...(look < 1 ? [] : [ended('2', 'a')])], read)).toBe('2')
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
