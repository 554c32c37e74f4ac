// The replies that a fuzzer kept (bench/fuzz.ts): each takes another way through the code of its reader. None of them is more than a reader can bear.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REPLY_READERS } from './support/reply-readers.ts'

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
