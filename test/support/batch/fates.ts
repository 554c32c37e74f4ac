// What becomes of a batch job and of each request in it, drawn from a seed.

/** Chances from 0 to 1, drawn for each job or row. */
export interface JobFaults {
  /** A job is refused when it is created, because too much is queued. */
  queueFull: number
  /** A job is created and then fails, because too much is queued. */
  queueFullAfter: number
  /** A job is created and then fails its validation. */
  invalid: number
  /** A job runs out of its time with a part of its rows done. */
  expired: number
  /** Someone else cancels it when a part of its rows is done. */
  cancelled: number
  /** All of a job's rows fail, and it leaves no file of what was done. */
  allFailed: number
  /** It ends as if done and leaves nothing at all. */
  empty: number
  /** Rows without any result. */
  lostRows: number
  /** Rows that fail: with an error, or with the status 0. */
  failedRows: number
  /** Rows with the status 200 and a body that is no completion. */
  oddRows: number
  /** Rows with their result twice. */
  repeatedRows: number
  /** A result of a request that was not in the job. */
  unknownRows: number
  /** The last line of the results is cut off. */
  tornLine: number
  /** Counts that say something else. */
  wrongCounts: number
  /** Results that are kept no more. */
  goneResults: number
}

/** `zero` fails with the status 0; `odd` has a body that is no completion; `unfinished` was not begun. */
export type RowFate = 'done' | 'lost' | 'failed' | 'zero' | 'odd' | 'unfinished'

type JobEnd = 'completed' | 'failed' | 'expired' | 'cancelled'

/** What was drawn for a job. */
export interface JobFate {
  end: JobEnd
  /** Why it fails as a whole. */
  why: 'queue' | 'invalid' | undefined
  fates: Map<string, RowFate>
  /** Ids of results in the order of the file, repetitions and unknown ones included. */
  order: string[]
  /** The request whose result is the last line, and is cut off. */
  tornId: string | undefined
  isEmpty: boolean
  isGone: boolean
  hasWrongCounts: boolean
}

const NONE: JobFaults = {
  queueFull: 0,
  queueFullAfter: 0,
  invalid: 0,
  expired: 0,
  cancelled: 0,
  allFailed: 0,
  empty: 0,
  lostRows: 0,
  failedRows: 0,
  oddRows: 0,
  repeatedRows: 0,
  unknownRows: 0,
  tornLine: 0,
  wrongCounts: 0,
  goneResults: 0,
}

/** @param mostBad how often the same request may go wrong; then it is done */
export function fateMaker(random: () => number, mostBad: number) {
  /** How often each request went wrong. */
  const bad = new Map<string, number>()
  const draw = (chance: number) => chance > 0 && random() < chance
  const isSpoilable = (id: string) => (bad.get(id) ?? 0) < mostBad
  const spoil = (id: string) => void bad.set(id, (bad.get(id) ?? 0) + 1)

  function rowFate(chances: JobFaults, isUnfinished: boolean): RowFate {
    if (isUnfinished) return 'unfinished'
    if (draw(chances.allFailed)) return 'failed'
    if (draw(chances.lostRows)) return 'lost'
    if (draw(chances.failedRows)) return random() < 0.5 ? 'failed' : 'zero'
    return draw(chances.oddRows) ? 'odd' : 'done'
  }

  function orderOf(fates: JobFate['fates'], chances: JobFaults): string[] {
    const ids = [...fates].flatMap(([id, fate]) => (fate === 'lost' || fate === 'unfinished' ? [] : [id]))
    const again = ids.filter(() => draw(chances.repeatedRows))
    const unknown = draw(chances.unknownRows) ? ['f'.repeat(32), 'not-an-id'] : []
    const keyed = [...ids, ...again, ...unknown].map((id) => ({ id, at: random() }))
    return keyed.toSorted((one, other) => one.at - other.at).map(({ id }) => id)
  }

  /** Returns whether a job is refused because of the queue. */
  const isRefused = (faults: Partial<JobFaults>) => draw(faults.queueFull ?? 0)

  function fateOf(ids: readonly string[], faults: Partial<JobFaults>): JobFate {
    const chances = { ...NONE, ...faults }
    const why = draw(chances.queueFullAfter) ? 'queue' : draw(chances.invalid) ? 'invalid' : undefined
    const isLate = draw(chances.expired)
    const end = why ? 'failed' : isLate ? 'expired' : draw(chances.cancelled) ? 'cancelled' : 'completed'
    // What would spoil all rows alike is left out once one of them has had its share.
    const canSpoil = why === undefined && ids.every(isSpoilable)
    const [isEmpty, isGone] = [canSpoil && draw(chances.empty), canSpoil && draw(chances.goneResults)]
    const allFailed = canSpoil && draw(chances.allFailed) ? 1 : 0
    const fates = new Map<string, RowFate>()
    for (const id of ids) {
      const isUnfinished = isEmpty || isGone || (end !== 'completed' && random() < 0.5)
      const fate = why ? 'unfinished' : isSpoilable(id) ? rowFate({ ...chances, allFailed }, isUnfinished) : 'done'
      fates.set(id, fate)
      if (fate !== 'done' && why === undefined) spoil(id)
    }
    const order = orderOf(fates, chances)
    const isDone = (id: string) => fates.get(id) === 'done' && isSpoilable(id)
    const tornId = draw(chances.tornLine) ? order.find(isDone) : undefined
    if (tornId !== undefined) spoil(tornId)
    const ordered = tornId === undefined ? order : [...order.filter((id) => id !== tornId), tornId]
    return { end, why, fates, order: ordered, tornId, isEmpty, isGone, hasWrongCounts: draw(chances.wrongCounts) }
  }

  return { isRefused, fateOf }
}
