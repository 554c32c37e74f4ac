// The process of the engine, with a shell in its place.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../../test/support/files.ts'
import { TorchEngine } from './engine.ts'

const engine = (script: string, log: string) =>
  new TorchEngine({ launcher: { command: '/bin/sh', args: ['-c', script] }, args: [], env: process.env, log })

async function eventsOf(started: TorchEngine): Promise<string[]> {
  const names: string[] = []
  for await (const { event } of started.events()) names.push(event)
  return names
}

test('the log is complete when the engine is closed', async () => {
  const log = join(tempDir(), 'engine.log')
  const started = engine('seq 1 2000 >&2; echo loading; echo \'{"event":"done"}\'', log)
  expect(await eventsOf(started)).toEqual(['done'])
  await started.close()
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n')
  expect(lines.toSorted()).toEqual(['loading', ...Array.from({ length: 2000 }, (_, at) => String(at + 1))].toSorted())
  await started.close()
})

test('the log is made at once and left at the end, so that its folder can go', async () => {
  const folder = join(tempDir(), 'work')
  mkdirSync(folder)
  const started = engine('sleep 60', join(folder, 'engine.log'))
  expect(readdirSync(folder)).toEqual(['engine.log'])
  await started.close()
  rmSync(folder, { recursive: true })
})

test('a log that cannot be made is an error, not a crash', () => {
  const log = join(tempDir(), 'nowhere', 'engine.log')
  expect(() => engine('true', log)).toThrow(`cannot write ${log}: ENOENT`)
})

test('a log that cannot be written is told with the failure of the engine, and alone stops nothing', async () => {
  const well = engine('seq 1 9 >&2; echo \'{"event":"done"}\'', '/dev/full')
  expect(await eventsOf(well)).toEqual(['done'])
  await well.close()
  const failed = engine('echo no >&2; sleep 0.3; exit 3', '/dev/full')
  await expect(eventsOf(failed)).rejects.toThrow(/with exit code 3; it said:\n {2}no\n {2}cannot write \/dev\/full/)
  await failed.close()
})
