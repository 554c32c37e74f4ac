// The login of a ledger in PostgreSQL stands in no file, message or ledger; what was written names the database, and the login comes from the
// surroundings.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startChatServer } from './support/chat-server.ts'
import { outputsAt, tempDir, writeJsonl } from './support/files.ts'
import { describeWithPostgres, sharedPostgres } from './support/postgres.ts'
import { runWinnow, type ProcessResult } from './support/run-winnow.ts'
import { eachWorld, flagsOf, rowsText, type World } from './support/worlds.ts'

const SECRET = /se-cr-et|winnow:|winnow@|winnow%40/
const [[, world] = []] = eachWorld as [[string, World]]
const ENV = { PGUSER: 'winnow', PGPASSWORD: 'se-cr-et' }

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())

function expectNoLogin(folder: string, ...ran: ProcessResult[]): void {
  for (const path of filesIn(folder)) expect(readFileSync(path, 'latin1'), path).not.toMatch(SECRET)
  for (const { stdout, stderr } of ran) expect(stdout + stderr.replaceAll('winnow: ', '')).not.toMatch(SECRET)
}

describeWithPostgres('the login of a ledger in PostgreSQL', () => {
  const postgres = sharedPostgres()

  async function arrange() {
    const folder = tempDir()
    const rows = (world as World).makeRows(6)
    const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
    const server = await startChatServer({ reply: (request) => ({ text: (world as World).rightReply(request) }) })
    const out = join(folder, 'out.jsonl')
    const models = flagsOf((world as World).settings(server.url))
    const expected = rowsText(rows.map((world as World).cleaned))
    return { folder, input, server, out, models, expected }
  }

  it('stands nowhere, and further commands take it from the surroundings', async () => {
    const { folder, input, server, out, models, expected } = await arrange()
    const ledger = await postgres().database()
    const page = ['--html', join(folder, 'page.html'), '--write-evidence', 'jsonl']
    const ran = [await runWinnow(['clean', input, '--out', out, ...models, '--ledger', ledger, ...page, '--json'])]
    expect(ran[0]?.code, ran[0]?.stderr).toBe(0)
    expect(outputsAt(out)['rows']).toBe(expected)
    const manifest = join(folder, 'out.manifest.json')
    const { options } = JSON.parse(readFileSync(manifest, 'utf8')) as { options: { ledger: string } }
    expect(options.ledger).toBe(ledger.replace(/:\/\/.*@/, '://'))
    const asked = server.requests.length

    const again = join(folder, 'again.jsonl')
    ran.push(await runWinnow(['clean', input, '--recipe', manifest, '--out', again], { env: ENV }))
    expect(ran[1]?.code, ran[1]?.stderr).toBe(0)
    expect(outputsAt(again)['rows']).toBe(expected)
    const applied = join(folder, 'applied.jsonl')
    ran.push(await runWinnow(['apply', input, '--out', applied, '--ledger', ledger]))
    expect(outputsAt(applied)['rows']).toBe(expected)
    ran.push(await runWinnow(['explain', out, 'line:1'], { env: ENV }))
    ran.push(await runWinnow(['changes', out], { env: ENV }), await runWinnow(['ledger', ledger, '--json']))
    for (const { code, stderr } of ran.slice(2)) expect(code, stderr).toBe(0)
    await server.close()
    expect(server.requests).toHaveLength(asked)
    expectNoLogin(folder, ...ran)

    const tables = await postgres().query(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'winnow'",
      ledger,
    )
    for (const { name } of tables) {
      const rows = await postgres().query(`SELECT t::text AS row FROM winnow.${String(name)} t`, ledger)
      expect(JSON.stringify(rows), String(name)).not.toMatch(SECRET)
    }
  })

  it('stands in no error', async () => {
    const { folder, input, server, out, models } = await arrange()
    const ledger = await postgres().database()
    const wrong = ledger.replace('se-cr-et', 'other-se-cr-et')
    const strange = [
      wrong,
      `${ledger}-none`,
      ledger.replace(/:\d+\//, ':1/'),
      'postgres://winnow:se-cr-et@',
      `${ledger}?lease=x`,
    ]
    for (const place of strange) {
      const ran = [
        await runWinnow(['clean', input, '--out', out, ...models, '--ledger', place]),
        await runWinnow(['clean', input, '--out', out, ...models, `--ledger=${place}`]),
        await runWinnow(['ledger', place]),
        await runWinnow(['apply', input, '--out', out, '--ledger', place]),
        await runWinnow(['explain', input, '1', '--ledger', place]),
      ]
      for (const { code, stderr } of ran) expect(`${code} ${stderr}`).toMatch(/^2 winnow: .*ledger/)
      expectNoLogin(folder, ...ran)
    }
    await server.close()
    expect(server.requests).toEqual([])
  })
})
