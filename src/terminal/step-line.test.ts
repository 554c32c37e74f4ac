import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { StepLine } from './step-line.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('the time left follows the pace of the step, and a new step begins anew', () => {
  const line = new StepLine()
  const at = (what: string, done: number, total = 100) => line.text({ what, done, total })
  expect(at('reading', 0)).toBe('reading 0/100 · 0.0%')
  vi.advanceTimersByTime(1000)
  expect(at('reading', 10)).toBe('reading 10/100 · 10.0% · 9.0 s left')
  vi.advanceTimersByTime(8000)
  expect(at('reading', 90)).toBe('reading 90/100 · 90.0%')
  expect(at('searching', 20)).toBe('searching 20/100 · 20.0%')
  vi.advanceTimersByTime(1000)
  expect(at('searching', 21)).toBe('searching 21/100 · 21.0% · 1 min 19 s left')
  vi.advanceTimersByTime(1000)
  expect(at('searching', 40, 0)).toBe('searching 40')
})
