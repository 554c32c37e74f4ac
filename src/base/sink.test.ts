// Two runs may write one target: each file is whole, whichever ends last.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { tempDir } from '../../test/support/files.ts'
import { openSink, removeAbandoned } from './sink.ts'

it('two sinks of one target do not mix', async () => {
  const path = join(tempDir(), 'out.jsonl')
  const [one, other] = [await openSink(path), await openSink(path)]
  await one.write('a\n'.repeat(70_000))
  await other.write('b\n'.repeat(50_000))
  await one.commit()
  expect(readFileSync(path, 'utf8')).toBe('a\n'.repeat(70_000))
  await other.commit()
  expect(readFileSync(path, 'utf8')).toBe('b\n'.repeat(50_000))
})

it('what a killed process left is removed, and what another machine writes is not', async () => {
  const path = join(tempDir(), 'out.jsonl')
  const sink = await openSink(path)
  await sink.write('x'.repeat(3_000_000))
  const [mine = ''] = readdirSync(dirname(path))
  const left = join(dirname(path), mine.replace(/-\d+-\d+\.part$/, '-999999999-1.part'))
  const other = `${path}.0123abcd-999999999-1.part`
  writeFileSync(left, 'torn')
  writeFileSync(other, 'of another machine')
  await sink.abort()
  await (await openSink(path)).abort()
  expect([existsSync(left), existsSync(other)]).toEqual([false, true])
})

it('what killed processes left in a folder is removed, under any name; what this one writes is not', async () => {
  const folder = tempDir()
  const sink = await openSink(join(folder, 'b.jsonl'))
  await sink.write('x'.repeat(3_000_000))
  const [mine = ''] = readdirSync(folder)
  writeFileSync(join(folder, mine.replace(/^b(.*)-\d+-\d+\.part$/, 'a$1-999999999-1.part')), 'torn')
  writeFileSync(join(folder, 'c.part'), 'something else')
  await removeAbandoned(folder)
  expect(readdirSync(folder).toSorted()).toEqual([mine, 'c.part'])
  await sink.abort()
})
