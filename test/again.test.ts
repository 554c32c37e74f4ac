// A run that was gathered before, started again: it reads what is in the ledger, and asks only for what is not.
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RowProgress } from '../src/job/hooks.ts'
import { startChatServer, type ScriptedReply, type SeenRequest } from './support/chat-server.ts'
import { outputsAt, tempDir, writeJsonl } from './support/files.ts'
import { eachWorld, rowNumberIn, rowsText, type World } from './support/worlds.ts'

/** A run, to be started again, and the questions of each start. */
async function started(world: World, reply: (request: SeenRequest) => ScriptedReply = right(world), many = 24) {
  const server = await startChatServer({ reply })
  onTestFinished(() => server.close())
  const folder = tempDir()
  const rows = world.makeRows(many)
  const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
  const [out, ledger] = [join(folder, 'out.jsonl'), join(folder, 'l.db')]
  const options = { ...world.settings(server.url), out, ledger, pilot: 5 }
  const run = async (more: object = {}) => {
    const before = server.requests.length
    const phases: string[] = []
    const onRow = ({ phase }: RowProgress) => phases.at(-1) === phase || phases.push(phase)
    const { calls, pilot } = await world.run(input, { ...options, ...more }, { onRow })
    const sums = Object.values(calls).map(({ made, found }) => made + found)
    return { asked: server.requests.length - before, sums, calls, pilot, phases, outputs: outputsAt(out) }
  }
  return { run, rows, ledger }
}

const right =
  (world: World) =>
  (request: SeenRequest): ScriptedReply => ({ text: world.rightReply(request) })

const without = (outputs: Record<string, string | undefined>) => ({ ...outputs, manifest: undefined })

describe.each(eachWorld)('%s, started again', (_method, world) => {
  it('asks nothing, counts each reply once, and writes the same', async () => {
    const { run, rows } = await started(world)
    const first = await run()
    expect(first.outputs['rows']).toBe(rowsText(rows.map(world.cleaned)))
    for (const again of [await run(), await run({ pilot: 0 }), await run({ retryUndecided: true })]) {
      expect(again.asked).toBe(0)
      expect(without(again.outputs)).toEqual(without(first.outputs))
      expect(again.sums).toEqual(first.sums)
      for (const { made } of Object.values(again.calls)) expect(made).toBe(0)
    }
    expect((await run()).pilot).toEqual(first.pilot)
  })

  it('asks for what the ledger has lost, wherever it is', async () => {
    const { run, ledger } = await started(world)
    const first = await run()
    const ids = all(ledger, 'SELECT id FROM replies ORDER BY id').map(({ id }) => id as number)
    for (const id of [ids[0], ids[Math.floor(ids.length / 2)], ids.at(-1)]) {
      lose(ledger, id as number)
      const again = await run()
      expect(again.asked).toBe(1)
      expect(without(again.outputs)).toEqual(without(first.outputs))
      expect(again.sums).toEqual(first.sums)
    }
    expect((await run()).asked).toBe(0)
  })

  it('asks again for what failed', async () => {
    let isWell = false
    const server = (request: SeenRequest): ScriptedReply =>
      isWell || rowNumberIn(request) !== 70 ? right(world)(request) : { status: 400, body: 'not this one' }
    const { run, rows } = await started(world, server, 80)
    const first = await run({ noStop: true })
    expect(first.outputs['rows']).not.toBe(rowsText(rows.map(world.cleaned)))
    // It is known beforehand that a reply is missing: nothing is decided and then given up. The row is not among the first 64.
    expect((await run({ noStop: true, pilot: 0 })).phases[0]).toBe('gather')
    isWell = true
    const second = await run()
    expect(second.asked).toBeGreaterThan(0)
    expect((await run({ pilot: 0 })).phases).not.toContain('gather')
    expect(second.outputs['rows']).toBe(rowsText(rows.map(world.cleaned)))
  })
})

function all(path: string, sql: string): Record<string, unknown>[] {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    return db.prepare(sql).all()
  } finally {
    db.close()
  }
}

function lose(path: string, id: number): void {
  const db = new DatabaseSync(path)
  db.exec(`DELETE FROM keys WHERE reply = ${id}; DELETE FROM replies WHERE id = ${id}`)
  db.close()
}
