// A batch provider of a test, against its local server, and requests to put into jobs.
import { createHash } from 'node:crypto'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type {
  BatchProvider,
  BatchRequest,
  BatchResult,
  BatchState,
  SoughtJob,
} from '../../../src/llm/batch/provider.ts'
import { openProvider } from '../../../src/llm/batch/providers/index.ts'
import type { ChatRequest } from '../../../src/llm/chat.ts'
import { tempDir } from '../files.ts'
import { KEY, type BatchServer, type BatchServerOptions } from './handle.ts'

export interface ProviderFacts {
  name: string
  start: (options: BatchServerOptions) => Promise<BatchServer>
  /** The model's name, as a user writes it. */
  model: string
  /** Whether it can hold replies to a JSON schema. */
  takesSchema: boolean
  /** Whether there is a way to cancel. */
  cancels: boolean
  /** Whether a full queue can show after the job was created. */
  failsLate: boolean
  /** Whether a job that ran out of its time keeps what was done. */
  keepsExpired: boolean
  /** Whether jobs can be told apart while they run, by a name. */
  knowsNames: boolean
}

export const never = new AbortController().signal
const MOST_POLLS = 40

export type Trying = ReturnType<typeof tryingOf>

export function tryingOf({ name, start, model }: ProviderFacts) {
  const reply: BatchServerOptions['reply'] = (messages) => `reply to “${messages.at(-1)?.content}” 🚢`

  async function opened(options: Partial<BatchServerOptions> = {}) {
    const server = await start({ reply, ...options })
    onTestFinished(() => server.close())
    const { provider, env } = openProvider(name, server.env)
    return { server, provider, env }
  }

  /** Writes a job of so many requests. */
  function jobOf(provider: BatchProvider, count: number, id = 'job1', extra: Partial<ChatRequest> = {}): SoughtJob {
    const path = join(tempDir(), `${id}.jsonl`)
    const requests = requestsOf(count, extra)
    const lines = requests.map((request) => provider.line(request))
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
    const job = { id, model, path, requests: count, bytes: statSync(path).size, submittedMs: Date.now() }
    return { ...job, ...soughtBy(requests.map((request) => request.id)) }
  }

  const requestsOf = (count: number, extra: Partial<ChatRequest> = {}): BatchRequest[] =>
    Array.from({ length: count }, (_, at) => {
      const request: ChatRequest = {
        model,
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: `is it ${at}?` },
        ],
        temperature: 0.1,
        maxTokens: 100,
        sample: 0,
        source: { method: 'm', stage: 's', prompt: 'p@1', row: `${at}`, query: 'q', part: '1', attempt: 1 },
        ...extra,
      }
      const { messages, temperature, maxTokens } = request
      return { id: idOf(at), request, model, body: { model, messages, max_tokens: maxTokens, temperature } }
    })

  return { opened, jobOf, requestsOf }
}

/** What a job of requests with these ids is looked for by. */
export const soughtBy = (own: readonly string[]): Pick<SoughtJob, 'taken' | 'holds'> => ({
  taken: new Set(),
  holds: async (ids) => ids.some((id) => own.includes(id)),
})

/** The id of the nth request, as the ledger's keys are. */
export const idOf = (at: number): string => createHash('sha256').update(`request ${at}`).digest('hex').slice(0, 32)

/** The ids with one of these fates in the first job, sorted. */
export const fated = ({ world }: BatchServer, ...fates: string[]): string[] =>
  [...(world.jobs[0]?.fates ?? [])].flatMap(([id, fate]) => (fates.includes(fate) ? [id] : [])).toSorted()

export async function ended(
  provider: BatchProvider,
  remote: string,
): Promise<{ states: BatchState[]; last: BatchState }> {
  const states: BatchState[] = []
  for (let polls = 0; polls < MOST_POLLS; polls++) {
    const state = await provider.state(remote, never)
    assertSecret(state)
    states.push(state)
    if (state.phase === 'ended') return { states, last: state }
  }
  throw new Error(`${remote} does not end: ${states.map(({ said }) => said).join(', ')}`)
}

export async function resultsOf(provider: BatchProvider, remote: string) {
  const replies = new Map<string, BatchResult>()
  const failures: string[] = []
  const unreadable: string[] = []
  for await (const result of provider.results(remote, never)) {
    assertSecret(result)
    if ('why' in result) unreadable.push(`${result.where}: ${result.why}`)
    else if ('reply' in result) replies.set(result.id, result)
    else failures.push(result.id)
  }
  return { replies, failures, unreadable }
}

/** Nothing that a provider says may hold the key, which errors here repeat. */
function assertSecret(said: object): void {
  if (JSON.stringify(said).includes(KEY)) throw new Error(`the key stands in ${JSON.stringify(said)}`)
}
