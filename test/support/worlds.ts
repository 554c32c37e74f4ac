// The methods as their common contract sees them. Each is a world of rows whose texts contain their correct labels, and of models that read
// them and are never wrong. Every guarantee for all methods is tested in each of these worlds.
import type { JobHooks } from '../../src/job/hooks.ts'
import type { Outcome } from '../../src/policy/policy.ts'
import { clean } from '../../src/commands/clean/clean.ts'
import type { CleanOptions, GrowOptions } from '../../src/job/job.ts'
import type { Manifest } from '../../src/job/manifest.ts'
import { asked } from './answers.ts'
import type { ScriptedReply, SeenRequest } from './chat-server.ts'
import { CAUSALNEG } from './growing-world.ts'
import { gradedReply, gradedRows, regraded } from './graded.ts'
import { scoredReply, scoredRows, unsuspected } from './scored.ts'
import { askedIn, cleaned, makeRows, replyWith, rightReply, shownIn, type SyntheticRow } from './synthetic.ts'

/** Options of either command. */
type RunInput = CleanOptions & GrowOptions

type Request = Pick<SeenRequest, 'messages' | 'model'>

/** One of the calls that a row needs. */
export interface Call {
  name: string
  stage: string
  model: string
  isIt(request: Request): boolean
  /** Calls of the row that are not made if this one cannot be read. */
  skips: string[]
  /** Returns the resulting row if this call cannot be read. */
  without(row: SyntheticRow): SyntheticRow
  /** Whether the row is undecided then; otherwise a passage of it stays as it was. */
  undecides: boolean
}

/** A reply without anything reliable. */
export interface GarbledReply {
  name: string
  why: string
  /** Names of the calls that may get this reply. */
  calls: string[]
  text(right: string): string
}

export interface World {
  method: string
  /** The command of the method; `run` is the same for programs. */
  command: 'clean' | 'grow'
  run(input: string, options: RunInput, hooks: JobHooks): Promise<Manifest>
  /** The possible outcomes of a row. */
  outcomes: Outcome[]
  /** What its models return: words, which are stored in any form; or scores, and anything else is not a reply. */
  gives: 'words' | 'scores'
  /** Returns the method and its models as options. */
  settings(url: string): RunInput
  /** Returns the number of rows that need about `calls` calls. */
  rowsFor(calls: number): number
  makeRows(count: number): SyntheticRow[]
  cleaned(row: SyntheticRow): SyntheticRow
  rightReply(request: Request): string
  /** Changes the row such that every one of `calls` is made for it and matters. */
  eventful(row: SyntheticRow): SyntheticRow
  /** Changes the row such that it is dropped for the findings, if the method drops rows; otherwise such that all work on it is in vain. */
  hopeless(row: SyntheticRow): SyntheticRow
  /** Returns rows with more calls than may be in flight, and the options for them. */
  long(count: number): { rows: SyntheticRow[]; options: RunInput; cleaned?: (row: SyntheticRow) => SyntheticRow }
  calls: Call[]
  unreadable: GarbledReply[]
  /** The limit of a reply at the first attempt. */
  maxTokens: number
  /** Options that make calls of many kinds; `isTooLong` selects those that every model refuses for their length. */
  manifold: RunInput
  isTooLong(request: Request): boolean
}

const CLEANING = {
  command: 'clean',
  run: clean,
  outcomes: ['kept', 'changed', 'dropped', 'undecided'],
} satisfies Partial<World>

/** A script answers about its own rows, and knows nothing of a passage of another row. */
export const SCRIPTED = { noCheck: true }

const asItWas = (row: SyntheticRow) => row
const many = (index: number, tag: (at: number) => string) =>
  Array.from({ length: 12 }, (_all, at) => `text ${at} of ${index} ${tag(at)}`)

