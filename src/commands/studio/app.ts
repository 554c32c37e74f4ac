// The studio's server as an application: the page, and its data under /api/.
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { auditsBeside } from '../../audit/audit.ts'
import { messageOf, WinnowError } from '../../base/errors.ts'
import type { BrowsedRun } from '../../browse/browsed-run.ts'
import type { ReportFile } from '../../browse/report-file.ts'
import { reportView, runView } from '../../browse/run-view.ts'
import { auditRoutes } from './audit-routes.ts'
import { ownRequests, refused, tokenOnly, withHeaders, type Guarding } from './guard.ts'
import type { Page } from './page.ts'
import { rowRoutes } from './row-routes.ts'

/** What is shown: rows, or a report. */
export type Shown = { run: BrowsedRun } | { path: string; report: ReportFile }

export interface StudioParts extends Guarding {
  shown: Shown
  page: Page
}

/** The most bytes of a body. */
const MOST_BYTES = 1 << 16

export function studioApp({ shown, page, ...guarding }: StudioParts): Hono {
  const app = new Hono()
  app.use(withHeaders)
  app.use(ownRequests(guarding))
  app.use(tokenOnly(guarding))
  app.use(
    bodyLimit({
      maxSize: MOST_BYTES,
      onError: (context) => refused(context, 413, `allowed: bodies of up to ${MOST_BYTES} bytes`),
    }),
  )
  if ('run' in shown) addRows(app, shown.run)
  else {
    app.get('/api/run', (context) => context.json(reportView(shown.path, shown.report)))
    app.get('/api/report', (context) => context.json(shown.report.report))
  }
  app.all('/api/*', (context) =>
    refused(context, 404, `there is no ${context.req.method} ${context.req.path} for this file`),
  )
  app.get('*', (context) => page.answer(context))
  app.onError((error, context) => {
    if (error instanceof WinnowError) return refused(context, 400, messageOf(error), error.hint ?? null)
    return refused(context, 500, `the studio failed: ${messageOf(error)}`)
  })
  return app
}

function addRows(app: Hono, run: BrowsedRun): void {
  app.get('/api/run', (context) => context.json(runView(run, auditsBeside(run.rows))))
  rowRoutes(app, run)
  auditRoutes(app, run.rows)
}
