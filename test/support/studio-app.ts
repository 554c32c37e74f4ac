// The studio's server in this process, over a file: requests without a socket, with the token unless a test says otherwise.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { RowsPage, RowSummary } from '../../src/browse/api.ts'
import { BrowsedRun } from '../../src/browse/browsed-run.ts'
import { readReport } from '../../src/browse/report-file.ts'
import { studioApp, type Shown } from '../../src/commands/studio/app.ts'
import { Page } from '../../src/commands/studio/page.ts'
import { tempDir } from './files.ts'

export const TOKEN = 'a-token-for-tests'
export const PORT = 4711
export const HOST = `127.0.0.1:${PORT}`

interface Answer<T = unknown> {
  status: number
  headers: Headers
  text: string
  json: T
}

export interface OpenedStudio {
  run: BrowsedRun | undefined
  /** Asks with the token and the right host; headers come in their place. */
  get<T>(path: string, headers?: Record<string, string>): Promise<Answer<T>>
  post<T>(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer<T>>
  close(): Promise<void>
}

/** Opens the studio over a file, and by default waits until its index is complete. */
export async function openApp(file: string, { isWhole = true } = {}): Promise<OpenedStudio> {
  const report = readReport(file)
  const run = report ? undefined : await BrowsedRun.open(file, undefined)
  const shown: Shown = run ? { run } : { path: file, report: report as NonNullable<typeof report> }
  const app = studioApp({ shown, page: new Page(placeholder()), token: TOKEN, port: PORT })
  if (isWhole) {
    await run?.source
    await run?.indexed
  }
  const ask = async <T>(path: string, init: RequestInit): Promise<Answer<T>> => {
    const response = await app.request(`http://${HOST}${path}`, init)
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: (isJson ? JSON.parse(text) : undefined) as T,
    }
  }
  const usual = { host: HOST, authorization: `Bearer ${TOKEN}` }
  let isClosed = false
  const close = async () => {
    if (!isClosed) await run?.close()
    isClosed = true
  }
  onTestFinished(close)
  return {
    run,
    get: (path, headers = {}) => ask(path, { headers: { ...usual, ...headers } }),
    post: (path, body, headers = {}) =>
      ask(path, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { ...usual, 'content-type': 'application/json', ...headers },
      }),
    close,
  }
}

/** Returns all rows, of at most 500. */
export const rowsIn = async (studio: OpenedStudio): Promise<RowSummary[]> =>
  (await studio.get<RowsPage>('/api/rows?limit=500')).json.rows

/** A page of two files, and a file that is none of it. */
function placeholder(): string {
  const folder = join(tempDir(), 'web')
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>')
  writeFileSync(join(folder, 'assets/page-1a2b.js'), 'export {}')
  writeFileSync(join(folder, '../secret.html'), 'secret')
  return folder
}
