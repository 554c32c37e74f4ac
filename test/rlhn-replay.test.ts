// The recorded replies of RLHN's authors, through the whole command line: over HTTP, from the ledger, and from replay files.
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startChatServer, type ChatServer, type SeenRequest } from './support/chat-server.ts'
import { dataPath, describeWithData } from './support/data.ts'
import { linesOf, outputsAt, readJsonl, tempDir } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'

interface RecordedRow {
  query_id: string
  query: string
  positive_passages: { docid: string; text: string }[]
  negative_passages: { docid: string; text: string }[]
  response: string
  finish_reason: string | string[]
}
interface Change {
  row: string
  passage: string
  from: string
  to: string
  stage: string
  model: string
  verdict: string
  reason: string
}

const STAGE_1 = dataPath('rlhn', 'fiqa.stage_1.gpt-4o-mini.jsonl')
const STAGE_2 = dataPath('rlhn', 'fiqa.stage_2.gpt-4o.jsonl')
const COUNTS = {
  'rlhn-text': { positives: 76, negatives: 373, relabelled: 2, removed: 0 },
  'rlhn-code': { positives: 97, negatives: 352, relabelled: 23, removed: 0 },
  safe: { positives: 76, negatives: 352, relabelled: 2, removed: 21 },
}
type Preset = keyof typeof COUNTS
const PRESETS = Object.keys(COUNTS) as Preset[]

/** Answers as the authors' models did: the row is found by its query, the file by the model's name. */
async function replayServer(): Promise<ChatServer> {
  const recorded: Record<string, RecordedRow[]> = { 'gpt-4o-mini': readJsonl(STAGE_1), 'gpt-4o': readJsonl(STAGE_2) }
  return startChatServer({
    latencyMs: () => Math.random() * 20,
    reply: (request) => {
      const row = rowOf(request, recorded[request.model] ?? [])
      if (row === undefined) return { status: 404, body: { error: { message: 'no such recording' } } }
      return { text: row.response, finish: [row.finish_reason].flat()[0] ?? 'stop' }
    },
  })
}

function rowOf({ messages }: SeenRequest, rows: RecordedRow[]): RecordedRow | undefined {
  const shown = messages.map(({ content }) => content).join('\n')
  return rows
    .filter(({ query }) => shown.includes(query))
    .toSorted((a, b) => b.query.length - a.query.length)
    .at(0)
}

function counted(out: string) {
  const rows = readJsonl<RecordedRow>(out)
  const sum = (column: 'positive_passages' | 'negative_passages') =>
    rows.reduce((total, row) => total + row[column].length, 0)
  return { rows: rows.length, positives: sum('positive_passages'), negatives: sum('negative_passages') }
}

/** The counts of data/README.md, and every row either the very bytes of the input or listed in the changes. */
function expectOutcome(out: string, preset: Preset): void {
  const { relabelled, removed, ...passages } = COUNTS[preset]
  expect(counted(out), preset).toEqual({ rows: 25, ...passages })

  const changes = readJsonl<Change>(out.replace('.jsonl', '.changes.jsonl'))
  expect(changes.filter(({ to }) => to === 'positive')).toHaveLength(relabelled)
  expect(changes.filter(({ to }) => to === 'ignored')).toHaveLength(removed)
  expect(changes.every(({ from, stage, reason }) => from === 'negative' && stage === 'judge' && reason !== '')).toBe(
    true,
  )

  const before = linesOf(STAGE_1)
  const after = linesOf(out)
  const changed = new Set(changes.map(({ row }) => row))
  expect(changed.size).toBe(preset === 'rlhn-text' ? 1 : 10)
  after.forEach((line, index) => {
    const id = (JSON.parse(line) as RecordedRow).query_id
    expect(id).toBe((JSON.parse(before[index] ?? '{}') as RecordedRow).query_id)
    if (changed.has(id)) expectMoved(before[index] ?? '', line, changes)
    else expect(line).toBe(before[index])
  })
  const { dropped, undecided } = outputsAt(out)
  expect([dropped, undecided]).toEqual(['', ''])
}

/** Passages are exactly where the changes say, whole; no other column is touched. */
function expectMoved(before: string, after: string, changes: Change[]): void {
  const { positive_passages, negative_passages, positive_passage_ids, negative_passage_ids, ...rest } = JSON.parse(
    before,
  ) as RecordedRow & Record<string, unknown>
  const mine = changes.filter(({ row }) => row === rest.query_id)
  const left = new Set(mine.map(({ passage }) => passage))
  const joined = new Set(mine.filter(({ to }) => to === 'positive').map(({ passage }) => passage))
  const positives = [...positive_passages, ...negative_passages.filter(({ docid }) => joined.has(docid))]
  const negatives = negative_passages.filter(({ docid }) => !left.has(docid))
  expect(left.size).toBe(mine.length)
  expect(JSON.parse(after)).toEqual({
    ...rest,
    positive_passages: positives,
    negative_passages: negatives,
    positive_passage_ids: positives.map(({ docid }) => docid),
    negative_passage_ids: negatives.map(({ docid }) => docid),
  })
  expect([positive_passage_ids, negative_passage_ids].every(Array.isArray)).toBe(true)
}

