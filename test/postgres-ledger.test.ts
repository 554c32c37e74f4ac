// A ledger in PostgreSQL that cannot be opened or used says why, and shows no login.
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { openLedger } from '../src/llm/ledger/open.ts'
import { requestKey } from '../src/llm/key.ts'
import type { Ledger, OpenOptions } from '../src/llm/ledger/ledger.ts'
import { tempDir } from './support/files.ts'
import { entryOf, requestOf } from './support/ledger-entries.ts'
import { describeWithPostgres, startOwnPostgres, sharedPostgres } from './support/postgres.ts'
import { runWinnow } from './support/run-winnow.ts'

/** What opening a ledger says that cannot be opened. */
async function refusal(url: string, options?: OpenOptions): Promise<string> {
  const error = await openLedger(url, options).then(
    async (ledger) => {
      await ledger.close()
      throw new Error('it was opened')
    },
    (thrown: unknown) => thrown as Error & { hint?: string },
  )
  const said = `${error.name}: ${error.message}\n${error.hint}`
  expect(`${said}${String(error.cause ?? '')}`).not.toMatch(/se-cr-et|odd-login/)
  return said.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
}

const changed = (url: string, change: (url: URL) => void) => {
  const address = new URL(url)
  change(address)
  return address.href
}

describeWithPostgres('a ledger in PostgreSQL', () => {
  const server = sharedPostgres()
  beforeAll(async () => {
    await server().query(`CREATE ROLE "odd-login" LOGIN PASSWORD 'se-cr-et'`)
  })

  describe('that cannot be opened says why', () => {
    it('no server', async () => {
      expect(await refusal('postgres://odd-login:se-cr-et@127.0.0.1:1/db')).toMatchInlineSnapshot(`
        "UsageError: cannot open the ledger postgres://HOST/db: no server answers there
        Check that the server runs, and host and port."
      `)
      expect(await refusal('postgres://odd-login:se-cr-et@no-such-host.invalid/db')).toContain('host')
    })

    it('an address that cannot be read', async () => {
      expect(await refusal('postgres://odd-login:se-cr-et/@host/db')).toMatchInlineSnapshot(`
        "UsageError: --ledger: the address of the database cannot be read
        It is postgres://USER@HOST:PORT/DATABASE, with signs like @ / ? # % in a name or password written as %40 %2F %3F %23 %25. The password may stand in PGPASSWORD."
      `)
      expect(await refusal('postgres://odd-login:se-cr-et@host')).toContain('cannot be read')
      expect(await refusal('postgres://odd-login:se-cr-et@host/db?lease=1')).toMatchInlineSnapshot(`
        "UsageError: --ledger: lease=1 is not a number of seconds; allowed: 2 to 3600 (default: 30)
        undefined"
      `)
    })

    it('a login that is refused', async () => {
      const url = await server().database()
      expect(await refusal(changed(url, (each) => (each.password = 'wrong-se-cr-et')))).toMatchInlineSnapshot(`
        "UsageError: cannot open the ledger postgres://HOST/ledger_1: the server refuses the login
        Write the user into the address and the password into PGPASSWORD or ~/.pgpass: postgres://USER@HOST/DATABASE."
      `)
      expect(await refusal(changed(url, (each) => (each.username = 'no-odd-login')))).toContain('refuses the login')
      expect(await refusal(changed(url, (each) => (each.password = '')))).toMatchInlineSnapshot(`
        "UsageError: cannot open the ledger postgres://HOST/ledger_1: the server asks for a password
        Write the user into the address and the password into PGPASSWORD or ~/.pgpass: postgres://USER@HOST/DATABASE."
      `)
    })

    it('no such database', async () => {
      expect(await refusal(changed(await server().database(), (each) => (each.pathname = '/none'))))
        .toMatchInlineSnapshot(`
        "UsageError: cannot open the ledger postgres://HOST/none: the server has no such database
        Make it with createdb, or correct the name."
      `)
    })

    it('encryption that the server does not offer', async () => {
      expect(await refusal(`${await server().database()}?sslmode=require`)).toMatchInlineSnapshot(`
        "UsageError: cannot open the ledger postgres://HOST/ledger_3: the server does not offer the encryption that was asked for
        Correct sslmode in the address, or PGSSLMODE."
      `)
    })

    it('a user who may not make tables, or not read them', async () => {
      const url = await server().database()
      const other = changed(url, (each) => (each.username = 'odd-login'))
      expect(await refusal(other)).toMatchInlineSnapshot(`
        "UsageError: cannot open the ledger postgres://HOST/ledger_4: the user lacks a right
        docs/postgres.md lists the rights that a user needs."
      `)
      await (await openLedger(url)).close()
      expect(await refusal(other)).toContain('the user lacks a right')
    })

    it('a ledger that must be there and is not', async () => {
      expect(await refusal(await server().database(), { mustExist: true })).toMatchInlineSnapshot(`
        "UsageError: no ledger in postgres://HOST/ledger_5
        winnow clean or grow makes it."
      `)
    })

    it('tables of a newer Winnow, or of another program', async () => {
      const url = await server().database()
      await (await openLedger(url)).close()
      await server().query('UPDATE winnow.ledger SET version = 9', url)
      expect(await refusal(url)).toMatchInlineSnapshot(`
        "UsageError: postgres://HOST/ledger_6: the ledger has schema 9; this Winnow reads schemas 1 to 1
        Use the Winnow that wrote it, or a newer one."
      `)
      await server().query('DROP TABLE winnow.ledger', url)
      expect(await refusal(url)).toMatchInlineSnapshot(`
        "UsageError: postgres://HOST/ledger_6: its schema winnow is not a ledger
        Name another database."
      `)
    })

    it('a replica', async () => {
      const url = await server().database()
      await (await openLedger(url)).close()
      await server().query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_transaction_read_only = on`)
      expect(await refusal(url)).toMatchInlineSnapshot(`
        "UsageError: cannot open the ledger postgres://HOST/ledger_7: the server may only be read: it is a replica
        Name the primary server; after a failover, the new one."
      `)
      const ledger = await openLedger(url, { mustExist: true, orRead: true })
      expect((await ledger.contents()).replies).toBe(0)
      await ledger.close()
    })

    it('too many connections, once it has waited for one', { timeout: 60_000 }, async () => {
      const small = await startOwnPostgres({ max_connections: 6, superuser_reserved_connections: 1 })
      const url = await small.database()
      const ledgers: Ledger[] = []
      for (let count = 0; count < 2; count++) {
        const ledger = await openLedger(url)
        await Promise.all([ledger.find([requestKey(requestOf('a'))]), ledger.append(entryOf(requestOf('a')))])
        ledgers.push(ledger)
      }
      const [first] = ledgers
      const opening = openLedger(url, { patienceMs: 10_000 }).then(async (third) => {
        await Promise.all([third.find([requestKey(requestOf('a'))]), third.append(entryOf(requestOf('b')))])
        return third
      })
      const held = new Promise((resolve) => setTimeout(resolve, 1_500))
      await held
      await first?.close()
      const third = await opening
      expect((await third.contents()).replies).toBe(3)
      await Promise.all([third.close(), ledgers[1]?.close()])
    })
  })

  it('is made by many at once', async () => {
    const url = await server().database()
    const ledgers = await Promise.all(Array.from({ length: 10 }, () => openLedger(url)))
    await Promise.all(ledgers.map((ledger, index) => ledger.append(entryOf(requestOf(`q${index}`)))))
    expect((await ledgers[0]?.contents())?.replies).toBe(10)
    await Promise.all(ledgers.map((ledger) => ledger.close()))
  })

  it('takes nothing from the clock of a worker', async () => {
    const url = `${await server().database()}?lease=2`
    const [one, two] = [await openLedger(url), await openLedger(url)]
    const claim = { key: requestKey(requestOf('a')), run: 'r1', amount: 1, cap: undefined }
    expect(await one.claim(claim)).toEqual({ state: 'granted' })
    const now = Date.now()
    const clock = vi.spyOn(Date, 'now').mockReturnValue(now + 86_400_000)
    expect(await two.claim(claim)).toEqual({ state: 'elsewhere' })
    clock.mockReturnValue(now - 86_400_000)
    expect(await two.claim(claim)).toEqual({ state: 'elsewhere' })
    clock.mockRestore()
    await Promise.all([one.close(), two.close()])
  })

  it('that is damaged names the reply', async () => {
    const url = await server().database()
    const ledger = await openLedger(url)
    await Promise.all(['a', 'b'].map((name) => ledger.append(entryOf(requestOf(name)))))
    await server().query('UPDATE winnow.replies SET cost = 1 WHERE id = 1', url)
    const found = await Promise.allSettled(['a', 'b'].map((name) => ledger.find([requestKey(requestOf(name))])))
    expect(found.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect(String((found[0] as PromiseRejectedResult).reason)).toMatch(/cannot read the reply .*its checksum differs/)
    await ledger.close()
  })

  it('is listed by winnow ledger, whose work on files it refuses', async () => {
    const url = await server().database()
    const ledger = await openLedger(url)
    await ledger.append(entryOf(requestOf('a')))
    await ledger.close()
    const { code, stdout } = await runWinnow(['ledger', url])
    expect(code).toBe(0)
    expect(stdout.replaceAll(/:\d+\//g, ':PORT/')).toMatch(
      /^postgres:\/\/127.0.0.1:PORT\/ledger_\d+: 1 reply, \d+ KiB\n/,
    )
    for (const option of ['--verify', '--salvage', '--compact']) {
      const refused = await runWinnow(['ledger', url, option], { cwd: tempDir() })
      expect(refused.code).toBe(2)
      expect(refused.stderr).toContain(`${option}: for ledgers in files`)
      expect(refused.stderr).not.toContain('se-cr-et')
    }
  })
})
