// Rounds: how often a row is processed if the model first collects all requests and answers them in the next pass, as a batch does.
import * as fc from 'fast-check'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { unitHash } from '../src/base/hash.ts'
import type { Ask, ChatReply, ChatRequest } from '../src/llm/chat.ts'
import { CallError } from '../src/llm/errors.ts'
import { requestKey } from '../src/llm/key.ts'
import type { Evidence } from '../src/evidence/evidence.ts'
import { methodNamed } from '../src/methods/index.ts'
import type { Method } from '../src/method/method.ts'
import { readOptions } from '../src/options/options.ts'
import type { Passage, Row } from '../src/rows/row.ts'
import type { CleanOptions, GrowOptions } from '../src/job/job.ts'
import { runOptions } from '../src/job/options.ts'
import { answer } from './support/answers.ts'
import { repetitions } from './support/repetitions.ts'
import type { SyntheticRow } from './support/synthetic.ts'
import { eachWorld } from './support/worlds.ts'

type RoundOptions = CleanOptions & GrowOptions

/** That a request waits for its reply: neither a failed call nor a missing reply, which methods make evidence of. */
class CollectedRequest extends Error {}

type Answer = (request: ChatRequest) => ChatReply | CallError

/** Runs a method over a row until nothing is missing. */
async function inRounds(
  method: Method,
  row: Row,
  reply: Answer,
  comes = (_request: ChatRequest, _round: number) => true,
) {
  const replies = new Map<string, ChatReply | CallError>()
  const rounds: ChatRequest[][] = []
  for (;;) {
    const round = new Map<string, ChatRequest>()
    /** What is asked when the round is closed: too late to be collected. */
    const late: ChatRequest[] = []
    let isOver = false
    const ask: Ask = Object.assign(
      async (requests: ChatRequest[]) => {
        if (isOver) late.push(...requests)
        const keys = requests.map((request) => requestKey(request).toString('hex'))
        const missing = requests.filter((_request, index) => !replies.has(keys[index] as string))
        for (const request of missing) round.set(requestKey(request).toString('hex'), request)
        if (missing.length > 0) throw new CollectedRequest()
        return keys.map((key) => {
          const found = replies.get(key) as ChatReply | CallError
          if (found instanceof CallError) throw found
          return found
        })
      },
      { again: async () => undefined },
    )
    const evidence = await method(row, ask).catch((error: unknown) => {
      if (error instanceof CollectedRequest) return undefined
      throw error
    })
    // A row is given up at its first missing reply. Other parts of it go on to theirs in the same turn of the event loop.
    await turn()
    isOver = true
    await turn()
    expect(late).toEqual([])
    if (evidence) return { rounds, evidence }
    expect(round.size).toBeGreaterThan(0)
    rounds.push([...round.values()])
    expect(rounds.length).toBeLessThan(300)
    for (const [key, request] of round) if (comes(request, rounds.length)) replies.set(key, reply(request))
  }
}

function methodOf({ method = 'rlhn', ...given }: RoundOptions): Method {
  const definition = methodNamed(method)
  const plan = definition.plan(readOptions(runOptions(definition), given))
  return plan.create(
    Object.fromEntries(plan.stages.map(({ stage, model }) => [stage, String(model).split('@')[0] as string])),
  )
}

function rowOf({ query, pos, neg }: SyntheticRow): Row {
  const passages = (texts: string[], label: Passage['label']) =>
    texts.map((text, at): Passage => ({ id: `${label} ${at}`, text, label, origin: 'given' }))
  return { id: 'row', query, passages: [...passages(pos, 'positive'), ...passages(neg, 'negative')] }
}

const said = (text: string, finishReason = 'stop'): ChatReply => ({ text, finishReason })
const tooLong = new CallError('too-long', 'too long', { remedy: 'split' })

/** The most that re-asks add to each stage: one with twice the limit, and one that says what was wrong. */
const REASKS = 2

