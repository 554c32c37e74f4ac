// Starts the studio over a file: opens the run, and serves its page.
import { randomBytes } from 'node:crypto'
import type { Hooks } from '../../base/hooks.ts'
import { BrowsedRun } from '../../browse/browsed-run.ts'
import { readReport, type ReportFile } from '../../browse/report-file.ts'
import { studioApp, type Shown } from './app.ts'
import type { StudioValues } from './options.ts'
import { Page } from './page.ts'
import { startServer } from './server.ts'

export interface Studio {
  /** With the token. */
  address: string
  /** Fails if the index could not be built. */
  failed: Promise<void>
  close(): Promise<void>
}

/** @throws UsageError if the file or the port cannot be used */
export async function startStudio(
  file: string,
  { port, report }: Pick<StudioValues, 'port' | 'report'>,
  hooks: Hooks = {},
): Promise<Studio> {
  const { pageFolder } = await import('../../browse/page-folder.ts')
  const page = new Page(await pageFolder())
  const found = readReport(file)
  const run = found ? undefined : await BrowsedRun.open(file, report, hooks)
  const shown: Shown = run ? { run } : { path: file, report: found as ReportFile }
  try {
    const token = randomBytes(24).toString('base64url')
    const server = await startServer(port, (chosen) => studioApp({ shown, page, token, port: chosen }))
    const close = async () => {
      await server.close()
      await run?.close()
    }
    const failed = run?.indexed ?? Promise.resolve()
    return { address: `http://127.0.0.1:${server.port}/?token=${token}`, failed, close }
  } catch (error) {
    await run?.close()
    throw error
  }
}
