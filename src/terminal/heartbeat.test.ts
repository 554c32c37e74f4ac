import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CallTotals } from '../job/call-totals.ts'
import type { RowProgress } from '../job/hooks.ts'
import type { ChatRequest } from '../llm/chat.ts'
import { startHeartbeat } from './heartbeat.ts'
import { LiveLine } from './live-line.ts'
import { RowLine } from './row-line.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const request = { model: 'm', source: { stage: 'judge', attempt: 1 } } as ChatRequest
const usage = { input: 900, output: 100, cached: 0, reasoning: 0 }

/** A run of 16 rows, a call each, and what it has printed since it was last looked at. */
function running() {
  const calls = new CallTotals()
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: false })
  const rows = new RowLine()
  const stop = startHeartbeat(rows, new LiveLine(stream as unknown as NodeJS.WriteStream))
  const progress = (rowsDone: number): RowProgress => {
    const found = { falseNegatives: 0, undecided: 0 }
    return { phase: 'gather', rowsDone, rowsTotal: 16, calls, callsPerRow: 1, ...found }
  }
  return {
    rows,
    stop,
    progress,
    reply: () => calls.received(request, { text: '', finishReason: 'stop', usage }, null),
    printed: () =>
      String(stream.read() ?? '')
        .split('\n')
        .slice(0, -1),
  }
}

test('elsewhere than on a terminal a line is printed every half minute, also before the first reply', () => {
  const { rows, stop, progress, printed } = running()
  vi.advanceTimersByTime(60_000)
  expect(printed()).toEqual([])
  rows.set(progress(0))
  vi.advanceTimersByTime(22 * 60_000)
  const lines = printed()
  expect(lines.length).toBeGreaterThanOrEqual(40)
  expect(lines[0]).toMatch(/^asking 0\/16 rows · .* so far · waiting · 0 calls/)
  stop()
  vi.advanceTimersByTime(600_000)
  expect(printed()).toEqual([])
})

test('after two replies it says once how long it will take, and goes on to say what is left', () => {
  const { rows, progress, reply, printed } = running()
  rows.set(progress(0))
  vi.advanceTimersByTime(29_500)
  reply()
  reply()
  rows.set(progress(2))
  vi.advanceTimersByTime(61_000)
  reply()
  rows.set(progress(3))
  vi.advanceTimersByTime(30_000)
  const lines = printed()
  expect(lines.filter((line) => line.includes('at this pace'))).toEqual([
    '2 replies in 30 s; 16 rows need at least 16 calls: about 3 min 30 s more at this pace',
  ])
  expect(lines.at(-1)).toMatch(
    /^asking 3\/16 rows · 1\.\d rows\/min · \d+ min \d\d s left · 3 calls · .* · cost unknown/,
  )
})

test('a run that is over within a minute is not foretold', () => {
  const { rows, progress, reply, printed } = running()
  rows.set(progress(0))
  vi.advanceTimersByTime(1_000)
  for (let call = 0; call < 4; call++) reply()
  vi.advanceTimersByTime(2_000)
  expect(printed()).toEqual([])
})
