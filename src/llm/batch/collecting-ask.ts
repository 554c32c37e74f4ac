// The third way to get replies: looks in the ledger, and puts what is missing into a batch job. A row with a miss is suspended.
import type { ChatReply, ChatRequest } from '../chat.ts'
import type { AskObserver, GatherAsk } from '../ask.ts'
import { requestKey } from '../key.ts'
import { findOne, type Ledger } from '../ledger/ledger.ts'
import type { BatchedModel, Collector } from './collector.ts'
import { Suspended } from './suspended.ts'

interface CollectingOptions {
  ledger: Ledger
  collector: Collector
  /** Maps a stage's name to its model. */
  models: ReadonlyMap<string, BatchedModel>
  observer: Pick<AskObserver, 'found'>
  /** Whether requests with unreadable replies are asked once more, with a new sample number. */
  retryUndecided: boolean
}

/** Creates an ask that sends nothing. @throws Suspended where a reply is missing, once the request is in a job */
export function collectingAsk({ ledger, collector, models, observer, retryUndecided }: CollectingOptions): GatherAsk {
  const adding = new Set<Promise<void>>()
  /** The sample that a request may be asked for once more, by the key of its first. */
  const allowed = new Map<string, number>()

  const collect = (request: ChatRequest, key: Buffer): Promise<void> => {
    const { stage } = request.source
    const model = models.get(stage)
    if (model === undefined) throw new Error(`no model for the stage ${stage}`)
    const work = collector.add(request, key, model)
    adding.add(work)
    const done = () => adding.delete(work)
    work.then(done, done)
    return work
  }

  const all = async (requests: ChatRequest[]): Promise<ChatReply[]> => {
    const keys = requests.map(requestKey)
    const found = await ledger.find(keys)
    const missing = requests.flatMap((request, at) =>
      found[at] === undefined ? [{ request, key: keys[at] as Buffer }] : [],
    )
    found.forEach((reply, at) => reply && observer.found(requests[at] as ChatRequest, reply))
    if (missing.length === 0) return found as ChatReply[]
    const added = await Promise.allSettled(missing.map(({ request, key }) => collect(request, key)))
    const failure = added.find((each) => each.status === 'rejected')
    // A failure counts once nothing else of the row is open, as in the pass that decides.
    if (failure && added.every((each) => each.status === 'rejected')) throw failure.reason as Error
    throw new Suspended()
  }

  const again = async (request: ChatRequest, first: ChatRequest): Promise<ChatReply | undefined> => {
    const stored = await findOne(ledger, requestKey(request))
    if (stored || !retryUndecided) return stored
    const base = requestKey(first).toString('latin1')
    const sample = allowed.get(base) ?? request.sample
    allowed.set(base, sample)
    return sample === request.sample ? (await all([request]))[0] : undefined
  }

  const settled = async (): Promise<void> => {
    while (adding.size > 0) await Promise.allSettled(adding)
    await ledger.settled()
  }
  return Object.assign(all, { again, stored: (request: ChatRequest) => findOne(ledger, requestKey(request)), settled })
}
