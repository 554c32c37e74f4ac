// The check of the judge against models that judge by script: who cannot judge is stopped, who can is not.
import { describe, expect, it } from 'vitest'
import type { CheckReport } from '../src/judging/check.ts'
import { arhnDefinition } from '../src/methods/arhn/definition.ts'
import { causalnegDefinition } from '../src/methods/causalneg/definition.ts'
import { percposDefinition } from '../src/methods/percpos/definition.ts'
import { rlhnDefinition } from '../src/methods/rlhn/definition.ts'
import {
  ALWAYS,
  checked,
  judgedRows,
  kindOf,
  LIKE_GPT4O,
  NEVER,
  RANDOM,
  RIGHT,
  SECOND,
  type Scripted,
} from './support/judged.ts'
import { repetitions } from './support/repetitions.ts'

const TIMES = repetitions(4, 10, 200)
const FILES = Array.from({ length: TIMES }, (_all, index) => judgedRows(120, index + 1))

const METHODS = {
  rlhn: [rlhnDefinition, { judge: 'm' }],
  'rlhn, two models': [rlhnDefinition, { screen: 's', judge: 'm' }],
  arhn: [arhnDefinition, { judge: 'm' }],
  'rlhn, small': [rlhnDefinition, { judge: 'm', promptSet: ['small'] }],
  'arhn, small': [arhnDefinition, { judge: 'm', promptSet: ['small'], permutations: 2 }],
  percpos: [percposDefinition, { scorer: 'hf:m' }],
  causalneg: [causalnegDefinition, { writer: 'w', verifier: 'm' }],
  'causalneg with a judge': [
    causalnegDefinition,
    { writer: 'w', verifier: 'v', judge: 'm', verify: 'requirements+judge' },
  ],
  'causalneg, small': [
    causalnegDefinition,
    { writer: 'w', verifier: 'm', promptSet: ['small'], verify: 'requirements+judge' },
  ],
} as const

const [good, sober]: Scripted[] = [{ decides: RIGHT }, { decides: LIKE_GPT4O }]
const copies: Scripted = { decides: LIKE_GPT4O, reason: (text) => text }
const order: Scripted['place'] = (_query, _text, at) => at
const second: Scripted['place'] = (_query, _text, at) => (at === 1 ? -1 : at)

/** Which models are stopped, by method. A stage that is not named is judged as by GPT-4o. */
const STOPPED: [keyof typeof METHODS, string, Record<string, Scripted>][] = [
  ...(
    [
      'rlhn',
      'rlhn, two models',
      'rlhn, small',
      'arhn',
      'arhn, small',
      'percpos',
      'causalneg',
      'causalneg, small',
    ] as const
  ).flatMap((method): [keyof typeof METHODS, string, Record<string, Scripted>][] => [
    [method, 'all relevant', { any: { decides: ALWAYS } }],
    [method, 'none relevant', { any: { decides: NEVER } }],
    [method, 'at random', { any: { decides: RANDOM } }],
    [method, 'nothing readable', { any: { decides: RIGHT, unreadable: true } }],
  ]),
  ...(['rlhn, two models', 'causalneg with a judge'] as const).flatMap(
    (method): [keyof typeof METHODS, string, Record<string, Scripted>][] => [
      [method, 'all relevant after a good stage', { any: good as Scripted, judge: { decides: ALWAYS } }],
      [method, 'none relevant after a good stage', { any: good as Scripted, judge: { decides: NEVER } }],
      [method, 'at random after a good stage', { any: good as Scripted, judge: { decides: RANDOM } }],
      [method, 'Doc (2) after a good stage', { any: good as Scripted, judge: { decides: SECOND } }],
    ],
  ),
  ['rlhn', 'Doc (2)', { any: { decides: SECOND } }],
  ['rlhn', 'copies', { any: copies }],
  ['rlhn, two models', 'Doc (2)', { any: { decides: SECOND } }],
  ['rlhn, two models', 'copies', { any: copies }],
  ['arhn', 'the order shown', { any: { decides: RIGHT, place: order } }],
  ['arhn', 'the order shown, of few answers', { any: { decides: LIKE_GPT4O, place: order } }],
  ['arhn', 'the second first', { any: { decides: RIGHT, place: second } }],
  ['arhn, small', 'the order shown', { any: { decides: RIGHT, place: order } }],
  ['arhn, small', 'the second first', { any: { decides: RIGHT, place: second } }],
  ['arhn', 'copies', { any: { decides: ALWAYS, reason: (text) => text } }],
  ['percpos', 'the order shown', { any: { decides: RIGHT, place: order } }],
  ['causalneg', 'copies', { any: copies }],
]

const PASSES: [keyof typeof METHODS, string, Scripted][] = (Object.keys(METHODS) as (keyof typeof METHODS)[]).flatMap(
  (method): [keyof typeof METHODS, string, Scripted][] => [
    [method, 'never wrong', good as Scripted],
    ...(method === 'percpos' ? [] : [[method, 'as good as GPT-4o', sober] as [keyof typeof METHODS, string, Scripted]]),
  ],
)

async function reports(method: keyof typeof METHODS, models: Record<string, Scripted>): Promise<CheckReport[]> {
  const [definition, options] = METHODS[method]
  const all: CheckReport[] = []
  for (const rows of FILES) all.push(await checked(definition, options, rows, models))
  return all
}

const passing = (all: CheckReport[]) => all.filter(({ result }) => result !== 'stopped')

describe('40 probed rows stop', () => {
  it.each(STOPPED)('%s: %s', async (method, _name, models) => {
    expect(passing(await reports(method, models))).toEqual([])
  })
})

describe('40 probed rows let pass', () => {
  it.each(PASSES)('%s: %s', async (method, _name, model) => {
    const all = await reports(method, { any: model })
    const stopped = all.filter(({ result }) => result === 'stopped')
    expect(stopped.length, stopped[0]?.reasons.join('\n')).toBeLessThanOrEqual(TIMES * 0.025)
    expect(all[0]?.probes).toBe(40)
  })
})

it('what fits is told from what is near and what is far', () => {
  const [row, other] = judgedRows(2, 1) as [ReturnType<typeof judgedRows>[0], ReturnType<typeof judgedRows>[0]]
  expect(row.passages.map(({ text }) => kindOf(row.query, text)).slice(0, 3)).toEqual(['fits', 'fits', 'near'])
  expect(other.passages.map(({ text }) => kindOf(row.query, text))).toContain('far')
})
