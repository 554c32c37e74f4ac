// The data of rows: pages, one row in full, pictures, and other policies.
import type { Hono } from 'hono'
import type { BrowsedRun } from '../../browse/browsed-run.ts'
import { jsonIn, optionsIn, textIn } from './body.ts'
import { lineIn, pageRequest } from './query.ts'

export function rowRoutes(app: Hono, run: BrowsedRun): void {
  app.get('/api/rows', (context) => {
    const { filter, ...request } = pageRequest(new URL(context.req.url).searchParams)
    return context.json(run.index.page(filter, request))
  })
  app.get('/api/rows/:line', async (context) => context.json(await run.row(lineIn(context.req.param('line')))))
  app.get('/api/pictures', async (context) => context.json(await run.pictures()))
  app.get('/api/what-if', (context) => context.json(run.whatIf.view))
  app.post('/api/what-if', async (context) => context.json(await run.tryPolicy(optionsIn(await jsonIn(context)))))
  app.post('/api/what-if/write', async (context) => {
    const { out } = await jsonIn(context)
    return context.json(await run.writePolicy(textIn('out', out)))
  })
}
