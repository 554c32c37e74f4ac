// Faults of a bad server by name, each occurring once or every time, with the expected effect on the row.
import type { ScriptedReply } from './chat-server.ts'
import type { World } from './worlds.ts'

export interface Fault {
  name: string
  /** Returns the faulty reply, given the correct one. */
  act: (right: string) => ScriptedReply
  /** Why the row is undecided if the fault occurs every time. */
  why: string
  /** Whether the reply is a completion: it is stored, and a second run does not ask again. */
  stored: boolean
  /** Requests within one run if the fault occurs every time, with `MAX_RETRIES`. */
  requests: number
  /** Whether Winnow asks again within the run, so that a single fault does no harm. */
  recovers?: boolean
  /** The calls that can have this fault. Default: all. */
  calls?: string[]
}

export const MAX_RETRIES = 2
const ATTEMPTS = MAX_RETRIES + 1

const error = (
  status: number,
  message: string,
  headers: Record<string, string> = {},
  code?: string,
): ScriptedReply => ({
  status,
  headers,
  body: { error: { message, type: 'error', ...(code && { code }) } },
})
const html = (status: number): ScriptedReply => ({ status, body: '<html><body><h1>Bad gateway</h1></body></html>' })
const json = { 'content-type': 'application/json' }

/** Returns a fault without a completion: tried again within the run, never stored. */
const transport = (name: string, act: ScriptedReply, requests = ATTEMPTS): Fault => ({
  name,
  act: () => act,
  why: 'no-reply',
  stored: false,
  requests,
})

/** Returns a fault whose completion cannot be read: asked again once within the run, and stored. */
const unreadable = (name: string, why: string, act: (right: string) => ScriptedReply): Fault => ({
  name,
  act,
  why,
  stored: true,
  requests: 2,
})

const text = (name: string, why: string, words: string) => unreadable(name, why, () => ({ text: words }))

/** Faults of any server. */
const TRANSPORT: Fault[] = [
  transport('429 with Retry-After', error(429, 'slow down', { 'retry-after': '1' })),
  transport('429 with retry-after-ms', error(429, 'slow down', { 'retry-after-ms': '120' })),
  transport('429', error(429, 'slow down')),
  transport('408', error(408, 'request timeout')),
  transport('409', error(409, 'conflict')),
  transport('500', error(500, 'internal error')),
  transport('502 in HTML', html(502)),
  transport('503', error(503, 'overloaded')),
  transport('broken JSON', { status: 200, body: '{"choices":[{"mess', headers: json }),
  transport('hang-up', { fault: 'hang-up' }),
  transport('half a body', { fault: 'half' }),
  transport('stall', { fault: 'stall' }),
]

/** Additional faults of a server of chat models. */
const CHAT: Fault[] = [
  transport('200 in HTML', html(200)),
  transport('200 with another object', { status: 200, body: { detail: 'not a completion' } }),
  transport('200 without choices', { status: 200, body: { object: 'chat.completion', choices: [] } }),
  {
    ...transport('400 content_filter', error(400, 'blocked', {}, 'content_filter'), 1),
    why: 'filtered',
    recovers: false,
  },
  { ...transport('400', error(400, 'something about this request'), 1), recovers: false },

  unreadable('truncated', 'truncated', (right) => ({ text: right, finish: 'length' })),
  unreadable('truncated midway', 'truncated', (right) => ({ text: right.slice(0, 60), finish: 'length' })),
  text('empty', 'empty', ''),
  text('white space', 'empty', ' \n\n \t '),
  unreadable('null', 'empty', () => ({ text: null })),
  text('thinking without end', 'empty', '<think>So the first document'),
  unreadable('refusal field', 'refused', () => ({ text: null, refusal: 'I cannot help with that.' })),
  unreadable('refusal beside a reply', 'refused', (right) => ({ text: right, refusal: 'No.' })),
  unreadable('content_filter', 'filtered', (right) => ({ text: right, finish: 'content_filter' })),
  unreadable('tool call', 'malformed', (right) => ({ text: right, finish: 'tool_calls' })),
]

const scores = (name: string, words: string): Fault => ({
  ...transport(name, { text: words }, 1),
  recovers: false,
})

/** Additional faults of a server of rerankers: anything but a list of scores for these passages is not a reply and is not stored. */
const RERANK: Fault[] = [
  { ...transport('200 in HTML', html(200), 1), recovers: false },
  { ...transport('200 with another object', { status: 200, body: { detail: 'not a ranking' } }, 1), recovers: false },
  scores('one score too few', '[0.1, 0.2]'),
  scores('too many scores', JSON.stringify(Array.from({ length: 40 }, (_all, index) => index / 40))),
  scores('a score that is no number', '[null, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]'),
  scores('scores as texts', '["0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7"]'),
  scores('no scores', '[]'),
]

/** Returns all faults that the calls of a method can have. */
export const faultsIn = (world: World): Fault[] => [
  ...TRANSPORT,
  ...(world.gives === 'words' ? CHAT : RERANK),
  ...world.unreadable.map(({ name, why, calls, text: words }) => ({
    ...unreadable(name, why, (right) => ({ text: words(right) })),
    calls,
  })),
]
