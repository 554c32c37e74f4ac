// The third way to get replies: looks in the ledger, and puts what is missing into a batch job. A row with a miss is suspended.
import { Pending } from '../../base/pending.ts'
import type { ChatReply, ChatRequest } from '../chat.ts'
import type { AskObserver, GatherAsk } from '../ask.ts'
import { CallError } from '../errors.ts'
import { requestKey } from '../key.ts'
import { findOne, type Ledger } from '../ledger/ledger.ts'
import type { BatchedModel, Collector } from './collector.ts'
import { Suspended } from './suspended.ts'

interface CollectingOptions {
  ledger: Ledger
  collector: Collector
  /** Maps a stage's name to its model. */
  models: ReadonlyMap<string, BatchedModel>
  observer: Pick<AskObserver, 'found' | 'failed'>
  /** Answers the stages that no batch API serves. */
  online: GatherAsk
  /** Whether requests with unreadable replies are asked once more, with a new sample number. */
  retryUndecided: boolean
}

/** Creates an ask that sends nothing. @throws Suspended where a reply is missing, once the request is in a job */
export function collectingAsk({
  ledger,
  collector,
  models,
  observer,
  online,
  retryUndecided,
}: CollectingOptions): GatherAsk {
  const adding = new Pending()
  /** The sample that a request may be asked for once more, by the key of its first. */
  const allowed = new Map<string, number>()

  const all = async (requests: ChatRequest[]): Promise<ChatReply[]> => {
    const model = requests[0] && models.get(requests[0].source.stage)
    if (model === undefined) return online(requests)
    const keys = requests.map(requestKey)
    const found = await ledger.find(keys)
    const added: Promise<void>[] = []
    requests.forEach((request, at) => {
      const reply = found[at]
      if (reply) observer.found(request, reply)
      else added.push(adding.add(collector.add(request, keys[at] as Buffer, model)))
    })
    if (added.length === 0) return found as ChatReply[]
    const failures = (await Promise.allSettled(added)).filter((each) => each.status === 'rejected')
    // A failure counts once nothing else of these is open, as in the pass that decides.
    if (failures.length < added.length) throw new Suspended()
    const [{ reason }] = failures as [PromiseRejectedResult]
    if (reason instanceof CallError)
      requests.filter((_each, at) => !found[at]).forEach((each) => observer.failed(each, reason))
    throw reason as Error
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
    await adding.settled()
    await ledger.settled()
    await online.settled()
  }
  return Object.assign(all, { again, stored: (request: ChatRequest) => findOne(ledger, requestKey(request)), settled })
}
