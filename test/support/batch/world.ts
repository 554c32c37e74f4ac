// The jobs of a batch API that misbehaves, drawn from a seed: what becomes of each job and of each request in it. Servers give it the form
// of one provider.
import { randomFrom } from '../random.ts'

export interface ChatMessage {
  role: string
  content: string
}

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

export type RowFate = 'done' | 'lost' | 'failed' | 'zero' | 'odd' | 'unfinished'

export interface JobRow {
  id: string
  messages: ChatMessage[]
  /** The request as the provider got it. */
  body: Record<string, unknown>
}

export type JobEnd = 'completed' | 'failed' | 'expired' | 'cancelled'

export interface WorldJob {
  id: string
  /** Winnow's name of it; undefined where the provider takes none. */
  name: string | undefined
  model: string
  rows: JobRow[]
  /** What else the server knows of it. */
  about: Record<string, unknown>
  createdMs: number
  /** Questions about its state so far. */
  polls: number
  phase: 'validating' | 'running' | 'finalizing' | 'cancelling' | 'ended'
  end: JobEnd
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

export interface WorldOptions {
  /** The reply to a request. */
  reply: (messages: ChatMessage[]) => string
  seed?: number
  faults?: Partial<JobFaults>
  /** What becomes of the nth job, from 0, in place of what is drawn. */
  fate?: (nth: number) => Partial<JobFaults> | undefined
  /** Questions about a job's state that are answered with each of its phases. Default 1. */
  polls?: number
  /** How often the same request may go wrong; then it is done. Default 2. */
  mostBad?: number
  /** Milliseconds until a new job is listed. Default 0. */
  listLagMs?: number
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

export type World = ReturnType<typeof createWorld>

export function createWorld({ reply, seed = 1, faults, fate, polls = 1, mostBad = 2, listLagMs = 0 }: WorldOptions) {
  const random = randomFrom(seed)
  const jobs: WorldJob[] = []
  /** How often each request went wrong. */
  const bad = new Map<string, number>()
  const doubles: string[] = []
  let attempts = 0

  const draw = (chance: number) => chance > 0 && random() < chance

  /** @returns undefined if the queue is full */
  function create(given: Pick<WorldJob, 'id' | 'name' | 'model' | 'rows'> & { about?: WorldJob['about'] }) {
    const chances = { ...NONE, ...faults, ...fate?.(attempts++) }
    if (draw(chances.queueFull)) return undefined
    const alive = new Set(jobs.flatMap((job) => (job.phase === 'ended' ? [] : job.rows.map(({ id }) => id))))
    doubles.push(...given.rows.map(({ id }) => id).filter((id) => alive.has(id)))
    const why = draw(chances.queueFullAfter) ? 'queue' : draw(chances.invalid) ? 'invalid' : undefined
    const end = why ? 'failed' : draw(chances.expired) ? 'expired' : draw(chances.cancelled) ? 'cancelled' : 'completed'
    // What would spoil all rows alike is left out once one of them has had its share.
    const canSpoil = why === undefined && given.rows.every(({ id }) => isSpoilable(id))
    const job: WorldJob = {
      ...given,
      about: given.about ?? {},
      createdMs: Date.now(),
      polls: 0,
      phase: 'validating',
      end,
      why,
      fates: new Map(),
      order: [],
      tornId: undefined,
      isEmpty: canSpoil && draw(chances.empty),
      isGone: canSpoil && draw(chances.goneResults),
      hasWrongCounts: draw(chances.wrongCounts),
    }
    const areAllFailed = canSpoil && draw(chances.allFailed)
    for (const { id } of job.rows) job.fates.set(id, fateOf(id, job, areAllFailed, chances))
    const ids = job.rows.map(({ id }) => id).filter((id) => !['lost', 'unfinished'].includes(job.fates.get(id) ?? ''))
    const again = ids.filter(() => draw(chances.repeatedRows))
    const unknown = draw(chances.unknownRows) ? ['f'.repeat(32), 'not-an-id'] : []
    job.order = shuffled([...ids, ...again, ...unknown])
    if (draw(chances.tornLine)) tearOne(job)
    jobs.push(job)
    return job
  }

  function fateOf(
    id: string,
    { why, end, isEmpty, isGone }: WorldJob,
    areAllFailed: boolean,
    chances: JobFaults,
  ): RowFate {
    if (why !== undefined) return 'unfinished'
    if (!isSpoilable(id)) return 'done'
    const isUnfinished = (end !== 'completed' && random() < 0.5) || isEmpty || isGone
    const drawn: RowFate = isUnfinished
      ? 'unfinished'
      : areAllFailed
        ? 'failed'
        : draw(chances.lostRows)
          ? 'lost'
          : draw(chances.failedRows)
            ? random() < 0.5
              ? 'failed'
              : 'zero'
            : draw(chances.oddRows)
              ? 'odd'
              : 'done'
    if (drawn !== 'done') spoil(id)
    return drawn
  }

  function tearOne(job: WorldJob): void {
    const id = job.order.find((each) => job.fates.get(each) === 'done' && isSpoilable(each))
    if (id === undefined) return
    job.tornId = id
    job.order = [...job.order.filter((each) => each !== id), id]
    spoil(id)
  }

  const isSpoilable = (id: string) => (bad.get(id) ?? 0) < mostBad
  const spoil = (id: string) => void bad.set(id, (bad.get(id) ?? 0) + 1)

  function shuffled<T>(list: T[]): T[] {
    return list
      .map((each) => ({ each, at: random() }))
      .toSorted((one, other) => one.at - other.at)
      .map(({ each }) => each)
  }

  /** Counts a question about a job's state, with which it goes on. */
  function ask(job: WorldJob): void {
    if (job.phase === 'ended') return
    job.polls += 1
    if (job.polls % polls !== 0) return
    if (job.phase === 'cancelling' || job.phase === 'finalizing') job.phase = 'ended'
    else if (job.phase === 'validating') job.phase = job.why === undefined ? 'running' : 'ended'
    else job.phase = job.end === 'completed' ? 'finalizing' : 'ended'
  }

  /** Stops a job: what was not begun is not done. */
  function cancel(job: WorldJob): void {
    if (job.phase === 'ended') return
    const begun = job.phase === 'validating' ? 0 : 0.5
    for (const { id } of job.rows) if (random() >= begun) job.fates.set(id, 'unfinished')
    job.order = job.order.filter((id) => job.fates.get(id) !== 'unfinished')
    job.end = 'cancelled'
    job.phase = 'cancelling'
  }

  return {
    jobs,
    random,
    create,
    ask,
    cancel,
    /** The text of a reply. */
    replyTo: (messages: ChatMessage[]) => reply(messages),
    /** Jobs that a list shows, the newest first. */
    listed: () => jobs.filter(({ createdMs }) => Date.now() - createdMs >= listLagMs).toReversed(),
    find: (id: string) => jobs.find((job) => job.id === id),
    /** Ids that were submitted while an earlier job with them was alive. */
    doubles: () => doubles,
    /** How many of a job's rows have one of these fates; something else where counts lie. */
    count: (job: WorldJob, ...fates: RowFate[]) => {
      const right = [...job.fates.values()].filter((each) => fates.includes(each)).length
      return job.hasWrongCounts ? Math.floor(random() * (job.rows.length + 1)) : right
    },
    rowOf: (job: WorldJob, id: string) => job.rows.find((row) => row.id === id),
  }
}

/** Token counts of a request and its reply, roughly. */
export function tokensOf(messages: readonly ChatMessage[], text: string) {
  const input = messages.reduce((sum, { content }) => sum + Math.ceil(content.length / 4), 1)
  return { input, output: Math.max(1, Math.ceil(text.length / 4)) }
}

/** A completion of OpenAI's `/chat/completions`. */
export function completion(model: string, messages: ChatMessage[], text: string): object {
  const { input, output } = tokensOf(messages, text)
  return {
    id: 'chatcmpl-test',
    object: 'chat.completion',
    created: 0,
    model,
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } }],
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  }
}
