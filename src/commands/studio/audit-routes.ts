// The data of an audit: what to judge, judgements, and how far people and judges agree.
import type { Hono } from 'hono'
import { auditsBeside, openAudit } from '../../audit/audit.ts'
import { auditReport } from '../../audit/report.ts'
import { UsageError } from '../../base/errors.ts'
import type { NewJudgement, Undo } from '../../audit/api.ts'
import { jsonIn, textIn } from './body.ts'

/** @param rows the file beside which samples lie */
export function auditRoutes(app: Hono, rows: string): void {
  /** Without a name, opens the sample of the rows themselves. */
  const open = (name = auditsBeside(rows)[0] ?? '') => openAudit(rows, name)
  app.get('/api/audit', async (context) => context.json((await open(context.req.query('name'))).view()))
  app.get('/api/audit/next', async (context) => {
    const audit = await open(context.req.query('name'))
    return context.json(audit.next(textIn('assessor', context.req.query('assessor'))))
  })
  app.get('/api/judgements', async (context) => {
    const { judgements } = await open(context.req.query('name'))
    judgements.refresh()
    return context.json(judgements.standing.all())
  })
  app.post('/api/judgements', async (context) => {
    const body = await jsonIn(context)
    return context.json((await open(textIn('name', body['name']))).judge(judgementIn(body)))
  })
  app.post('/api/judgements/undo', async (context) => {
    const { name, assessor } = undoIn(await jsonIn(context))
    return context.json((await open(name)).undo(assessor))
  })
  app.get('/api/agreement', async (context) => {
    const audit = await open(context.req.query('name'))
    return context.json(auditReport(audit.sample, audit.judgements))
  })
}

const undoIn = ({ name, assessor }: Record<string, unknown>): Undo => ({
  name: textIn('name', name),
  assessor: textIn('assessor', assessor),
})

function judgementIn({ name, assessor, item, grade, seconds }: Record<string, unknown>): NewJudgement {
  if (typeof grade !== 'number' && grade !== 'unsure' && grade !== 'skip') {
    throw new UsageError(`grade ${JSON.stringify(grade)}: allowed: a grade of the scale, "unsure", "skip"`)
  }
  if (typeof seconds !== 'number' || !(seconds >= 0)) {
    throw new UsageError(`seconds ${JSON.stringify(seconds)}: allowed: a number of 0 or more`)
  }
  return {
    name: textIn('name', name),
    assessor: textIn('assessor', assessor),
    item: textIn('item', item),
    grade,
    seconds,
  }
}
