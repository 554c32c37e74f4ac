// What is said of names that servers answer under.
import { expect, it } from 'vitest'
import { answeredNames } from './answered-name.ts'

function toldOf(
  asked: string,
  said: readonly (readonly [name: string, at?: string])[],
  isDeployment = false,
): string[] {
  const told: string[] = []
  const names = answeredNames({ name: asked, tag: 't' }, (sentence) => told.push(sentence))
  for (const [name, at = 'a'] of said) names.look(name, { endpoint: at, isDeployment })
  return told
}

it.each([
  ['gpt-5.4-mini', 'gpt-5.4-mini-2026-03-05'],
  ['Qwen/Qwen3-32B', 'qwen3-32b'],
  ['qwen3:8b', 'qwen3:8b'],
  ['small', ''],
])('%s may answer as %s', (asked, said) => expect(toldOf(asked, [[said], [said]])).toEqual([]))

it('another name is told once, with both, whatever the number of servers', () => {
  const told = toldOf('gpt-4o', [['gpt-4o-mini'], ['gpt-4o-mini'], ['gpt-4o-mini', 'b'], ['gpt-4o', 'c']])
  expect(told).toEqual([
    'a answers as "gpt-4o-mini", and gpt-4o was asked. Its replies are kept as those of gpt-4o#t; if that is another model, stop, and give the name that it answers to',
  ])
})

it('a change is told once, of one server, also between names that were both asked for', () => {
  const told = toldOf('small', [
    ['small-0301'],
    ['small-0301', 'b'],
    ['small-0501'],
    ['small-0301'],
    ['small-0501', 'b'],
  ])
  expect(told).toEqual([expect.stringMatching(/^a answered as "small-0301", and now answers as "small-0501": /)])
})

it('two servers may have two names for one model', () =>
  expect(toldOf('m', [['m'], ['/models/m', 'b'], ['m'], ['/models/m', 'b']])).toEqual([]))

it('of a deployment only changes are told', () => {
  expect(toldOf('mine', [['gpt-4o'], ['gpt-4o']], true)).toEqual([])
  expect(toldOf('mine', [['gpt-4o'], ['gpt-5']], true)).toHaveLength(1)
})
