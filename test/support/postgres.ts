// A PostgreSQL server of the tests' own: a cluster in a temporary folder, on a free port of 127.0.0.1. Without PostgreSQL, suites are
// visibly skipped.
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest'

const VERSIONS = '/usr/lib/postgresql'
const STARTS_MS = 60_000
const PASSWORD = 'se-cr-et'
/** Tests lose nothing by a power cut. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: 60, unix_socket_directories: '' }

/** The folder of the newest PostgreSQL's programs: that of WINNOW_POSTGRES, else where Debian puts it. */
export const programs = process.env['WINNOW_POSTGRES'] ?? newest()

function newest(): string | undefined {
  if (!existsSync(VERSIONS)) return undefined
  const folders = readdirSync(VERSIONS).toSorted((a, b) => Number(b) - Number(a))
  return folders.map((version) => join(VERSIONS, version, 'bin')).find((folder) => existsSync(join(folder, 'initdb')))
}

/** Declares a suite that needs PostgreSQL. */
export function describeWithPostgres(name: string, body: () => void): void {
  if (programs !== undefined) {
    describe(name, { timeout: 120_000 }, body)
    return
  }
  process.stderr.write(`SKIPPED: ${name}: there is no PostgreSQL in ${VERSIONS}; set WINNOW_POSTGRES\n`)
  describe(`${name} (no PostgreSQL)`, () => it.skip('needs PostgreSQL: set WINNOW_POSTGRES', () => undefined))
}

export interface PostgresServer {
  port: number
  /** Makes an empty database and returns its address, with the login of its owner. */
  database(): Promise<string>
  /** The address of a database, with the login of the superuser. */
  asSuperuser(url: string): string
  /** Runs statements as the superuser, in a database or in that of the server itself. */
  query(sql: string, url?: string): Promise<Record<string, unknown>[]>
  start(): void
  /** Ends connections and the server, as an administrator does. */
  stop(): void
  /** Ends the server as a crash does. */
  crash(): void
  close(): void
}

/** Returns what gives the server of the tests of a suite, whose users are `postgres` and `winnow`, an ordinary one. */
export function sharedPostgres(settings: Record<string, string | number> = {}): () => PostgresServer {
  let server: PostgresServer | undefined
  beforeAll(async () => {
    server = await newServer(settings)
  }, STARTS_MS)
  afterAll(() => server?.close(), STARTS_MS)
  return () => server as PostgresServer
}

/** Starts a server for one test. */
export async function startOwnPostgres(settings: Record<string, string | number> = {}): Promise<PostgresServer> {
  const server = await newServer(settings)
  onTestFinished(() => server.close())
  return server
}

/** Starts a server, to be closed by whoever starts it. */
export async function newServer(settings: Record<string, string | number> = {}): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'winnow-postgres-'))
  const port = await freePort()
  chmodSync(folder, 0o755)
  const data = join(folder, 'data')
  const secret = join(folder, 'password')
  asOrdinaryUser(folder, 'sh', ['-c', `printf %s ${PASSWORD} > ${secret}`])
  asOrdinaryUser(folder, join(programs as string, 'initdb'), [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'scram-sha-256',
    `--pwfile=${secret}`,
    '--no-sync',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
  ])
  const given = Object.entries({ ...SETTINGS, port, listen_addresses: '127.0.0.1', ...settings })
  const options = given.map(([name, value]) => `-c ${name}='${value}'`).join(' ')
  const control = (...args: string[]) =>
    asOrdinaryUser(folder, join(programs as string, 'pg_ctl'), ['-D', data, '-w', '-t', '60', ...args])
  const server = serverAt(port, {
    start: () => control('start', '-l', join(folder, 'log'), '-o', options),
    stop: (how) => control('stop', '-m', how),
    remove: () => {
      if (existsSync(join(data, 'postmaster.pid'))) control('stop', '-m', 'immediate')
      rmSync(folder, { recursive: true, force: true })
    },
  })
  server.start()
  await server.query(`CREATE ROLE winnow LOGIN PASSWORD '${PASSWORD}'`)
  return server
}

interface Control {
  start(): void
  stop(how: 'fast' | 'immediate'): void
  remove(): void
}

function serverAt(port: number, control: Control): PostgresServer {
  let databases = 0
  const address = (user: string, database: string) => `postgres://${user}:${PASSWORD}@127.0.0.1:${port}/${database}`
  const asSuperuser = (url: string) => address('postgres', new URL(url).pathname.slice(1))
  const query = async (sql: string, url = address('postgres', 'postgres')) => {
    const client = new Client(asSuperuser(url))
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows
    } finally {
      await client.end()
    }
  }
  return {
    port,
    asSuperuser,
    query,
    start: control.start,
    stop: () => control.stop('fast'),
    crash: () => control.stop('immediate'),
    close: control.remove,
    database: async () => {
      const name = `ledger_${(databases += 1)}`
      await query(`CREATE DATABASE ${name} OWNER winnow`)
      return address('winnow', name)
    },
  }
}

/** PostgreSQL refuses to run as root. */
function asOrdinaryUser(folder: string, program: string, args: string[]): void {
  const isRoot = process.getuid?.() === 0
  const user = spawnSync('id', ['-u', 'postgres']).status === 0 ? 'postgres' : 'nobody'
  const as = ['setpriv', `--reuid=${user}`, `--regid=${userGroup(user)}`, '--clear-groups', program, ...args]
  if (isRoot) execFileSync('chown', [user, folder])
  const [command = '', ...rest] = isRoot ? as : [program, ...args]
  execFileSync(command, rest, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  })
}

const userGroup = (user: string) => execFileSync('id', ['-g', user], { encoding: 'utf8' }).trim()

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