/** What may be wrong with a reply, as often as it is asked for; and how many rounds that adds to a stage. */
const MOODS: [string, (request: ChatRequest, right: string) => ChatReply, number][] = [
  ['every reply is right', (_request, right) => said(right), 0],
  ['every first one is cut off', ({ source }, right) => said(right, source.attempt === 1 ? 'length' : 'stop'), 1],
  ['every first one is unreadable', ({ source }, right) => said(source.attempt === 1 ? 'hm' : right), 1],
  [
    'cut off, then unreadable',
    ({ source }, right) => [said('', 'length'), said('hm')][source.attempt - 1] ?? said(right),
    2,
  ],
  [
    'unreadable, then cut off',
    ({ source }, right) => [said('hm'), said('', 'length')][source.attempt - 1] ?? said(right),
    2,
  ],
  [
    'each is wrong in its own way',
    ({ source }, right) => {
      const [first, second] = [said('hm'), said(right, 'length')]
      const way = (Number.parseInt(source.part, 10) + source.attempt) % 3
      return source.attempt > REASKS ? said(right) : way === 0 ? first : way === 1 ? second : said(right)
    },
    2,
  ],
]

/** What makes a round large: several calls, samples or orders of one stage. */
const SHAPES: [string, string, RoundOptions][] = [
  ['as it is', 'rlhn', {}],
  ['in many parts', 'rlhn', { maxPassages: 2, beyond: 'judge', shuffle: 3 }],
  ['as it is', 'arhn', {}],
  ['votes', 'arhn', { votes: 3 }],
  ['permutations', 'arhn', { permutations: 4 }],
  ['several passages a call', 'arhn', { passagesPerCall: 3 }],
  ['as it is', 'causalneg', {}],
  ['many passages', 'causalneg', { perRow: 9, strategies: ['entity_shift', 'intent_drift'] }],
  ['everything ranked in windows, with votes and permutations', 'arhn', { rank: 'all', votes: 3, permutations: 3 }],
]

const STAGES: Record<string, string[]> = {
  rlhn: ['screen', 'judge'],
  arhn: ['extract', 'rank'],
  causalneg: ['analyse', 'write', 'verify'],
}

describe.each(eachWorld)('%s', (name, world) => {
  const long = world.long(1).rows[0] as SyntheticRow
  const row = world.eventful({ ...long, neg: [...long.neg, ...long.neg.map((text) => `more ${text}`)] })
  const right = (request: ChatRequest) => world.rightReply(request)
  const shapes = SHAPES.filter(([, of]) => of === name)

  describe.each(shapes)('%s', (_shape, _name, options) => {
    const method = methodOf({ method: name, ...world.settings('http://127.0.0.1:1/v1'), ...options })
    const stages = STAGES[name] as string[]

    it.each(MOODS)('needs a round for each stage, and one for each re-ask: %s', async (_mood, mood, more) => {
      const { rounds, evidence } = await inRounds(method, rowOf(row), (request) => mood(request, right(request)))
      expect(rounds.length).toBeLessThanOrEqual(stages.length * (1 + more))
      // A round is of one stage.
      for (const round of rounds) expect(new Set(round.map(({ source }) => source.stage)).size).toBe(1)
      expect([...new Set(rounds.map(([request]) => request?.source.stage))]).toEqual(stages)
      // The same as from someone who answers at once.
      const direct = await inRounds(method, rowOf(row), (request) => said(right(request)))
      expect(direct.rounds).toHaveLength(stages.length)
      expect(verdictsIn(evidence)).toEqual(verdictsIn(direct.evidence))
    })

    it('collects all first requests of a stage in one go', async () => {
      const { rounds } = await inRounds(method, rowOf(row), (request) => said(right(request)))
      const counts = rounds.map((round) => round.length)
      expect(counts).toEqual(expectedCounts(name, options, row))
    })

    it('comes to an end when nothing can be read, and says so', async () => {
      const { rounds, evidence } = await inRounds(method, rowOf(row), () => said('hm'))
      expect(rounds.length).toBeLessThanOrEqual(1 + REASKS)
      expect(evidence.some(({ kind }) => kind === 'unread')).toBe(true)
      expect(evidence.some(({ kind }) => kind === 'verdict')).toBe(false)
    })
  })

  it('collects all that can be asked, whatever is missing, wrong or too long', async () => {
    const method = methodOf({ method: name, ...world.settings('http://127.0.0.1:1/v1'), ...world.manifold })
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 4 }), async (seed, share) => {
        const draw = ({ messages, source, sample }: ChatRequest, what: string) =>
          unitHash(`${seed} ${what} ${sample} ${source.part} ${source.attempt} ${messages.at(-1)?.content}`)
        const reply = (request: ChatRequest) => {
          if (shownMost(request) > 1 + (seed % 4) && draw(request, 'long') < 0.7) return tooLong
          const mood = draw(request, 'mood') * 3
          return mood < 1 ? said('hm') : mood < 2 ? said('', 'length') : said(right(request))
        }
        // A batch may come back with some of its replies only.
        const comes = (request: ChatRequest, round: number) => draw(request, `comes ${round}`) * 4 < share
        await inRounds(method, rowOf(row), reply, comes)
      }),
      { numRuns: repetitions(20, 40, 60) },
    )
  })
})

