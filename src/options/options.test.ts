import { expect, test } from 'vitest'
import { choice, choices, decimal, flag, flagOf, integer, readOptions, share, text, texts } from './options.ts'

const schema = {
  many: integer('N', { help: '', default: 3, min: 1, max: 9 }),
  real: decimal('X', { help: '', default: undefined, min: 0 }),
  part: share('SHARE', { help: '', default: 0 }),
  kind: choice(['a', 'b'], { help: '', default: 'a' }),
  name: text('NAME', { help: '' }),
  prices: texts('P', { help: '' }),
  quietly: flag({ help: '' }),
}

test('defaults, then what is given, from the command line or from a recipe', () => {
  expect(readOptions(schema, {})).toEqual({
    many: 3,
    real: undefined,
    part: 0,
    kind: 'a',
    name: undefined,
    prices: [],
    quietly: false,
  })
  const typed = { many: '4', real: '.5', part: '1%', kind: 'b', name: 'x', prices: ['1'], quietly: true }
  const recipe = { many: 4, real: 0.5, part: 0.01, kind: 'b', name: 'x', prices: '1', quietly: true }
  expect(readOptions(schema, typed)).toEqual(readOptions(schema, recipe))
})

test('every fault is told at once, with the value and what is allowed', () => {
  const bad = { many: '99', real: 'x', part: '101%', kind: 'c', name: '', wrong: 1 }
  expect(() => readOptions(schema, bad)).toThrow(
    '--many "99": allowed: a whole number from 1 to 9; --real "x": allowed: a number of 0 or more; ' +
      '--part "101%": allowed: a share from 0 to 1, or from 0% to 100%; --kind "c": allowed: a, b; ' +
      '--name "": allowed: a non-empty string; "wrong" is not an option of this command',
  )
})

test.each(['1.5', '', 'NaN', '0', ' '])('%j is no count', (many) =>
  expect(() => readOptions(schema, { many })).toThrow('--many'),
)

test('flags are names in kebab case', () => expect(flagOf('maxFalseNegatives')).toBe('--max-false-negatives'))

test('several of a list: as typed, from a recipe, each once and in the order of the list', () => {
  const some = { kinds: choices(['a', 'b', 'c'], { help: '', default: ['a', 'b', 'c'] }) }
  const kindsOf = (kinds: unknown) => readOptions(some, { kinds }).kinds
  expect(readOptions(some, {}).kinds).toEqual(['a', 'b', 'c'])
  expect(kindsOf('c, a,c')).toEqual(['a', 'c'])
  expect(kindsOf(['b'])).toEqual(['b'])
  expect(() => kindsOf('a,x,y')).toThrow('--kinds "a,x,y": "x", "y" is none of: a, b, c')
  expect(() => kindsOf('')).toThrow('"" is none of: a, b, c')
  expect(() => kindsOf([])).toThrow('allowed: some of a, b, c')
})