const RLHN: World = {
  method: 'rlhn',
  ...CLEANING,
  gives: 'words',
  settings: (url) => ({ screen: `small@${url}`, judge: `large@${url}`, ...SCRIPTED, confirm: 0 }),
  rowsFor: (calls) => Math.round(calls / 1.6),
  makeRows,
  cleaned,
  rightReply,
  eventful: (row) => ({ ...row, neg: [...row.neg, `weaker ${row.query} #worse`] }),
  hopeless: (row) => ({ ...row, neg: Array.from({ length: 9 }, (_all, at) => `all good ${row.query} ${at} #worse`) }),
  long: (count) => ({
    rows: makeRows(count).map((row, index) => ({
      ...row,
      neg: many(index, (at) => (at % 5 === 3 ? '#worse' : '#none')),
    })),
    options: { maxPassages: 1, beyond: 'judge' },
  }),
  calls: [
    {
      name: 'screen',
      stage: 'screen',
      model: 'small',
      isIt: ({ model }) => model === 'small',
      skips: ['judge'],
      without: asItWas,
      undecides: true,
    },
    {
      name: 'judge',
      stage: 'judge',
      model: 'large',
      isIt: ({ model }) => model === 'large',
      skips: [],
      without: asItWas,
      undecides: true,
    },
  ],
  unreadable: [
    ['refusal in prose', 'malformed', () => "I'm sorry, but I can't assist with that request."],
    ['contradictory', 'contradictory', () => replyWith([1, 2], [2])],
    ['two verdicts', 'contradictory', (right: string) => `${right}\n${replyWith([1], [])}`],
    ['the same verdict twice', 'contradictory', (right: string) => `${right}\n${right}`],
    ['Doc (0)', 'out-of-range', () => replyWith([0], [])],
    ['Doc (99)', 'out-of-range', () => replyWith([], [1, 99])],
    ['garbage', 'malformed', () => ' on the wiki am on \u0000 thesis 0x00 [[['],
    ['no list', 'malformed', () => '<verdict><better>yes</better><worse>no</worse></verdict>'],
    ['an empty section', 'malformed', () => '<verdict><better></better><worse>[]</worse></verdict>'],
    ['cut off without saying so', 'malformed', (right: string) => right.slice(0, -12)],
    ['JSON instead', 'malformed', () => '{"better": [1], "worse": []}'],
  ].map(([name, why, text]) => ({ name, why, text, calls: ['screen', 'judge'] }) as GarbledReply),
  maxTokens: 4096,
  manifold: { maxPassages: 6, beyond: 'judge', spotCheck: 0.3 },
  isTooLong: (request) => request.model === 'large' && shownIn(request).length > 5,
}

const EXTRACTIONS = ['negative', 'positive']