const shownMost = ({ messages }: ChatRequest) =>
  messages.at(-1)?.content.match(/^(?:Doc \(\d+\):|\[\d+\])/gm)?.length ?? 1

const verdictsIn = (evidence: Evidence[]) => evidence.filter(({ kind }) => kind !== 'unread')

/** How many requests each round holds when every reply is right. */
function expectedCounts(name: string, options: RoundOptions, { pos, neg }: SyntheticRow): number[] {
  const { maxPassages = 25, beyond, passagesPerCall = 1, votes = 1, permutations = 1, rank } = options
  if (name === 'rlhn') {
    const parts = beyond === 'judge' ? Math.ceil(neg.length / maxPassages) : 1
    return [parts, parts]
  }
  if (name === 'causalneg') return [1, 1, options.perRow ?? 3]
  const windows = rank === 'all' ? Math.ceil(neg.length / 19) : 1
  return [Math.ceil((pos.length + neg.length) / passagesPerCall) * votes, windows * permutations * votes]
}

describe('arhn on a question of several steps', () => {
  const row: SyntheticRow = {
    query: 'who, and where?',
    pos: ['Ann made it #who', 'Ann was born in Bath #where'],
    neg: [
      'it was made by Ann #who',
      'Bob made it #none',
      'Bath is where Ann was born #where',
      'Bath is in England #none',
    ],
  }
  const right = (request: ChatRequest) =>
    answer(request, {
      stepsOf: () => 'Step 1: Who? | [1]\nStep 2: Where? | [2]',
      answerIn: (_query, text, step = '') =>
        text.endsWith(`#${step.toLowerCase().replace('?', '')}`) ? text.replace(/ #\w+$/, '') : undefined,
      place: (_query, text) => text,
    })

  it.each(SHAPES.filter(([, of]) => of === 'arhn'))(
    'needs three rounds, and one for each re-ask: %s',
    async (_shape, _of, more) => {
      const method = methodOf({ method: 'arhn', judge: 'm@http://127.0.0.1:1/v1', task: 'multi-hop', ...more })
      for (const [mood, act, added] of MOODS) {
        const { rounds, evidence } = await inRounds(method, rowOf(row), (request) => act(request, right(request)))
        expect(rounds.length, mood).toBeLessThanOrEqual(3 * (1 + added))
        if (added === 0) expect(rounds).toHaveLength(3)
        expect([...new Set(rounds.map(([request]) => request?.source.stage))]).toEqual(['steps', 'extract', 'rank'])
        expect(
          evidence.some(({ kind }) => kind === 'unread'),
          mood,
        ).toBe(false)
      }
    },
  )
})
