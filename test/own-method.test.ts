// A method supplied by a program, over a file: ledger, resume, outputs, and the messages of commands that would need it.
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { clean } from '../src/commands/clean/clean.ts'
import { explain } from '../src/browse/explain.ts'
import { apply } from '../src/job/apply.ts'
import { runMethod } from '../src/job/run-method.ts'
import type { ChatModel, ChatRequest } from '../src/llm/chat.ts'
import { SqliteLedger } from '../src/llm/ledger/sqlite/sqlite-ledger.ts'
import { decideRow } from '../src/policy/decide-row.ts'
import { defineMethod, type OwnMethod } from '../src/job/program/define-method.ts'
import type { MethodDefinition } from '../src/method/definition.ts'
import type { Policy } from '../src/policy/policy.ts'
import { labelled } from '../src/rows/row.ts'
import { readJsonl } from './support/files.ts'
import { Judge, ledgerOf, manifestOf, takenOut } from './support/own-parts.ts'
import { runWinnow } from './support/run-winnow.ts'
import { makeRows } from './support/synthetic.ts'
import { place } from './support/two-models.ts'

const keepAll: Policy = (row, evidence) => decideRow(row, evidence, [])

/** Asks of each negative whether it answers; the model knows it by the ends of texts. */
function answering(given: Partial<OwnMethod> = {}) {
  const asked: ChatRequest[] = []
  const reader: ChatModel = {
    identity: 'reader',
    endpoint: 'here',
    complete: async (request) => {
      asked.push(request)
      const text = request.messages[0]?.content.split('\n')[0] ?? ''
      return { reply: { text: text.endsWith('#none') ? 'no' : 'yes', finishReason: 'stop' } }
    },
  }
  const definition = defineMethod({
    name: 'answered',
    version: 1,
    models: { reader },
    gather: async (row, ask) => {
      const found = labelled(row, 'negative').map((passage) =>
        ask({
          stage: 'reader',
          passages: [passage],
          messages: [{ role: 'user', content: passage.text }],
          read: (text) => [text],
        }),
      )
      return (await Promise.all(found)).flat()
    },
    policy: (row, evidence) => {
      const yes = evidence.filter((item) => item.kind === 'verdict').filter(({ verdict }) => verdict === 'yes')
      return decideRow(
        row,
        evidence,
        yes.map((item) => ({ ...item, action: 'remove' })),
      )
    },
    ...given,
  })
  return { asked, definition }
}

test('runs over a file with ledger, resume, evidence and outputs', async () => {
  const rows = makeRows(20)
  const { input, out } = place(rows)
  const { asked, definition } = answering()
  const stop = new AbortController()
  const hooks = { signal: stop.signal, onRow: () => asked.length > 30 && stop.abort(new Error('enough')) }
  await expect(runMethod({ input, definition, options: { out, concurrency: 1 } }, hooks)).rejects.toThrow('enough')
  expect(existsSync(out)).toBe(false)
  const before = asked.length
  expect(before).toBeLessThan(80)

  const first = await runMethod({ input, definition, options: { out, writeEvidence: 'jsonl' } })
  expect(readJsonl(out)).toEqual(rows.map(takenOut))
  expect(asked).toHaveLength(80)
  expect(first).toMatchObject({
    command: 'answered',
    method: 'answered',
    program: { method: 'answered' },
    models: { reader: 'reader' },
    prompts: [{ name: 'answered.reader@1' }],
    calls: { reader: { made: 80 - before, found: before } },
  })
  expect(first.options).toEqual({ rows: input, out, writeEvidence: 'jsonl' })
  expect(readJsonl(first.outputs['changes'] as string).length).toBe(first.passages.removed['reader'])
  expect(
    readFileSync(first.outputs['evidence'] as string, 'utf8')
      .trim()
      .split('\n').length,
  ).toBeGreaterThanOrEqual(80)

  const second = await runMethod({ input, definition, policy: { name: 'none', decide: keepAll }, options: { out } })
  expect(asked).toHaveLength(80)
  expect(second).toMatchObject({
    program: { method: 'answered', policy: 'none' },
    calls: { reader: { made: 0, found: 80 } },
  })
  expect(readJsonl(out)).toEqual(rows)
})

