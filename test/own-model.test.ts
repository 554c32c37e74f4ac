// A model supplied by a program, given to clean in place of a name.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { clean, planClean } from '../src/commands/clean/clean.ts'
import { explain } from '../src/browse/explain.ts'
import { apply } from '../src/job/apply.ts'
import { CallError } from '../src/llm/errors.ts'
import { readJsonl } from './support/files.ts'
import { Judge, ledgerOf, manifestOf, SECRET } from './support/own-parts.ts'
import { runWinnow } from './support/run-winnow.ts'
import { cleaned, makeRows } from './support/synthetic.ts'
import { place } from './support/two-models.ts'

const everythingBeside = (out: string) =>
  readdirSync(dirname(out), { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => readFileSync(join(each.parentPath, each.name), 'latin1'))
    .join('\n')

test('is asked, stands everywhere as its identity, and is left open', async () => {
  const rows = makeRows(12)
  const { input, out } = place(rows)
  const judge = new Judge('house#2')
  const manifest = await clean(input, { out, judge, screen: judge, spotCheck: 1, confirm: 0 })
  expect(readJsonl(out)).toEqual(rows.map(cleaned))
  expect(manifest).toMatchObject({
    models: { screen: 'house#2', judge: 'house#2' },
    program: { models: ['judge', 'screen'] },
  })
  expect(manifest.options).toMatchObject({ judge: 'house#2', screen: 'house#2' })
  expect(JSON.parse(readFileSync(manifestOf(out), 'utf8'))).toEqual(manifest)
  expect(everythingBeside(out)).not.toContain(SECRET)
  expect(judge).toMatchObject({ asked: 24, closed: 0 })

  await clean(input, { out, judge, screen: judge, spotCheck: 1, confirm: 0 })
  expect(judge.asked).toBe(24)
})

test('is not needed to decide again, whatever its identity looks like', async () => {
  const { input, out } = place(makeRows(6))
  await clean(input, { out, judge: new Judge('my model, gguf:hf:x'), confirm: 0 })
  const other = out.replace('out.', 'other.')
  const { calls } = await apply(input, {
    out: other,
    preset: 'rlhn-code',
    ledger: ledgerOf(out),
  })
  expect(calls).toEqual({})
  expect((await explain(out, 'line:1')).calls).toMatchObject([
    { model: 'my model, gguf:hf:x', endpoint: 'in this program' },
  ])
})

test.each([
  ['its own', new Judge('gpt-4o', { input: 1, output: 10 }), 3 * 0.002],
  ['else that of its name', new Judge('gpt-4o#mine'), 3 * 0.0035],
  ['else unknown', new Judge('house'), null],
])('has a price: %s', async (_whose, judge, usd) => {
  const { input, out } = place(makeRows(3))
  const { cost } = await clean(input, { out, judge, confirm: 0 })
  if (usd === null) expect(cost.now).toBe(null)
  else expect(cost.now).toBeCloseTo(usd, 9)
})

test('without a price cannot be held to a cap, and is not asked in a dry run', async () => {
  const { input, out } = place(makeRows(3))
  const judge = new Judge()
  await expect(clean(input, { out, judge, maxUsd: 1 })).rejects.toThrow('--max-usd needs the price of house')
  expect((await planClean(input, { judge, confirm: 0 })).stages).toMatchObject([{ model: 'house', usd: undefined }])
  expect(judge.asked).toBe(0)
})

test('that fails says what to do about it', async () => {
  const { input, out } = place(makeRows(2))
  const complete = () => Promise.reject(new CallError('no-card', 'the card has fallen off', { remedy: 'stop' }))
  const judge = { identity: 'house', endpoint: 'here', complete }
  await expect(clean(input, { out, judge })).rejects.toThrow('the card has fallen off')
  expect(existsSync(out)).toBe(false)
})

test('that has no identity is refused without a word of what it holds', async () => {
  const { input, out } = place(makeRows(2))
  for (const judge of [new Judge(''), { ...new Judge(''), complete: () => Promise.reject(new Error()) }]) {
    const error = await clean(input, { out, judge }).catch((thrown: Error) => thrown)
    expect(error).toMatchObject({
      message: '--judge an object: a model needs an identity and an endpoint, both non-empty strings',
    })
  }
})

test('is not taken for a name by a recipe', async () => {
  const { input, out } = place(makeRows(3))
  await clean(input, { out, judge: new Judge() })
  const again = ['clean', input, '--recipe', manifestOf(out), '--out', out.replace('out.', 'again.')]
  const { code, stderr } = await runWinnow(again)
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(
      'the run used objects of a program, which a recipe cannot hold: the model of --judge',
    ),
  })
  expect((await runWinnow([...again, '--judge', 'house', '--dry-run'])).code).toBe(0)
  const other = out.replace('out.', 'other.')
  expect(
    (await runWinnow(['apply', input, '--recipe', manifestOf(out), '--out', other, '--ledger', ledgerOf(out)])).stderr,
  ).not.toContain('brought')
})
