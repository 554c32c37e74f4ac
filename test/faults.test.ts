// A server that does everything wrong that servers do. What cannot be read is undecided, says why, and stays as it was;
// everything else comes out right, and nothing that was answered is asked again.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startChatServer, type ChatServer, type SeenRequest } from './support/chat-server.ts'
import { FAULTS, MAX_RETRIES, type Fault } from './support/faults.ts'
import { linesOf, outputsAt, readJsonl, tempDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { keyOf, storedKeys } from './support/stored.ts'
import { askedIn, cleaned, makeRows, queryOf, rightReply, type SyntheticRow } from './support/synthetic.ts'

interface Case {
  row: SyntheticRow
  fault?: Fault
  /** The server does it every time, or only when the row is asked about first. */
  always: boolean
  /** The model it happens with. */
  model: string
}
interface UndecidedRecord {
  line: number
  row: string
  outcome: string
  reason: string
  calls: { stage: string; model: string; why: string; raw: string | null }[]
}

/** Rows without a fault first, then each fault once and always, at the screen and at the judge by turns. */
function makeCases(): Case[] {
  const faults = FAULTS.flatMap((fault) => [
    ...(fault.recovers === false ? [] : [{ fault, always: false }]),
    { fault, always: true },
  ])
  const rows = makeRows(faults.length + 8).map((row) => flagged(row))
  return rows.map((row, index) => {
    const found = faults[(index - 8 + faults.length) % faults.length]
    return { row, model: index % 2 === 0 ? 'small' : 'large', always: false, ...(index >= 8 && found) }
  })
}

/** Every row goes on to the judge. */
const flagged = (row: SyntheticRow): SyntheticRow => ({ ...row, neg: [...row.neg, `weaker ${row.query} #worse`] })

const isLost = ({ fault, always }: Case) => fault !== undefined && always

/** Misbehaves by the case of the row asked about; a healed server answers everything. */
function badServer(cases: Case[]): Promise<ChatServer & { heal(): void }> {
  const byQuery = new Map(cases.map((each) => [each.row.query, each]))
  const times = new Map<string, number>()
  let isHealed = false
  const reply = (request: SeenRequest) => {
    const query = askedIn(request)
    const found = byQuery.get(query)
    if (found === undefined) return { status: 400, body: 'a row that is not in the file' }
    const right = { text: rightReply(request) }
    if (isHealed || found.fault === undefined || found.model !== request.model) return right
    const before = times.get(query) ?? 0
    times.set(query, before + 1)
    return found.always || before === 0 ? found.fault.act(request) : right
  }
  return startChatServer({ reply }).then((server) => Object.assign(server, { heal: () => void (isHealed = true) }))
}

const argumentsFor = (input: string, out: string, url: string) => {
  const models = ['--screen', `small@${url}`, '--judge', `large@${url}`]
  const limits = ['--concurrency', '12', '--max-retries', String(MAX_RETRIES), '--timeout', '1.5']
  return ['clean', input, '--out', out, ...models, ...limits, '--quiet']
}

/** Rows byte for byte: lost ones as they were, all others with every verdict heeded. */
function expectRows(out: string, cases: Case[], lost: (each: Case) => boolean): void {
  const lines = linesOf(out)
  expect(lines).toHaveLength(cases.length)
  cases.forEach((each, index) => {
    const expected = lost(each) ? each.row : cleaned(each.row)
    expect(lines[index], each.fault?.name).toBe(`${JSON.stringify(expected)}\n`)
  })
}

function expectUndecided(out: string, cases: Case[]): void {
  const records = readJsonl<UndecidedRecord>(out.replace('.jsonl', '.undecided.jsonl'))
  const seen = records.map(({ line, calls, outcome }) => [line, calls.map(({ why }) => why).join(), outcome])
  const expected = cases.flatMap((each, index) =>
    isLost(each) ? [[index + 1, each.fault?.why ?? '', 'undecided']] : [],
  )
  expect(seen).toEqual(expected)
  for (const { line, reason, calls } of records) {
    const { fault, model } = cases[line - 1] as Case
    expect(reason.length, fault?.name).toBeGreaterThan(20)
    expect([calls[0]?.stage, calls[0]?.model]).toEqual([model === 'small' ? 'screen' : 'judge', model])
    expect(typeof calls[0]?.raw, fault?.name).toBe(fault?.stored ? 'string' : 'object')
  }
}

describe('a server that does everything wrong', () => {
  it(
    'leaves undecided exactly what could not be read, and asks again exactly what got no reply',
    { timeout: 180_000 },
    async () => {
      const folder = tempDir()
      const cases = makeCases()
      const input = writeJsonl(
        join(folder, 'rows.jsonl'),
        cases.map(({ row }) => row),
      )
      const out = join(folder, 'cleaned.jsonl')
      const ledger = join(folder, '.winnow', 'ledger.db')
      const server = await badServer(cases)
      const run = (...more: string[]) => runWinnow([...argumentsFor(input, out, server.url), ...more])

      const first = await run()
      expect(first.code, first.stderr).toBe(1)
      expectRows(out, cases, isLost)
      expectUndecided(out, cases)
      expectRequests(server, cases)

      // Again: only what has no stored reply is sent.
      const outputs = outputsAt(out)
      const stored = storedKeys(ledger)
      const before = server.requests.length
      const second = await run()
      expect(second.code, second.stderr).toBe(1)
      expect(outputsAt(out)).toEqual(outputs)
      const sent = server.requests.slice(before)
      const silent = cases.filter((each) => isLost(each) && !each.fault?.stored)
      expect(sent.filter((request) => stored.has(keyOf(request)))).toEqual([])
      expect([...new Set(sent.map(askedIn))].toSorted()).toEqual(silent.map(({ row }) => row.query).toSorted())

      // The server is well again: what got no reply is answered; what could not be read stays until it is asked for.
      server.heal()
      const third = await run()
      expect(third.code).toBe(1)
      expectRows(out, cases, (each) => isLost(each) && each.fault?.stored === true)
      const asked = server.requests.length
      const fourth = await run('--retry-undecided')
      expect(fourth.code, fourth.stderr).toBe(0)
      expectRows(out, cases, () => false)
      const unread = cases.filter((each) => isLost(each) && each.fault?.stored)
      const retried = new Set(server.requests.slice(asked).map(askedIn))
      expect([...retried].toSorted()).toEqual(unread.map(({ row }) => row.query).toSorted())

      // What the new samples said stays, with and without the flag, and without a server.
      await server.close()
      for (const more of [[], ['--retry-undecided']]) {
        const last = await run(...more)
        expect(last.code, last.stderr).toBe(0)
        expectRows(out, cases, () => false)
      }
    },
  )

  it('keeps a row undecided when the new sample of --retry-undecided gets no reply, and goes on', async () => {
    const folder = tempDir()
    const rows = makeRows(6)
    const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
    const out = join(folder, 'cleaned.jsonl')
    let isBroken = false
    const server = await startChatServer({
      reply: (request) => {
        if (isBroken) return { status: 500, body: { error: { message: 'out of order' } } }
        return { text: askedIn(request) === queryOf(2) ? 'garbage' : rightReply(request) }
      },
    })
    const run = (...more: string[]) => runWinnow([...argumentsFor(input, out, server.url), ...more])
    expect((await run()).code).toBe(1)
    const outputs = outputsAt(out)
    isBroken = true
    const again = await run('--retry-undecided')
    await server.close()
    expect(again.code, again.stderr).toBe(1)
    expect(linesOf(out)).toEqual(outputs['rows']?.match(/[^\n]*\n/g))
    expect(linesOf(out.replace('.jsonl', '.undecided.jsonl'))).toHaveLength(1)
  })

  it('never falls back to the screen when the judge cannot be read', async () => {
    const folder = tempDir()
    const row = flagged(makeRows(1)[0] as SyntheticRow)
    const input = join(folder, 'rows.jsonl')
    // An odd spelling that no rewriting would give back.
    const bytes = `{ "query":"${row.query}" , "pos":["p\\u0061"],  "neg":${JSON.stringify(row.neg)}, "n": 1.0}\n`
    writeFileSync(input, bytes)
    const out = join(folder, 'cleaned.jsonl')
    const server = await startChatServer({
      reply: (request) => ({ text: request.model === 'small' ? rightReply(request) : 'no' }),
    })
    const ran = await runWinnow(argumentsFor(input, out, server.url))
    expect(ran.code).toBe(1)
    expect(outputsAt(out)).toMatchObject({ rows: bytes, changes: '', dropped: '' })
    const dropped = await runWinnow(['apply', input, '--out', out, '--undecided', 'drop'])
    await server.close()
    expect([dropped.code, outputsAt(out)['rows'], linesOf(out.replace('.jsonl', '.dropped.jsonl')).length]).toEqual([
      1,
      '',
      1,
    ])
  })
})

/** How often each row was asked about: as often as its fault allows, and once by every other model. */
function expectRequests(server: ChatServer, cases: Case[]): void {
  for (const { row, fault, always, model } of cases) {
    const asked = (name: string) =>
      server.requests.filter((request) => request.model === name && askedIn(request) === row.query).length
    const wanted = fault === undefined ? 1 : always ? fault.requests : 2
    expect(asked(model), `${fault?.name} ${always ? 'always' : 'once'}`).toBe(wanted)
    const other = model === 'small' ? 'large' : 'small'
    expect(asked(other), fault?.name).toBe(model === 'small' && always && fault ? 0 : 1)
  }
}
