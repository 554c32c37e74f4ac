// A policy supplied by a program, given to clean, apply and explain; and the helpers for writing policies.
import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { clean } from '../src/commands/clean/clean.ts'
import { explain } from '../src/browse/explain.ts'
import type { Evidence } from '../src/evidence/evidence.ts'
import { apply } from '../src/job/apply.ts'
import { decideRow } from '../src/policy/decide-row.ts'
import type { Decision, Policy } from '../src/policy/policy.ts'
import { labelled, type Row } from '../src/rows/row.ts'
import { readJsonl } from './support/files.ts'
import { Judge, ledgerOf, manifestOf, TAKE_OUT as policy, takenOut } from './support/own-parts.ts'
import { runWinnow } from './support/run-winnow.ts'
import { makeRows } from './support/synthetic.ts'
import { place } from './support/two-models.ts'

describe('a policy', () => {
  test('decides, and stands in the manifest by name', async () => {
    const rows = makeRows(12)
    const { input, out } = place(rows)
    const manifest = await clean(input, { out, judge: new Judge(), policy })
    expect(readJsonl(out)).toEqual(rows.map(takenOut))
    expect(manifest.program).toEqual({ policy: 'take-out', models: ['judge'] })
    expect(manifest.options).not.toHaveProperty('policy')
    expect(manifest.options).not.toHaveProperty('preset')
  })

  test('decides again, for nothing', async () => {
    const rows = makeRows(12)
    const { input, out } = place(rows)
    const judge = new Judge()
    await clean(input, { out, judge })
    const other = out.replace('out.', 'other.')
    const { program, calls } = await apply(input, {
      out: other,
      ledger: ledgerOf(out),
      policy,
    })
    expect({ program, calls }).toEqual({ program: { policy: 'take-out' }, calls: {} })
    expect(readJsonl(other)).toEqual(rows.map(takenOut))
  })

  test('is wanted to explain its output, and refused for another', async () => {
    const { input, out } = place(makeRows(4))
    const plain = out.replace('out.', 'plain.')
    await clean(input, { out, judge: new Judge(), policy })
    await clean(input, { out: plain, judge: new Judge(), confirm: 0 })
    const found = (await explain(out, 'line:1', { policy })).passages.find(({ change }) => change)
    expect(found).toMatchObject({ before: 'negative', after: 'ignored' })
    const needed = `${out} was decided by the custom policy "take-out"`
    await expect(explain(out, 'line:1')).rejects.toThrow(needed)
    await expect(explain(out, 'line:1', { policy: { ...policy, name: 'other' } })).rejects.toThrow(needed)
    await expect(explain(plain, 'line:1', { policy })).rejects.toThrow(`--policy: no effect on ${plain}`)
    expect((await runWinnow(['explain', out, 'line:1'])).stderr).toContain(needed)
    expect((await explain(input, 'line:1', { policy, ledger: ledgerOf(out) })).outcome).toBe('changed')
  })

  test('is in no recipe: its manifest is refused as one', async () => {
    const { input, out } = place(makeRows(4))
    await clean(input, { out, judge: new Judge(), policy })
    for (const command of ['clean', 'apply']) {
      const { code, stderr } = await runWinnow([
        command,
        input,
        '--recipe',
        manifestOf(out),
        '--out',
        `${out}.again`,
        ...(command === 'clean' ? ['--judge', 'x'] : []),
      ])
      expect({ code, stderr }).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('a recipe cannot hold: the policy "take-out"'),
      })
    }
  })

  test('takes no options of the policy that it replaces, but for what is known', async () => {
    const { input, out } = place(makeRows(4))
    const judge = new Judge()
    const qrels = join(dirname(out), 'qrels.tsv')
    writeFileSync(qrels, 'nobody 0 d1 1\n')
    await expect(clean(input, { out, judge, policy, preset: 'safe', undecided: 'drop' })).rejects.toThrow(
      '--preset, --undecided: no effect with the custom policy "take-out"',
    )
    expect(judge.asked).toBe(0)
    await clean(input, { out, judge, policy, known: qrels })
    const again = { out: `${out}.again`, ledger: ledgerOf(out), policy }
    await expect(apply(input, { ...again, better: 'keep' })).rejects.toThrow(
      '--better: no effect with the custom policy',
    )
  })

  test('that decides nothing is named', async () => {
    const { input, out } = place(makeRows(4))
    const lazy = { name: 'lazy', decide: (() => undefined) as unknown as Policy }
    await expect(clean(input, { out, judge: new Judge(), policy: lazy })).rejects.toThrow(
      'the policy "lazy" returned no valid decision for row',
    )
    expect(existsSync(out)).toBe(false)
  })

  const same = { changes: [], falseNegatives: 0, unread: [] }
  const without = (row: Row): Row => ({ ...row, passages: row.passages.slice(0, -1) })
  test.each<[string, Policy, RegExp]>([
    ['loses a passage', (row) => ({ ...same, outcome: 'changed', row: without(row) }), /is ignored in its row and neg/],
    ['says kept and loses one', (row) => ({ ...same, outcome: 'kept', row: without(row) }), /is ignored in its row/],
    ['changes the row itself', (row) => ({ ...same, outcome: 'kept', row: emptied(row) }), /is ignored in its row/],
    ['rewrites a text', (row) => ({ ...same, outcome: 'changed', row: retold(row) }), /the text of passage \S+ is ano/],
    [
      'returns another row',
      (row) => ({ ...same, outcome: 'kept', row: { ...row, id: 'x' } }),
      /its row is another one/,
    ],
    [
      'adds one in silence',
      (row) => ({ ...same, outcome: 'changed', row: withMore(row) }),
      /new is in its row and not/,
    ],
    ['drops without a reason', (row) => ({ ...same, outcome: 'dropped', row }), /a dropped row needs a reason/],
    ['says half', (row) => ({ outcome: 'kept', row }) as unknown as Decision, /it needs row, changes, unread/],
  ])('that %s is named, and nothing is written', async (_name, decide, fault) => {
    const { input, out } = place(makeRows(4))
    const bad = { name: 'bad', decide }
    await expect(clean(input, { out, judge: new Judge(), policy: bad })).rejects.toThrow(fault)
    expect(existsSync(out)).toBe(false)
  })
})

