// What a run would ask, as far as it can be known before anything is sent.
import type { Ask, ChatReply, ChatRequest } from '../../llm/chat.ts'
import { requestKey } from '../../llm/key.ts'
import type { MethodPlan } from '../../method/definition.ts'
import type { Models } from '../models.ts'
import type { Probing } from './probing.ts'

/** Whose requests they are. */
interface Forecast {
  plan: Pick<MethodPlan, 'create' | 'forecast'>
  models: Pick<Models, 'identities'>
}

/** An ask that notes every request and answers so that the method goes on. */
export function noting({ plan: { forecast } }: Pick<Forecast, 'plan'>) {
  const requests: ChatRequest[] = []
  const ask: Ask = Object.assign(
    async (asked: ChatRequest[]) => {
      requests.push(...asked)
      return asked.map((request) => expectedReply(forecast, request))
    },
    { again: () => Promise.resolve(undefined) },
  )
  return { requests, ask }
}

export const expectedReply = (forecast: MethodPlan['forecast'], request: ChatRequest): ChatReply => ({
  text: forecast.reply(request),
  finishReason: 'stop',
})

/** The requests of the check of the models, each once, without those that are made about the rows themselves. */
export async function probeRequests(
  job: Forecast,
  probing: Probing,
): Promise<{ probes: number; requests: ChatRequest[] }> {
  if (probing === undefined || 'leftOut' in probing) return { probes: 0, requests: [] }
  const { check, probes } = probing
  const [ofRows, ofProbes] = [noting(job), noting(job)]
  const [method, look] = [job.plan.create(job.models.identities), check.create(job.models.identities)]
  for (const probe of probes) {
    await method(probe.of, ofRows.ask)
    await look(probe, ofProbes.ask)
  }
  const keyOf = (request: ChatRequest) => requestKey(request).toString('latin1')
  const known = new Set(ofRows.requests.map(keyOf))
  const further = new Map(ofProbes.requests.map((request) => [keyOf(request), request]))
  return {
    probes: probes.length,
    requests: [...further].flatMap(([key, request]) => (known.has(key) ? [] : [request])),
  }
}
