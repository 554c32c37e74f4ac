// The intervals of a plan, in simulation: made-up files of rows whose calls and tokens vary, a pilot of some, and what the rest then costs.
import { expect, test } from 'vitest'
import { randomFrom } from '../src/base/random.ts'
import { inPilot } from '../src/job/gather/pilot.ts'
import type { Amounts, ByStage, OpenRow, SeenRow } from '../src/job/plan/account.ts'
import { RowTotals } from '../src/job/plan/row-totals.ts'
import type { Weights } from '../src/job/plan/totals.ts'
import { repetitions } from './support/repetitions.ts'

const FILES = repetitions(100, 140, 1000)

/** US dollars for a million tokens. */
const PRICES: Record<string, { input: number; output: number }> = {
  screen: { input: 0.2, output: 1.25 },
  judge: { input: 0.75, output: 4.5 },
}
const COST: Weights = (stage) => PRICES[stage] ?? {}

interface World {
  name: string
  rows: number
  pilot: number
  /** Share of rows that go to the judge; of long rows, more. */
  escalation: number
  /** How much replies differ in length, as the deviation of their logarithm. */
  spread: number
  /** Share of calls that are asked again. */
  reasked: number
  /** Rows whose requests are counted; default all. */
  counted?: number
  /** Share of the rows that are a hundred times as long; default none. */
  huge?: number
  /** Rows from the start that were asked as well before the run was stopped. Of the first half a tenth as many go to the judge. */
  stoppedAfter?: number
}

const WORLDS: World[] = [
  { name: 'as RLHN', rows: 600, pilot: 100, escalation: 0.55, spread: 0.3, reasked: 0.02 },
  { name: 'few rows reach the judge', rows: 2000, pilot: 100, escalation: 0.08, spread: 0.3, reasked: 0.02 },
  { name: 'almost none does', rows: 2000, pilot: 100, escalation: 0.02, spread: 0.3, reasked: 0.02 },
  { name: 'a small pilot', rows: 400, pilot: 25, escalation: 0.3, spread: 0.4, reasked: 0.03 },
  { name: 'replies that think, of any length', rows: 800, pilot: 100, escalation: 0.3, spread: 1, reasked: 0.05 },
  { name: 'most of the file is asked', rows: 200, pilot: 160, escalation: 0.4, spread: 0.4, reasked: 0.02 },
  { name: 'a sample is counted', rows: 4000, pilot: 100, escalation: 0.4, spread: 0.3, reasked: 0.02, counted: 500 },
  { name: 'a few rows are huge', rows: 400, pilot: 60, escalation: 0.3, spread: 0.4, reasked: 0.02, huge: 0.03 },
  {
    name: 'a run that was stopped, more escalation later',
    rows: 800,
    pilot: 100,
    escalation: 0.5,
    spread: 0.3,
    reasked: 0.02,
    stoppedAfter: 300,
  },
]

test.each(WORLDS)('$name: 95% intervals of cost hold 90% to 99% of the time', (world) => {
  let [held, heldCalls] = [0, 0]
  for (let file = 0; file < FILES; file++) {
    const { figure, calls, truth, trueCalls } = simulated(world, randomFrom(file * 7919 + world.rows))
    if (figure.low <= truth && truth <= figure.high) held += 1
    if (calls.low <= trueCalls && trueCalls <= calls.high) heldCalls += 1
  }
  expect(held / FILES).toBeGreaterThanOrEqual(0.9)
  expect(held / FILES).toBeLessThanOrEqual(0.99)
  expect(heldCalls / FILES).toBeGreaterThanOrEqual(0.9)
})

const ofPlace = (world: World, index: number): World =>
  world.stoppedAfter !== undefined && index < world.rows / 2 ? { ...world, escalation: world.escalation / 10 } : world

const repliesOf = (actual: ByStage): SeenRow['replies'] =>
  new Map([...actual].map(([stage, { output }]) => [stage, { expected: 800, output, counted: 0, billed: 0 }]))

interface MadeRow {
  expected: ByStage
  actual: ByStage
  first: ByStage
}

function simulated(world: World, random: () => number) {
  const { rows, pilot, counted = rows, stoppedAfter = 0 } = world
  const made = Array.from({ length: rows }, (_each, index) => madeRow(ofPlace(world, index), random))
  const drawn = new Set(shuffled(rows, random).slice(0, pilot))
  const isSpread = stoppedAfter > 0 ? inPilot(pilot, rows) : (index: number) => drawn.has(index)
  const isSeen = new Set(made.keys().filter((index) => index < stoppedAfter || isSpread(index)))
  const isCounted = new Set(shuffled(rows, random).slice(0, counted))
  const totals = new RowTotals(['screen', 'judge'], { share: () => ({ low: 0, high: 1 }) })
  let [truth, trueCalls] = [0, 0]
  made.forEach(({ expected, actual, first }, index) => {
    if (isSeen.has(index)) {
      totals.see({ index, expected, actual, first, replies: repliesOf(actual) } satisfies SeenRow)
      if (isCounted.has(index)) totals.add(undefined)
      return
    }
    if (isCounted.has(index)) {
      const pending: ByStage = new Map([['screen', expected.get('screen') as Amounts]])
      const following: ByStage = new Map([['judge', expected.get('judge') as Amounts]])
      totals.add({ index, at: ['screen'], behind: [], pending, following } satisfies OpenRow)
    }
    for (const [stage, { calls, input, output }] of actual) {
      const price = PRICES[stage] as { input: number; output: number }
      truth += input * price.input + output * price.output
      trueCalls += calls
    }
  })
  const all = totals.totals(rows)
  return { figure: all.figure(COST), calls: all.figure(() => ({ calls: 1 })), truth, trueCalls }
}

function madeRow(
  { escalation, spread, reasked, huge = 0 }: Pick<World, 'escalation' | 'spread' | 'reasked' | 'huge'>,
  random: () => number,
): MadeRow {
  const isHuge = huge > 0 && random() < huge
  const long = Math.exp(0.4 * normal(random))
  const length = isHuge ? 100 * long : long
  const [screenInput, judgeInput] = [Math.round(3000 * length), Math.round(3300 * length)]
  const expectedOutput = 800
  const reply = () => Math.round(600 * Math.exp(spread * normal(random)))
  const stage = (calls: number, input: number) => ({
    calls,
    input: calls * input,
    output: Array.from({ length: calls }, reply).reduce((sum, each) => sum + each, 0),
    seconds: 0,
  })
  const isSent = random() < Math.min(1, escalation * Math.sqrt(long))
  const screenCalls = random() < reasked ? 2 : 1
  const actual: ByStage = new Map([['screen', stage(screenCalls, screenInput)]])
  if (isSent) actual.set('judge', stage(random() < reasked ? 2 : 1, judgeInput))
  const expected: ByStage = new Map([
    ['screen', { calls: 1, input: screenInput, output: expectedOutput, seconds: 0 }],
    ['judge', { calls: 1, input: judgeInput, output: expectedOutput, seconds: 0 }],
  ])
  return { expected, actual, first: expected }
}

/** A standard normal number (Box and Muller). */
const normal = (random: () => number) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

function shuffled(size: number, random: () => number): number[] {
  const order = Array.from({ length: size }, (_each, index) => index)
  for (let at = size - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    ;[order[at], order[other]] = [order[other] as number, order[at] as number]
  }
  return order
}
