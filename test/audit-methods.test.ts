// Audits of runs by arhn and percpos: what their evidence says of a passage, and people against ranks and scores.
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { auditsBeside, openAudit } from '../src/audit/audit.ts'
import { drawSample } from '../src/audit/draw.ts'
import { reportOf } from '../src/audit/reported.ts'
import { clean } from '../src/commands/clean/clean.ts'
import { apply } from '../src/job/apply.ts'
import { judgeAll } from './support/audit-rows.ts'
import { startChatServer, type ChatServer } from './support/chat-server.ts'
import { gradedReply, gradedRows } from './support/graded.ts'
import { modelOf } from './support/model-of.ts'
import { scoredReply, scoredRows } from './support/scored.ts'
import { place } from './support/two-models.ts'

let server: ChatServer
beforeAll(async () => {
  server = await startChatServer({ reply: (request) => ({ text: scoredReply(request) }) })
})
afterAll(() => server.close())

it('percpos: what reaches the share is found, and people keep it or take it', async () => {
  const { input, out } = place(scoredRows(40))
  const scorer = `some/reranker@${server.url}/rerank`
  await clean(input, { out, method: 'percpos', scorer, noCheck: true, pilot: 0 })
  const { head, items } = await drawSample(out, { n: 80, strata: ['verdict', 'to'], assessors: 'anna' })
  expect(head.strata.map(({ values }) => [values.verdict, values.to])).toEqual([
    ['not suspected', 'negative'],
    ['suspected', 'ignored'],
  ])
  expect(items.filter(({ found, to }) => found !== (to === 'ignored'))).toEqual([])
  const audit = await openAudit(out, auditsBeside(out)[0] ?? '')
  // The opposite of what the scorer says.
  judgeAll(audit, 'anna', ({ found }) => (found === true ? 0 : 3))
  const report = await reportOf(audit.sample.path, {}, {})
  expect(report.judges.map(({ stage, precision }) => [stage, precision.value])).toEqual([['run', 0]])
  const manifest = await apply(input, {
    out: join(dirname(out), 'audited.jsonl'),
    human: 'overrides',
    whenNoNegativesLeft: 'keep',
  })
  const missed = items.filter(({ found }) => found === false).length
  expect(manifest.passages.relabelled).toEqual({ human: missed })
})

it('arhn: an answer is a find of the extraction, a rank above the anchor one of the run', async () => {
  const { input, out } = place(gradedRows(20))
  await clean(input, { out, method: 'arhn', judge: modelOf(gradedReply), task: 'web-search', noCheck: true, pilot: 0 })
  const { items } = await drawSample(out, { n: 500, strata: ['verdict', 'stage', 'to'] })
  for (const { judges, found } of items) {
    const extraction = judges.find(({ stage }) => stage === 'extract')
    expect(extraction?.relevant).toBe(extraction?.verdict === 'answers')
    expect(found).toBe(extraction?.relevant)
  }
  expect(new Set(items.map(({ to }) => to)).size).toBeGreaterThan(1)
})