function emptied(row: Row): Row {
  row.passages.length = 1
  return row
}
const retold = (row: Row): Row => ({ ...row, passages: row.passages.map((each) => ({ ...each, text: 'other' })) })
const withMore = (row: Row): Row => ({
  ...row,
  passages: [...row.passages, { id: 'new', text: 'n', label: 'negative', origin: 'given' }],
})

describe('decideRow', () => {
  const row = {
    id: 'r',
    query: 'q',
    passages: ['p', 'a', 'b'].map(
      (id) => ({ id, text: `text of ${id}`, label: id === 'p' ? 'positive' : 'negative', origin: 'given' }) as const,
    ),
  }
  const grounds = { stage: 'judge', passage: 'a', reason: 'so it is' }

  test.each(['relabel', 'remove', 'keep', 'drop-row'] as const)('%s', (action) => {
    const { outcome, changes, falseNegatives, row: after } = decideRow(row, [], [{ ...grounds, action }])
    const to = { relabel: 'positive', remove: 'ignored' }[action as 'relabel']
    expect({ outcome, falseNegatives, changes: changes.map((each) => [each.passage.id, each.to]) }).toEqual({
      outcome: { relabel: 'changed', remove: 'changed', keep: 'kept', 'drop-row': 'dropped' }[action],
      falseNegatives: 1,
      changes: to ? [['a', to]] : [],
    })
    expect(labelled(after, 'negative').map(({ id }) => id)).toEqual(to ? ['b'] : ['a', 'b'])
  })

  test('leaves an unread row alone, and refuses an action on what is no negative', () => {
    const unread: Evidence = {
      kind: 'unread',
      stage: 'judge',
      model: 'm',
      passages: ['a'],
      why: 'empty',
      detail: 'it was empty',
      raw: '',
    }
    expect(decideRow(row, [unread], [{ ...grounds, action: 'remove' }])).toMatchObject({
      outcome: 'undecided',
      changes: [],
    })
    expect(() => decideRow(row, [], [{ ...grounds, passage: 'p', action: 'remove' }])).toThrow(
      'which is not a negative of the row',
    )
  })
})
