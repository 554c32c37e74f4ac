// A server with every fault that servers have. A reply that cannot be read leaves the row undecided and unchanged, with the reason; all
// other results are correct, and nothing that was answered is asked again.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startChatServer, type ChatServer, type SeenRequest } from './support/chat-server.ts'
import { faultsIn, MAX_RETRIES, type Fault } from './support/faults.ts'
import { linesOf, outputsAt, readJsonl, tempDir, writeJsonl } from './support/files.ts'
import { partOf, repetitions } from './support/repetitions.ts'
import { runHere } from './support/run-here.ts'
import { runWinnow } from './support/run-winnow.ts'
import { keyOf, storedKeys } from './support/stored.ts'
import { askedIn, makeRows, queryOf, rightReply, type SyntheticRow } from './support/synthetic.ts'
import { eachWorld, flagsOf, rowsText, WORLDS, type Call, type World } from './support/worlds.ts'

interface Case {
  row: SyntheticRow
  fault?: Fault
  /** The server does it every time, or only when the call is made first. */
  always: boolean
  /** The call that it happens to. */
  call: Call
}
interface UndecidedRecord {
  line: number
  row: string
  outcome: string
  reason?: string
  calls: { stage: string; model: string; why: string; detail: string; raw: string | null }[]
}

/** A fault meets one of the methods; half of them are in the long run. With WINNOW_TEST_ALL=1 it meets each. */
const STRIDE = repetitions(eachWorld.length, 4, 1)

/** Rows without a fault first, then each fault once and always, at each kind of call by turns. */
function makeCases(world: World): Case[] {
  const SOUND = 8
  const turn = eachWorld.findIndex(([, each]) => each === world)
  const ours = faultsIn(world).filter((_fault, index) => index % STRIDE === turn % STRIDE)
  const faults = ours.flatMap((fault) => [
    ...(fault.recovers === false ? [] : [{ fault, always: false }]),
    { fault, always: true },
  ])
  return world.makeRows(faults.length + SOUND).map((plain, index) => {
    const row = world.eventful(plain)
    const found = faults[index - SOUND]
    const calls = world.calls.filter(({ name }) => found?.fault.calls?.includes(name) ?? true)
    // Once and always follow each other: they must not fall to the same calls throughout.
    const at = index + Math.floor(index / calls.length)
    return { row, call: calls[at % calls.length] as Call, always: false, ...found }
  })
}

const isLost = ({ fault, always }: Case) => fault !== undefined && always

/** Misbehaves by the case of the row asked about; a healed server answers everything. */
function badServer(world: World, cases: Case[]): Promise<ChatServer & { heal(): void }> {
  const byQuery = new Map(cases.map((each) => [each.row.query, each]))
  const times = new Map<string, number>()
  let isHealed = false
  const reply = (request: SeenRequest) => {
    const query = askedIn(request)
    const found = byQuery.get(query)
    if (found === undefined) return { status: 400, body: 'a row that is not in the file' }
    const right = world.rightReply(request)
    if (isHealed || found.fault === undefined || !found.call.isIt(request)) return { text: right }
    const before = times.get(query) ?? 0
    times.set(query, before + 1)
    return found.always || before === 0 ? found.fault.act(right) : { text: right }
  }
  return startChatServer({ reply }).then((server) => Object.assign(server, { heal: () => void (isHealed = true) }))
}

const optionsFor = (world: World, out: string, url: string) => ({
  ...world.settings(url),
  out,
  concurrency: 12,
  maxRetries: MAX_RETRIES,
  timeout: 1,
})

/** Rows byte for byte: of lost ones what could not be read is as it was; of all others every verdict is heeded. */
function expectRows(world: World, out: string, cases: Case[], lost: (each: Case) => boolean): void {
  const lines = linesOf(out)
  expect(lines).toHaveLength(cases.length)
  cases.forEach((each, index) => {
    const expected = lost(each) ? each.call.without(each.row) : world.cleaned(each.row)
    expect(lines[index], `${each.fault?.name} of ${each.call.name}`).toBe(rowsText([expected]))
  })
}

function expectUndecided(out: string, cases: Case[]): void {
  const records = readJsonl<UndecidedRecord>(out.replace('.jsonl', '.undecided.jsonl'))
  const seen = records.map(({ line, calls, outcome }) => [line, calls.map(({ why }) => why).join(), outcome])
  const expected = cases.flatMap((each, index) =>
    isLost(each) ? [[index + 1, each.fault?.why ?? '', each.call.undecides ? 'undecided' : 'changed']] : [],
  )
  expect(seen).toEqual(expected)
  for (const { line, reason, calls } of records) {
    const { fault, call } = cases[line - 1] as Case
    expect([calls[0]?.stage, calls[0]?.model]).toEqual([call.stage, call.model])
    expect(calls[0]?.detail.length, fault?.name).toBeGreaterThan(10)
    if (call.undecides) expect(reason, fault?.name).toContain(calls[0]?.detail)
    expect(typeof calls[0]?.raw, fault?.name).toBe(fault?.stored ? 'string' : 'object')
  }
  const { rows } = JSON.parse(linesOf(out.replace('.jsonl', '.manifest.json')).join('')) as {
    rows: { outcomes: Record<string, number>; unreadPassages: number }
  }
  const undecided = cases.filter((each) => isLost(each) && each.call.undecides).length
  expect([rows.outcomes['undecided'], rows.unreadPassages]).toEqual([undecided, expected.length - undecided])
}

