// One model on several servers: each call goes to the server with the fewest calls; one that does not answer is left alone for a while.
import type { Capacity, ChatModel, ChatRequest, Completion } from './chat.ts'
import { CallError } from './errors.ts'

interface Place {
  model: ChatModel
  inFlight: number
  failuresInARow: number
  /** Until when others are tried first, by `performance.now()`. */
  restsUntil: number
}

const FIRST_REST_MS = 1_000
const LONGEST_REST_MS = 60_000
/** Failures after which the user is told. */
const TOLD_AFTER = 3

/**
 * @param models the same model at each place
 * @param onNotice receives a sentence when a place has stopped to answer, and when it answers again
 */
export function pooledModel(models: readonly ChatModel[], onNotice: (sentence: string) => void): ChatModel {
  const [first] = models as [ChatModel]
  const places = models.map((model): Place => ({ model, inFlight: 0, failuresInARow: 0, restsUntil: 0 }))
  return {
    identity: first.identity,
    endpoint: models.map(({ endpoint }) => endpoint).join(', '),
    price: dearestOf(models),
    places: places.length,
    ...(first.inBatch && { inBatch: first.inBatch }),
    capacity: () => capacityOf(models),
    complete: (request, signal) => completeAt(places, request, signal, onNotice),
    close: async () => void (await Promise.all(models.map((model) => model.close?.()))),
  }
}

async function completeAt(
  places: readonly Place[],
  request: ChatRequest,
  signal: AbortSignal,
  onNotice: (sentence: string) => void,
): Promise<Completion> {
  const tried = new Set<Place>()
  for (;;) {
    const place = bestOf(places, tried)
    tried.add(place)
    try {
      return { endpoint: place.model.endpoint, ...(await at(place, places, request, signal, onNotice)) }
    } catch (error) {
      const isElsewhere = error instanceof CallError && isOfThePlace(error) && !signal.aborted
      if (!isElsewhere || tried.size === places.length) throw error
    }
  }
}

/** Whether another server may well answer, and this one has not done the work. */
const isOfThePlace = ({ details: { remedy, overload, maybeBilled } }: CallError): boolean =>
  remedy === 'retry' && overload !== true && maybeBilled !== true

async function at(
  place: Place,
  places: readonly Place[],
  request: ChatRequest,
  signal: AbortSignal,
  onNotice: (sentence: string) => void,
): Promise<Completion> {
  place.inFlight += 1
  try {
    const completion = await place.model.complete(request, signal)
    if (place.failuresInARow >= TOLD_AFTER) onNotice(`${place.model.endpoint} answers again`)
    place.failuresInARow = 0
    place.restsUntil = 0
    return completion
  } catch (error) {
    rest(place, places, signal.aborted ? tooSlow(place, error) : error, onNotice)
    throw error
  } finally {
    place.inFlight -= 1
  }
}

/** A call is given up when its time is over: the server has not answered, as if it could not be reached. */
const tooSlow = ({ model: { endpoint } }: Place, cause: unknown): CallError =>
  new CallError('timeout', `${endpoint} gave no complete answer in time`, { remedy: 'retry', cause })

function rest(place: Place, places: readonly Place[], error: unknown, onNotice: (sentence: string) => void): void {
  if (!(error instanceof CallError) || error.details.remedy !== 'retry') return
  place.failuresInARow += 1
  const pause = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (place.failuresInARow - 1))
  place.restsUntil = performance.now() + pause
  if (place.failuresInARow !== TOLD_AFTER) return
  const goesOn = places.some((other) => other !== place && other.failuresInARow < TOLD_AFTER)
  onNotice(goesOn ? `${error.message}; the other servers go on` : error.message)
}

/**
 * The place with the fewest calls among those that do not rest; if all do, the one that has rested longest. One that has failed gets a single
 * call until it answers, so that no others wait for it.
 */
function bestOf(places: readonly Place[], tried: ReadonlySet<Place>): Place {
  const now = performance.now()
  const left = places.filter((place) => !tried.has(place))
  const awake = left.filter(({ restsUntil }) => restsUntil <= now)
  const sound = awake.filter(({ failuresInARow, inFlight }) => failuresInARow === 0 || inFlight === 0)
  const some = sound.length > 0 ? sound : awake
  if (some.length > 0) return some.reduce((best, place) => (place.inFlight < best.inFlight ? place : best))
  return left.reduce((best, place) => (place.restsUntil < best.restsUntil ? place : best))
}

function dearestOf(models: readonly ChatModel[]): ChatModel['price'] {
  const prices = models.map(({ price }) => price)
  if (!prices.every((price) => price !== undefined)) return undefined
  return prices.reduce((one, other) => (other.input + other.output > one.input + one.output ? other : one))
}

/** Calls side by side at all of them together; undefined if one says nothing. */
async function capacityOf(models: readonly ChatModel[]): Promise<Capacity | undefined> {
  const said = await Promise.all(models.map((model) => model.capacity?.()))
  const known = said.filter((each) => each !== undefined)
  const [first] = known
  if (first === undefined || known.length < models.length) return undefined
  const tokens = known.flatMap((each) => each.tokens ?? [])
  return {
    software: first.software,
    ...(known.every(({ slots }) => slots !== undefined) && {
      slots: known.reduce((sum, { slots = 0 }) => sum + slots, 0),
    }),
    ...(tokens.length === known.length && { tokens: Math.min(...tokens) }),
  }
}
