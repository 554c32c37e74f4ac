// Rows per second of the decide phase against a bare loop that reads, hashes, looks up and writes with the same file and ledger.
import { hash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import type { Ask, ChatReply, ChatRequest } from '../src/llm/chat.ts'
import { requestKey } from '../src/llm/key.ts'
import { unpackBody } from '../src/llm/ledger/body.ts'
import { Dictionaries } from '../src/llm/ledger/sqlite/dictionaries.ts'
import { SqliteLedger } from '../src/llm/ledger/sqlite/sqlite-ledger.ts'
import { packedIn } from '../src/llm/ledger/seal.ts'
import { rlhnPrompt } from '../src/methods/rlhn/prompt.ts'
import { readLines } from '../src/base/lines.ts'
import { openSink } from '../src/base/sink.ts'
import { decidePhase } from '../src/job/decide-phase.ts'
import type { AskingJob } from '../src/job/job.ts'
import { outputPaths } from '../src/job/outputs.ts'
import { withStages } from '../src/job/stages/stages.ts'
import { storeOf } from '../src/job/stored/store.ts'
import { CallTotals } from '../src/job/call-totals.ts'
import { tasksByDataset } from '../src/tasks/tasks.ts'
import { atLeast, counted, perSecond, type Benchmark, type Figure } from './benchmark.ts'
import { inFolder } from './folder.ts'
import { gatherRows, openJob } from './job.ts'
import { inTurns, medianCpu, medianRate, ratio, ratioText, type Turns } from './measure.ts'
import { madeUpReplies } from './replies.ts'
import { writeRows } from './rows.ts'

const ROWS = 20_000
const NEGATIVES = 15
const PASSAGE = 600
const TURNS = 5
const LEAST = 0.6
const DISTINCT = 400
const INSTRUCTIONS = instructions()

export const decide: Benchmark = {
  name: 'decide',
  summary: `rows/s of the decide phase (${NEGATIVES} negatives of ${PASSAGE} characters), against a bare loop`,
  run: (scale, note) =>
    inFolder(async (folder) => {
      const path = join(folder, 'rows.jsonl')
      const rows = Math.round(ROWS * scale)
      note(`${counted(rows)} rows`)
      await writeRows(path, { rows, negatives: NEGATIVES, passageLength: PASSAGE })
      const [screen, judge] = ['cheap@http://127.0.0.1:1/v1', 'strong@http://127.0.0.1:1/v1']
      const job = await openJob(path, { screen, judge, concurrency: 128 })
      const ledger = new SqliteLedger(join(folder, 'ledger.db'))
      try {
        const keys = await fillLedger(job, ledger)
        const calls = keys.reduce((sum, ofRow) => sum + ofRow.length, 0)
        const rates = await measure(job, ledger, folder, keys)
        return [{ what: 'calls a row', value: (calls / rows).toFixed(2) }, ...figuresOf(rates)]
      } finally {
        await ledger.close()
      }
    }),
}

function measure(job: AskingJob, ledger: SqliteLedger, folder: string, keys: Buffer[][]) {
  const out = join(folder, 'out.jsonl')
  const paths = outputPaths(out)
  return inTurns(TURNS, {
    bare: () => bareLoop(job.input.path, ledger.path, out, keys, true),
    barer: () => bareLoop(job.input.path, ledger.path, out, keys, false),
    winnow: async () => {
      const store = storeOf(ledger)
      const { totals } = await withStages(job, (stages) =>
        decidePhase(job, store, stages, paths, { calls: new CallTotals() }),
      )
      return totals.rows
    },
  })
}

function figuresOf({ bare, barer, winnow }: Turns<'bare' | 'barer' | 'winnow'>): Figure[] {
  return [
    { what: 'bare loop: read, parse, hash, look up, write', value: perSecond(medianRate(bare)) },
    { what: 'barer loop: without parsing the line', value: perSecond(medianRate(barer)) },
    { what: 'decide phase', value: perSecond(medianRate(winnow)) },
    {
      what: 'main thread a row: bare, decide',
      value: [bare, winnow].map((turns) => `${medianCpu(turns).toFixed(0)} µs`).join(', '),
    },
    { what: 'decide / bare', value: ratioText(winnow, bare), target: atLeast(ratio(winnow, bare), LEAST) },
    { what: 'decide / barer', value: ratioText(winnow, barer) },
  ]
}

/**
 * For each line: parses it; then, for each call of its row, hashes a text as long as a prompt (the real instructions and the line) with
 * SHA-256, looks up the reply and inflates it; then writes the line. Lines are read and written by Winnow's own functions. The keys are
 * given: it renders no prompt, reads no reply and decides nothing.
 */
async function bareLoop(
  input: string,
  ledger: string,
  out: string,
  keys: Buffer[][],
  parses: boolean,
): Promise<number> {
  const db = new DatabaseSync(ledger, { readOnly: true })
  const dictionaries = new Dictionaries(db)
  const find = db.prepare('SELECT r.body FROM keys k JOIN replies r ON r.id = k.reply WHERE k.key = ?')
  const sink = await openSink(out)
  let rows = 0
  let digits = 0
  for await (const lines of readLines(input)) {
    for (const { bytes } of lines) {
      const text = bytes.toString('utf8')
      if (parses) digits += Object.keys(JSON.parse(text) as object).length
      for (const key of keys[rows] ?? []) {
        digits += hash('sha256', INSTRUCTIONS + text, 'buffer').length
        const { body } = find.get(key) as { body: Uint8Array }
        const { packed, dictionary } = packedIn(body)
        digits += unpackBody(packed, dictionary === undefined ? undefined : dictionaries.get(dictionary)).text.length
      }
      await sink.write(bytes)
      rows += 1
    }
  }
  await sink.commit()
  db.close()
  return digits > 0 ? rows : 0
}

/** Answers every question of a run with made-up replies, half of which send the row on. Returns each row's keys. */
async function fillLedger(job: AskingJob, ledger: SqliteLedger): Promise<Buffer[][]> {
  const replies = madeUpReplies(DISTINCT, NEGATIVES)
  const keys: Buffer[][] = []
  const answer = async (request: ChatRequest): Promise<ChatReply> => {
    const key = requestKey(request)
    const row = Number(request.source.row.slice(1))
    const reply = replies[key.readUInt16LE(0) % DISTINCT] as ChatReply
    ;(keys[row] ??= []).push(key)
    const { source, model } = request
    await ledger.append({
      key,
      reply,
      model,
      source,
      endpoint: 'x',
      sample: 0,
      run: 'bench',
      cost: 0,
      unsettled: 0,
      latencyMs: 1,
    })
    return reply
  }
  const ask: Ask = Object.assign((requests: ChatRequest[]) => Promise.all(requests.map(answer)), {
    again: () => Promise.resolve(undefined),
  })
  await gatherRows(job, ask)
  return keys
}

/** Returns the system message of a prompt: the part of it that is not in the line. */
function instructions(): string {
  const row = { id: '', query: '', passages: [] }
  return rlhnPrompt('screen').render(tasksByDataset().of(row), row, [])[0]?.content ?? ''
}