const ARHN: World = {
  method: 'arhn',
  ...CLEANING,
  gives: 'words',
  settings: (url) => ({ method: 'arhn', judge: `open-32b@${url}`, task: 'web-search', ...SCRIPTED, confirm: 0 }),
  rowsFor: (calls) => Math.round(calls / 6),
  makeRows: gradedRows,
  cleaned: regraded,
  rightReply: gradedReply,
  eventful: (row) => ({ ...row, neg: [`first of ${row.query} #8`, ...row.neg, `last of ${row.query} #3`] }),
  hopeless: (row) => ({ ...row, neg: row.neg.map((text) => text.replace(/#\d$/, '#3')) }),
  long: (count) => ({
    rows: gradedRows(count).map((row, index) => ({ ...row, neg: many(index, (at) => (at % 5 === 3 ? '#7' : '#0')) })),
    options: {},
  }),
  calls: [
    {
      name: 'negative',
      stage: 'extract',
      model: 'open-32b',
      isIt: (request) => isExtraction(request, /^first .*#8$/),
      skips: [],
      without: (row) => {
        const { pos, neg, query } = regraded({ ...row, neg: row.neg.slice(1) })
        return { query, pos, neg: [...row.neg.slice(0, 1), ...neg] }
      },
      undecides: false,
    },
    {
      name: 'positive',
      stage: 'extract',
      model: 'open-32b',
      isIt: (request) => isExtraction(request, /#5$/),
      skips: ['rank'],
      without: asItWas,
      undecides: true,
    },
    {
      name: 'rank',
      stage: 'rank',
      model: 'open-32b',
      isIt: (request) => asked(request).stage === 'rank',
      skips: [],
      without: asItWas,
      undecides: true,
    },
  ],
  unreadable: [
    ['refusal in prose', 'not-verbatim', EXTRACTIONS, () => "I'm sorry, but I can't assist with that request."],
    ['a paraphrase', 'not-verbatim', EXTRACTIONS, (right: string) => `It is ${right}`],
    ['an answer and none', 'contradictory', EXTRACTIONS, (right: string) => `${right}\nNO_ANSWER`],
    ['words of two places', 'not-verbatim', EXTRACTIONS, (right: string) => `${right} ${right}`],
    ['garbage', 'malformed', ['rank'], () => ' on the wiki am on \u0000 thesis 0x00 [[['],
    ['prose', 'malformed', ['rank'], () => 'The first is best.'],
    ['an explanation after it', 'malformed', ['rank'], (right: string) => `${right}, for it says so.`],
    ['one left out', 'incomplete', ['rank'], (right: string) => right.replace(/ > \[\d+\]$/, '')],
    ['one twice', 'contradictory', ['rank'], (right: string) => `${right} > [1]`],
    ['[0]', 'out-of-range', ['rank'], (right: string) => `[0] > ${right}`],
    ['[99]', 'out-of-range', ['rank'], (right: string) => `${right} > [99]`],
    ['two orders', 'contradictory', ['rank'], (right: string) => `${right}\n${right}`],
  ].map(([name, why, calls, text]) => ({ name, why, calls, text }) as GarbledReply),
  maxTokens: 2048,
  manifold: { passagesPerCall: 4, permutations: 3, rank: 'all', seed: 5 },
  isTooLong: (request) => {
    const { stage, texts } = asked(request)
    return texts.length > (stage === 'rank' ? 9 : 3)
  },
}

const isExtraction = (request: Request, text: RegExp) => {
  const { stage, texts } = asked(request)
  return stage === 'extract' && text.test(texts[0] ?? '')
}

const PERCPOS: World = {
  method: 'percpos',
  ...CLEANING,
  gives: 'scores',
  settings: (url) => ({ method: 'percpos', scorer: `reranker@${url}/rerank`, ...SCRIPTED }),
  rowsFor: (calls) => calls,
  makeRows: scoredRows,
  cleaned: unsuspected,
  rightReply: scoredReply,
  eventful: (row) => ({ ...row, neg: [`first of ${row.query} #96`, ...row.neg, `last of ${row.query} #87`] }),
  hopeless: (row) => ({ ...row, neg: row.neg.map((text) => text.replace(/#-?\d+$/, '#88')) }),
  long: (count) => ({
    rows: scoredRows(count).map((row, index) => ({
      ...row,
      neg: many(index, (at) => (at % 5 === 3 ? '#88' : '#40')),
    })),
    options: { passagesPerCall: 1 },
  }),
  calls: [
    {
      name: 'score',
      stage: 'score',
      model: 'reranker',
      isIt: () => true,
      skips: [],
      without: asItWas,
      undecides: true,
    },
  ],
  unreadable: [],
  maxTokens: 0,
  manifold: { passagesPerCall: 3 },
  // If one half of a split call is refused, the other may or may not have been sent.
  isTooLong: (request) => request.messages.length > 3 && isKept(PERCPOS, request),
}

export const WORLDS: World[] = [RLHN, ARHN, PERCPOS, CAUSALNEG]

/** The table of a suite that runs for every method. */
export const eachWorld = WORLDS.map((world) => [world.method, world] as const)

/** Converts options to command-line flags. */
export function flagsOf(options: RunInput): string[] {
  return Object.entries(options).flatMap(([name, value]) => [
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    ...(value === true ? [] : [String(value)]),
  ])
}

/** Returns the number of the row that a request is about, from its query. */
export const rowNumberIn = (request: Pick<SeenRequest, 'messages'>) => Number(/\d{4}/.exec(askedIn(request))?.[0])

export const rowsText = (rows: SyntheticRow[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

const CUT = 3
const REFUSED = 5
const ODD = 7

/** Selects fewer requests in worlds of scores, where a refused one is repeated with every start. */
const moodOf = (world: World, request: Request) => rowNumberIn(request) % (world.gives === 'words' ? 11 : 44)

/** Returns whether a moody server's answer is a reply that is kept and therefore not asked again. */
export const isKept = (world: World, request: Request) => world.gives === 'words' || moodOf(world, request) !== REFUSED

/**
 * Answers by the contents of a request alone, never by time, and not always well: replies about every eleventh row cannot be read; for
 * others the first reply is cut off, or one kind of call fails.
 */
export function moody(world: World): (request: SeenRequest) => ScriptedReply {
  return (request) => {
    const right = world.rightReply(request)
    const mood = moodOf(world, request)
    if (mood === REFUSED) return { text: 'I would rather not say.' }
    if (world.gives === 'scores') return { text: right }
    if (mood === CUT && request.body['max_tokens'] === world.maxTokens)
      return { text: right.slice(0, 30), finish: 'length' }
    if (mood === ODD && world.calls[0]?.isIt(request)) return { text: 'hm', finish: 'tool_calls' }
    return { text: right }
  }
}
