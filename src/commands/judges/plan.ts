// A dry run of judges: what each would be asked and might cost, without sending anything.
import type { Hooks } from '../../base/hooks.ts'
import { counted, dollars, plural } from '../../base/format.ts'
import { estimate, type Estimate } from '../../job/gather/estimate.ts'
import { openModels } from '../../job/models.ts'
import { callValuesOf, methodOf } from './methods.ts'
import type { JudgeName } from './names.ts'
import type { JudgesInput } from './options.ts'
import { withSubject, type Subject } from './subject.ts'

export interface JudgesPlan {
  rows: number
  /** Gold passages among those that are shown. */
  passages: number
  judges: { name: string; calls: number; usd: Estimate['usd'] | null }[]
}

/** Returns what `judges` with these options would ask. Calls and cost are those of the first rows of the file, for as many rows as the sample has. */
export function planJudges(rows: string, given: JudgesInput, hooks: Hooks = {}): Promise<JudgesPlan> {
  return withSubject(rows, given, hooks, async (subject) => {
    const { names, sample } = subject
    const judges: JudgesPlan['judges'] = []
    for (const name of names) judges.push(await planOf(name, subject, hooks))
    const passages = sample.reduce((sum, row) => sum + row.passages.length, 0)
    return { rows: sample.length, passages, judges }
  })
}

async function planOf(judge: JudgeName, subject: Subject, hooks: Hooks): Promise<JudgesPlan['judges'][number]> {
  const { name, kind } = judge
  if (kind !== 'chat' && kind !== 'scorer') return { name, calls: 0, usd: { low: 0, high: 0, worst: 0 } }
  const { values, input, reading, sample } = subject
  const { definition, plan } = methodOf(judge, values)
  const models = await openModels(plan, callValuesOf(values), hooks, false)
  try {
    const settings = { options: {}, identities: models.identities, limit: null }
    const scan = { ...reading.scan, rows: sample.length }
    const { stages, usd } = await estimate({
      definition,
      plan,
      models,
      input,
      scan,
      run: { id: '', method: definition.name, settings },
    })
    return { name, calls: stages.reduce((sum, { calls }) => sum + calls.high, 0), usd: usd ?? null }
  } finally {
    await models.close()
  }
}

export function planText({ rows, passages, judges }: JudgesPlan): string[] {
  return [
    `${plural(rows, 'row')} with ${plural(passages, 'gold passage')} would be shown to each judge:`,
    ...judges.map(({ name, calls, usd }) => {
      const cost = usd
        ? `about ${dollars(usd.high)}, never more than ${dollars(usd.worst)} before re-asks`
        : 'cost unknown: give the price with --price IN/OUT'
      return `  ${name}: ${calls === 0 ? 'no calls' : `${counted(calls)} calls · ${cost}`}`
    }),
    'Nothing was sent. Replies that are in the ledger already cost nothing.',
  ]
}
