// The jobs of a batch API that misbehaves. Servers give them the form of one provider.
import { randomFrom } from '../random.ts'
import { fateMaker, type JobFate, type JobFaults, type RowFate } from './fates.ts'

export interface ChatMessage {
  role: string
  content: string
}

export interface JobRow {
  id: string
  messages: ChatMessage[]
  /** The request as the provider got it. */
  body: Record<string, unknown>
}

export interface WorldJob extends JobFate {
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

export type World = ReturnType<typeof createWorld>

export function createWorld({ reply, seed = 1, faults, fate, polls = 1, mostBad = 2, listLagMs = 0 }: WorldOptions) {
  const random = randomFrom(seed)
  const made = fateMaker(random, mostBad)
  const jobs: WorldJob[] = []
  const doubles: string[] = []
  let attempts = 0

  /** @returns undefined if the queue is full */
  function create(given: Pick<WorldJob, 'id' | 'name' | 'model' | 'rows'> & { about?: WorldJob['about'] }) {
    const chances = { ...faults, ...fate?.(attempts++) }
    if (made.isRefused(chances)) return undefined
    const ids = given.rows.map(({ id }) => id)
    const alive = new Set(jobs.flatMap((job) => (job.phase === 'ended' ? [] : job.rows.map(({ id }) => id))))
    doubles.push(...ids.filter((id) => alive.has(id)))
    const [createdMs, about] = [Date.now(), given.about ?? {}]
    const job: WorldJob = { ...given, ...made.fateOf(ids, chances), about, createdMs, polls: 0, phase: 'validating' }
    jobs.push(job)
    return job
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
    Object.assign(job, { end: 'cancelled', phase: 'cancelling' })
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

/** Many lines that are all the same, made while they are sent. */
export function* bulkOf(line: object, { lines }: { lines: number }): Generator<string> {
  const text = `${JSON.stringify(line)}\n`
  for (let at = 0; at < lines; at++) yield text
}