/** The labels that each stage gave, told from the ledger by deciding on one stage alone. */
async function expectLabels(input: string, folder: string, args: string[], stage: string): Promise<Change[]> {
  const out = join(folder, `${stage}.jsonl`)
  const ran = await runWinnow(['clean', input, '--out', out, ...args, '--preset', 'rlhn-code'])
  expect(ran.code, ran.stderr).toBe(0)
  return readJsonl<Change>(out.replace('.jsonl', '.changes.jsonl'))
}

describeWithData('rlhn', 'RLHN on the recorded replies of its authors', () => {
  it('cascades over HTTP, and decides again for free with every preset', async () => {
    const folder = tempDir()
    const input = join(folder, 'train.jsonl')
    copyFileSync(STAGE_1, input)
    const server = await replayServer()
    const models = [
      '--screen',
      `gpt-4o-mini@${server.url}`,
      '--judge',
      `gpt-4o@${server.url}`,
      '--shuffle',
      'off',
      '--no-check',
      '--confirm',
      '0',
    ]
    const out = join(folder, 'cleaned.jsonl')
    const ran = await runWinnow(['clean', input, '--out', out, ...models])
    await server.close()

    expect(ran.code, ran.stderr).toBe(0)
    const asked = (model: string) => server.requests.filter((request) => request.model === model)
    expect([asked('gpt-4o-mini').length, asked('gpt-4o').length, server.requests.length]).toEqual([25, 17, 42])
    expect(server.requests.every(({ repeat }) => repeat === 0)).toBe(true)
    const judged = readJsonl<RecordedRow>(STAGE_2)
    const seen = asked('gpt-4o').map((request) => rowOf(request, judged)?.query_id)
    expect(seen.toSorted()).toEqual(judged.map(({ query_id }) => query_id).toSorted())
    expectOutcome(out, 'safe')

    const verdicts = readJsonl<Change>(join(folder, 'cleaned.changes.jsonl'))
    const better = verdicts.filter(({ verdict }) => verdict === 'better')
    expect([better.length, new Set(better.map(({ row }) => row)).size]).toEqual([2, 1])
    expect(verdicts.filter(({ verdict }) => verdict === 'worse')).toHaveLength(21)

    // The server is gone: whatever comes now comes from the ledger.
    for (const preset of PRESETS) {
      const again = join(folder, `${preset}.jsonl`)
      const applied = await runWinnow(['apply', input, '--out', again, '--preset', preset])
      expect(applied.code, applied.stderr).toBe(0)
      expectOutcome(again, preset)
    }
    expect(outputsAt(join(folder, 'safe.jsonl'))).toEqual(outputsAt(out))
    const repeated = join(folder, 'repeated.jsonl')
    const rerun = await runWinnow(['clean', input, '--out', repeated, ...models, '--preset', 'rlhn-code'])
    expect(rerun.code, rerun.stderr).toBe(0)
    expect(outputsAt(repeated)).toEqual(outputsAt(join(folder, 'rlhn-code.jsonl')))
    expect(server.requests).toHaveLength(42)
  })

  it.each(PRESETS)('gives the same from replay files: %s', async (preset) => {
    const folder = tempDir()
    const out = join(folder, 'cleaned.jsonl')
    const models = ['--screen', `replay:${STAGE_1}`, '--judge', `replay:${STAGE_2}`]
    const ran = await runWinnow(['clean', STAGE_1, '--out', out, ...models, '--preset', preset])
    expect(ran.code, ran.stderr).toBe(0)
    expectOutcome(out, preset)
  })

  it('reads 5 passages as better at stage 1, and 2 in one row at stage 2', async () => {
    const folder = tempDir()
    const screened = await expectLabels(STAGE_1, folder, ['--screen', `replay:${STAGE_1}`], 'screen')
    expect(screened.filter(({ verdict }) => verdict === 'better')).toHaveLength(5)
    expect(new Set(screened.map(({ row }) => row)).size).toBe(17)
    const judged = await expectLabels(STAGE_2, folder, ['--judge', `replay:${STAGE_2}`], 'judge')
    const better = judged.filter(({ verdict }) => verdict === 'better')
    expect([better.length, new Set(better.map(({ row }) => row)).size, judged.length]).toEqual([2, 1, 23])
    expect(existsSync(join(folder, 'screen.manifest.json'))).toBe(true)
  })
})