test('asks anew with another version of its question, and once more where a reply cannot be read', async () => {
  const { input, out } = place(makeRows(4))
  const { asked, definition } = answering()
  const { run } = await runMethod({ input, definition, options: { out } })
  const later = answering({ version: 2 })
  expect((await runMethod({ input, definition: later.definition, options: { out } })).run).not.toBe(run)
  expect(later.asked).toEqual([])

  const short = answering({
    gather: (row, ask) =>
      ask({
        stage: 'reader',
        passages: labelled(row, 'negative'),
        messages: [{ role: 'user', content: row.query }],
        read: (text) => [text],
      }),
  })
  const { rows } = await runMethod({ input, definition: short.definition, options: { out } })
  expect(rows).toMatchObject({ outcomes: { undecided: 4 }, undecidedReasons: { 'out-of-range': 4 } })
  expect(short.asked.at(-1)?.messages[0]?.content).toContain('asked once more')
  expect(asked).toHaveLength(16)
})

test('is named where a command would need it', async () => {
  const { input, out } = place(makeRows(4))
  const { definition } = answering()
  const { run } = await runMethod({ input, definition, options: { out, writeEvidence: 'jsonl' } })
  const ledger = ledgerOf(out)
  const other = out.replace('out.', 'other.')
  const refusal = `run ${run} was made by the custom method "answered"; built-in methods: rlhn, arhn, percpos, causalneg`
  await expect(apply(input, { out: other, ledger })).rejects.toThrow(refusal)
  await expect(apply(input, { out: other, evidence: out.replace('.jsonl', '.evidence.jsonl') })).rejects.toThrow(
    refusal,
  )
  await expect(explain(out, 'line:1')).rejects.toThrow(refusal)
  expect((await runWinnow(['explain', out, 'line:1'])).stderr).toContain(refusal)
  expect((await runWinnow(['ledger', ledger])).stdout).toContain('answered')
  const recipe = await runWinnow(['clean', input, '--recipe', manifestOf(out), '--judge', 'x'])
  expect(recipe.stderr).toContain(
    'the run used objects of a program, which a recipe cannot hold: the method "answered"',
  )

  // Beside a run of Winnow's own, both are listed.
  await clean(input, { out, judge: new Judge() })
  await expect(apply(input, { out: other, ledger })).rejects.toThrow(/has 2 runs on .*answered: reader reader/s)
})

test('has another name than those of Winnow', async () => {
  const { input, out } = place(makeRows(2))
  const { asked, definition } = answering({ name: 'rlhn' })
  await expect(runMethod({ input, definition, options: { out } })).rejects.toThrow(
    'the name is taken by a built-in method',
  )
  expect(asked).toEqual([])
})

test('may bring lists and sections, as the methods of Winnow do', async () => {
  const { input, out } = place(makeRows(3))
  const { definition: plain } = answering()
  const definition: MethodDefinition = {
    ...plain,
    lists: [{ name: 'seen', holds: 'rows that were seen' }],
    recordsOf: ({ entry }) => [{ list: 'seen', record: { row: entry.row.id } }],
    sections: [{ name: 'own', after: 'figures' }],
    plan: (options) => ({
      ...plain.plan(options),
      tally: () => ({ add: () => undefined, figures: () => ({}), sections: () => ({ own: 3 }) }),
    }),
  }
  const manifest = await runMethod({ input, definition, options: { out } })
  expect(manifest).toMatchObject({ own: 3 })
  expect(readJsonl(manifest.outputs['seen'] as string)).toHaveLength(3)
})

test('leaves its replies in a ledger that can be read', async () => {
  const { input, out } = place(makeRows(2))
  await runMethod({ input, definition: answering().definition, options: { out } })
  const ledger = new SqliteLedger(ledgerOf(out), { mustExist: true })
  expect(await ledger.runs.list()).toMatchObject([{ method: 'answered', prompts: ['answered.reader@1'] }])
  await ledger.close()
})
