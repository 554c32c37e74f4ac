// Ledgers as Winnow filled them before prompts had rules and sets: what was paid for then is found now, and nothing of it is asked again.
// Every third first reply in them could not be read, so they hold re-asks that quote what was wrong.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { apply } from '../src/job/apply.ts'
import { startChatServer } from './support/chat-server.ts'
import { tempDir } from './support/files.ts'
import { WORLDS } from './support/worlds.ts'

const at = (name: string) => join(import.meta.dirname, 'earlier', name)

function earlier(method: string) {
  const folder = tempDir()
  const [input, ledger, out] = ['rows.jsonl', 'ledger.db', 'out.jsonl'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  copyFileSync(at(`${method}.rows.jsonl`), input)
  writeFileSync(ledger, gunzipSync(readFileSync(at(`${method}.ledger.db.gz`))))
  const expected = readFileSync(at(`${method}.out.jsonl`), 'utf8')
  return { input, ledger, out, expected, written: () => readFileSync(out, 'utf8') }
}

describe.each(WORLDS.filter(({ gives }) => gives === 'words'))('$method', (world) => {
  const measured = world.command === 'grow' ? ({ hardnessModel: 'off' } as const) : {}

  it('is decided again', async () => {
    const { input, ledger, out, expected, written } = earlier(world.method)
    const { rows } = await apply(input, { out, ledger, ...measured })
    expect(rows.outcomes.undecided).toBe(0)
    expect(written()).toBe(expected)
  })

  it('is gone on with in the wording of then, and nothing is asked', async () => {
    const { input, ledger, out, expected, written } = earlier(world.method)
    const server = await startChatServer({ reply: () => ({ status: 400, body: 'nothing is to be asked' }) })
    const asThen = { promptSet: ['paper@1'], ...(world.method === 'rlhn' && { shuffle: 'off' as const }) } as const
    await world.run(input, { ...world.settings(server.url), out, ledger, ...measured, ...asThen }, {})
    await server.close()
    expect(server.requests).toEqual([])
    expect(written()).toBe(expected)
  })

  it('is asked anew in other words, and how to go on is told before', async () => {
    const { input, ledger, out } = earlier(world.method)
    const server = await startChatServer({ reply: () => ({ status: 400, body: 'not today' }) })
    const notices: string[] = []
    const options = { ...world.settings(server.url), out, ledger, ...measured }
    await world.run(input, options, { onNotice: (notice) => notices.push(notice) }).catch(() => undefined)
    await server.close()
    expect(notices.join('\n')).toMatch(
      new RegExp(
        `every \\w+ call will be made; .*--prompt-set paper@1.* goes on with those to ${world.method}\\.\\w+@\\d`,
      ),
    )
  })
})
