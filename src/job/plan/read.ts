// Goes through the rows of a plan once: what is in the ledger, what will be asked, and what that needs.
import { unitHash } from '../../base/hash.ts'
import type { ChatReply, ChatRequest } from '../../llm/chat.ts'
import { requestKey } from '../../llm/key.ts'
import type { Ledger } from '../../llm/ledger/ledger.ts'
import type { Gate } from '../../method/cascade.ts'
import { isAsked } from '../../method/definition.ts'
import { readRows } from '../../rows/read.ts'
import { limitOf, rowsOf, type AskingJob } from '../job.ts'
import { prepare } from '../prepare.ts'
import type { Row } from '../../rows/row.ts'
import { openRow, seenRow, type Counting } from './account.ts'
import type { RowTotals } from './row-totals.ts'
import { expectedCalls, knownCalls, nameOf, type ExpectedCall, type KnownCalls } from './trace.ts'

/** What a pass over the rows needs besides them. */
export interface Reading {
  counting: Counting
  totals: RowTotals
  /** undefined if it has no replies of this method. */
  ledger: Ledger | undefined
  gate: Gate | undefined
  /** Whether requests with unreadable replies are asked once more. */
  retries: boolean
  /** Shares of the rows that are counted, and of those with replies that are measured. */
  counted: number
  measured: number
  found: Found
  onRow(done: number): void
}

/** What the ledger has. */
export interface Found {
  /** Replies by stage. */
  calls: Map<string, number>
  /** Rows of which some reply is there. */
  rows: number
  /** Rows that have nothing left to ask. */
  done: number
  /** Rows that no model is asked about. */
  silent: number
  /** The most rounds of questions of a row. */
  rounds: number
  /** Requests that equal one of an earlier row. */
  shared: number
}

export async function readAll(jobs: readonly AskingJob[], reading: Reading): Promise<void> {
  const asked = new Set<string>()
  let offset = 0
  for (const job of jobs) {
    await readJob(job, reading, asked, offset)
    offset += rowsOf(job)
  }
}

async function readJob(job: AskingJob, reading: Reading, asked: Set<string>, offset: number): Promise<void> {
  const { definition, plan, scan, models, hooks } = job
  const limit = limitOf(job)
  const method = plan.create(models.identities, reading.gate)
  let index = -1
  for await (const batch of readRows(job.input)) {
    for (const entry of batch) {
      if (!('row' in entry)) continue
      index += 1
      if (index >= limit) return
      hooks.signal?.throwIfAborted()
      reading.onRow(offset + index)
      const row = prepare(entry.row, scan.known, plan.keepDuplicates).asked
      const isCounted = reading.counted >= 1 || unitHash(`plan ${entry.row.id}`) < reading.counted
      if (!isCounted && reading.ledger === undefined) continue
      if (isAsked(definition, row)) await readRow({ method, row, index: offset + index, isCounted }, reading, asked)
      else {
        reading.found.silent += 1
        if (isCounted) reading.totals.add(undefined)
      }
    }
  }
}

interface ReadRow {
  method: ReturnType<AskingJob['plan']['create']>
  row: Row
  index: number
  isCounted: boolean
}

async function readRow(
  { method, row, index, isCounted }: ReadRow,
  reading: Reading,
  asked: Set<string>,
): Promise<void> {
  const { counting, found, totals, ledger, retries } = reading
  const known = await knownCalls(method, row, ledger, retries)
  note(found, known)
  if (known.found.length > 0 && unitHash(`seen ${row.id}`) < reading.measured) {
    const expected = await expectedCalls(method, row, counting.forecast)
    if (isBegun(expected, known))
      totals.see(seenRow(index, await timed(known, ledger), known.missing, expected, counting))
  }
  if (!isCounted) return
  const stored = new Map<string, ChatReply>(known.found.map(({ request, reply }) => [nameOf(request), reply]))
  const expected =
    known.missing.length === 0 ? [] : await expectedCalls(method, row, counting.forecast, stored, retries)
  found.rounds = Math.max(found.rounds, ...expected.map(({ round }) => round + 1))
  // Equal requests share a call, but only where all rows are counted is it known which are equal.
  const isNew = (request: ChatRequest) => reading.counted < 1 || isFirst(asked, request, found)
  const missing = known.missing.filter(isNew)
  const pending = new Set(known.missing.map(nameOf))
  const following = expected.filter(({ request }) => !pending.has(nameOf(request)) && isNew(request))
  const isOpen = missing.length + following.length > 0
  totals.add(isOpen ? openRow(index, { found: known.found, missing }, following, counting) : undefined)
}

function isFirst(asked: Set<string>, request: ChatRequest, found: Found): boolean {
  const name = nameOf(request)
  if (asked.has(name)) {
    found.shared += 1
    return false
  }
  asked.add(name)
  return true
}

function note(found: Found, known: KnownCalls): void {
  for (const { request } of known.found) {
    const { stage } = request.source
    found.calls.set(stage, (found.calls.get(stage) ?? 0) + 1)
  }
  if (known.found.length > 0) found.rows += 1
  if (known.missing.length === 0) found.done += 1
}

/** Whether all that is asked first has a reply. */
function isBegun(expected: readonly ExpectedCall[], known: KnownCalls): boolean {
  const replied = new Set(known.found.map(({ request }) => nameOf(request)))
  return expected.every(({ request, round }) => round > 0 || replied.has(nameOf(request)))
}

/** The replies of a row with the time that each took. */
const timed = ({ found }: KnownCalls, ledger: Ledger | undefined) =>
  Promise.all(
    found.map(async (call) => ({
      ...call,
      seconds: ((await ledger?.provenanceOf(requestKey(call.request)))?.latencyMs ?? 0) / 1000,
    })),
  )
