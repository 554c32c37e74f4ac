// --reasoning-effort, --extra-body and --service-tier: what is sent, what of it makes another request, and who takes none of it.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { SeenRequest } from './support/chat-server.ts'
import { readJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { makeRows } from './support/synthetic.ts'
import { clean, place, twoModels } from './support/two-models.ts'

const { model, requests, forget } = twoModels()
const EXTRA = '{"top_p": 0.9, "chat_template_kwargs": {"enable_thinking": true}}'
const bodies = () => requests().map(({ body }: SeenRequest) => body)

const manifestAt = (out: string) =>
  JSON.parse(readFileSync(out.replace('.jsonl', '.manifest.json'), 'utf8')) as Record<string, unknown>
const runAt = (out: string) => String(manifestAt(out)['run'])

test('effort and further fields are sent, make another request, and are found again by apply', async () => {
  const rows = makeRows(3)
  const { input, out } = place(rows)
  const judge = ['--judge', model('large')]
  const sent = [...judge, '--reasoning-effort', 'low', '--extra-body', EXTRA]
  expect((await clean(input, out, ...judge)).code).toBe(0)
  const ids = [runAt(out)]
  expect(bodies()).toHaveLength(3)
  expect(bodies()[0]).not.toHaveProperty('reasoning_effort')
  forget()
  expect((await clean(input, out, ...sent)).code).toBe(0)
  expect(bodies()).toHaveLength(3)
  expect(bodies()[0]).toMatchObject({ reasoning_effort: 'low', max_tokens: 4096 + 4096, ...JSON.parse(EXTRA) })
  forget()
  expect((await clean(input, out, ...sent)).code).toBe(0)
  expect(bodies()).toEqual([])

  const changed = readJsonl(out)
  ids.push(runAt(out))
  expect(new Set(ids).size).toBe(2)
  for (const id of ids) {
    const applied = await runWinnow(['apply', input, '--out', out, '--run', id])
    expect(applied.code, applied.stderr).toBe(0)
    expect(readJsonl(out)).toEqual(changed)
  }
})

test('the tier is sent and recorded, and the same is not asked again for another', async () => {
  const { input, out } = place(makeRows(2))
  const judge = ['--judge', model('large')]
  expect((await clean(input, out, ...judge, '--service-tier', 'flex')).code).toBe(0)
  expect(bodies()[0]).toMatchObject({ service_tier: 'flex', max_tokens: 4096 })
  expect(JSON.stringify(manifestAt(out))).toContain('"serviceTier":"flex"')
  forget()
  expect((await clean(input, out, ...judge)).code).toBe(0)
  expect(bodies()).toEqual([])
})

test('the cap counts what may be thought', async () => {
  const { input, out } = place(makeRows(1))
  const most = ['--judge', model('large'), '--price', '0/100', '--max-usd', '1']
  const ran = await clean(input, out, ...most, '--reasoning-effort', 'high')
  expect(ran.stderr).toContain('the next call could cost up to $3.6864')
  expect(bodies()).toEqual([])
})

test.each([
  [
    ['--reasoning-effort', 'low', '--judge', 'replay:examples/replies/judge.jsonl'],
    'replay:examples/replies/judge.jsonl takes no such setting',
  ],
  [['--extra-body', '{"a": 1}', '--judge', 'gguf:model.gguf'], 'gguf:model.gguf takes no such setting'],
  [
    ['--reasoning-effort', 'low', '--method', 'percpos', '--scorer', 'r@http://127.0.0.1:9/rerank'],
    '--reasoning-effort: not an option of the method percpos',
  ],
  [
    ['--service-tier', 'flex', '--judge', 'replay:examples/replies/judge.jsonl'],
    '--service-tier: replay:examples/replies/judge.jsonl has none',
  ],
  [
    ['--service-tier', 'flex', '--method', 'percpos', '--scorer', 'r@http://127.0.0.1:9/rerank'],
    '--service-tier: a scorer has none',
  ],
  [
    ['--reasoning-effort', 'much', '--judge', 'm@http://127.0.0.1:9/v1'],
    'allowed: none, minimal, low, medium, high, xhigh',
  ],
  [['--extra-body', '[1]', '--judge', 'm@http://127.0.0.1:9/v1'], 'allowed: a JSON object'],
  [['--extra-body', '{"n": 2}', '--judge', 'm@http://127.0.0.1:9/v1'], 'Winnow itself sets n'],
  [['--extra-body', '{"api_key": "x"}', '--judge', 'm@http://127.0.0.1:9/v1'], 'it seems to hold a key'],
])('%j is refused', async (options, why) => {
  const { input, out } = place(makeRows(1))
  const ran = await clean(input, out, ...options)
  expect(ran.code).toBe(2)
  expect(ran.stderr).toContain(why)
})
