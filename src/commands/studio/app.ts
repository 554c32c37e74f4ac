// The studio's server as an application: the page, and its data under /api/.
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { messageOf, WinnowError } from '../../base/errors.ts'
import type { BrowsedRun } from '../../browse/browsed-run.ts'
import { runView } from '../../browse/run-view.ts'
import type { Pictures } from '../../browse/api.ts'
import { ownRequests, refused, tokenOnly, withHeaders, type Guarding } from './guard.ts'
import { lineIn, pageRequest } from './query.ts'
import type { Page } from './page.ts'

export interface StudioParts extends Guarding {
  run: BrowsedRun
  report: string | undefined
  page: Page
}

/** The most bytes of a body. */
const MOST_BYTES = 1 << 20

export function studioApp({ run, report, page, ...guarding }: StudioParts): Hono {
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
  app.get('/api/run', (context) => context.json(runView(run, report, [], 'not yet')))
  app.get('/api/rows', (context) => {
    const { filter, ...request } = pageRequest(new URL(context.req.url).searchParams)
    return context.json(run.index.page(filter, request))
  })
  app.get('/api/rows/:line', async (context) => context.json(await run.row(lineIn(context.req.param('line')))))
  app.get('/api/pictures', (context) => {
    const pictures: Pictures = { positions: [], cost: [], ...run.index.pictures() }
    return context.json(pictures)
  })
  app.all('/api/*', (context) => refused(context, 404, `there is no ${context.req.method} ${context.req.path}`))
  app.get('*', (context) => page.answer(context))
  app.onError((error, context) => {
    if (!(error instanceof WinnowError)) throw error
    return refused(context, 400, messageOf(error), error.hint ?? null)
  })
  return app
}
