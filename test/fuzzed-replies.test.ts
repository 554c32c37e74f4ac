// The replies that a fuzzer kept (bench/fuzz.ts): each takes another way through the code of its reader. None of them is more than a reader can bear.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REPLY_READERS, type ReplyReader } from './support/reply-readers.ts'

const stored = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'replies', `${name}.json`), 'utf8')) as string[]

test.each(Object.entries(REPLY_READERS))('%s reads or refuses what was kept', async (name, reader) => {
  const texts = stored(name)
  expect(texts.length).toBeGreaterThan(0)
  for (const text of texts) {
    const fault = await Promise.resolve()
      .then(() => reader.read(text))
      .then(
        () => undefined,
        (error: unknown) => (reader.expects(error) ? undefined : error),
      )
    expect(fault, JSON.stringify(text).slice(0, 500)).toBeUndefined()
  }
})

/** What the fuzzer found, at the length of the longest replies: 1.5 s and .25 s of processor time before they were mended. */
const LONG = 64 * 1024
const MOST_MS = 100

test.each([
  ['mark-up that nothing closes', JSON.stringify({ [`c${'<'.repeat(LONG)}`]: 1 })],
  ['scripts that nothing closes', JSON.stringify({ c: '<script '.repeat(LONG / 8) })],
])('an answer that is no completion, full of %s, is refused soon', (_what, text) => {
  const { read, expects } = REPLY_READERS['completion'] as ReplyReader
  const costs = Array.from({ length: 3 }, () => {
    const before = process.cpuUsage()
    try {
      void read(text)
    } catch (error) {
      expect(expects(error)).toBe(true)
    }
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  })
  expect(Math.min(...costs)).toBeLessThan(MOST_MS)
})