describe.each(partOf(eachWorld, (_world, at) => at < 2))(
  'a server that does everything wrong: %s',
  (_method, world) => {
    it(
      'leaves undecided exactly what could not be read, and asks again exactly what got no reply',
      { timeout: 180_000 },
      async () => {
        const folder = tempDir()
        const cases = makeCases(world)
        const input = writeJsonl(
          join(folder, 'rows.jsonl'),
          cases.map(({ row }) => row),
        )
        const out = join(folder, 'cleaned.jsonl')
        const ledger = join(folder, '.winnow', 'ledger.db')
        const server = await badServer(world, cases)
        const run = (more: object = {}) => runHere(world, input, { ...optionsFor(world, out, server.url), ...more })

        // The first start is a process of its own, as a user starts it.
        const first = await runWinnow([world.command, input, ...flagsOf(optionsFor(world, out, server.url)), '--quiet'])
        expect(first.code, first.stderr).toBe(1)
        expectRows(world, out, cases, isLost)
        expectUndecided(out, cases)
        expectRequests(world, server, cases)

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
        expect(third.code).toBe(cases.some((each) => isLost(each) && each.fault?.stored) ? 1 : 0)
        expectRows(world, out, cases, (each) => isLost(each) && each.fault?.stored === true)
        const asked = server.requests.length
        const fourth = await run({ retryUndecided: true })
        expect(fourth.code, fourth.stderr).toBe(0)
        expectRows(world, out, cases, () => false)
        const unread = cases.filter((each) => isLost(each) && each.fault?.stored)
        const retried = new Set(server.requests.slice(asked).map(askedIn))
        expect([...retried].toSorted()).toEqual(unread.map(({ row }) => row.query).toSorted())

        // What the new samples said stays, with and without the flag, and without a server.
        await server.close()
        for (const more of [{}, { retryUndecided: true }]) {
          const last = await run(more)
          expect(last.code, last.stderr).toBe(0)
          expectRows(world, out, cases, () => false)
        }
      },
    )

    it('keeps a row undecided when the new sample of --retry-undecided gets no reply, and goes on', async () => {
      const folder = tempDir()
      const rows = world.makeRows(6)
      const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
      const out = join(folder, 'cleaned.jsonl')
      let isBroken = false
      const server = await startChatServer({
        reply: (request) => {
          if (isBroken) return { status: 500, body: { error: { message: 'out of order' } } }
          return { text: askedIn(request) === queryOf(2) ? 'garbage' : world.rightReply(request) }
        },
      })
      const run = (more: object = {}) => runHere(world, input, { ...optionsFor(world, out, server.url), ...more })
      expect((await run()).code).toBe(1)
      const outputs = outputsAt(out)
      isBroken = true
      const again = await run({ retryUndecided: true })
      await server.close()
      expect(again.code, again.stderr).toBe(1)
      expect(linesOf(out)).toEqual(outputs['rows']?.match(/[^\n]*\n/g))
      expect(linesOf(out.replace('.jsonl', '.undecided.jsonl'))).toHaveLength(1)
    })
  },
)

it('never falls back to the screen when the judge cannot be read', async () => {
  const world = WORLDS[0] as World
  const folder = tempDir()
  const row = world.eventful(makeRows(1)[0] as SyntheticRow)
  const input = join(folder, 'rows.jsonl')
  // An odd spelling that no rewriting would give back.
  const bytes = `{ "query":"${row.query}" , "pos":["p\\u0061"],  "neg":${JSON.stringify(row.neg)}, "n": 1.0}\n`
  writeFileSync(input, bytes)
  const out = join(folder, 'cleaned.jsonl')
  const server = await startChatServer({
    reply: (request) => ({ text: request.model === 'small' ? rightReply(request) : 'no' }),
  })
  const ran = await runHere(world, input, optionsFor(world, out, server.url))
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

/** How often each call was made: as often as its fault allows, every other once, and none that rests on what could not be read. */
function expectRequests(world: World, server: ChatServer, cases: Case[]): void {
  const byQuery = Map.groupBy(server.requests, askedIn)
  for (const { row, fault, always, call } of cases) {
    const made = (each: Call) => (byQuery.get(row.query) ?? []).filter((request) => each.isIt(request)).length
    const wanted = (each: Call) => {
      if (fault === undefined) return 1
      if (each === call) return always ? fault.requests : 2
      return always && call.skips.includes(each.name) ? 0 : 1
    }
    expect(world.calls.map(made), `${fault?.name} ${always ? 'always' : 'once'}: ${call.name}`).toEqual(
      world.calls.map(wanted),
    )
  }
}
