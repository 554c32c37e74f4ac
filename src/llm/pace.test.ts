import { expect, test } from 'vitest'
import { Pace } from './pace.ts'

const LIMIT_MS = 120_000

/**
 * Sends calls to a server that works on `slots` of them at once, each for `each` ms, always as many as the pace allows.
 * @returns the longest time to a reply
 */
function longestWait(pace: Pace, slots: number, each: number, replies = 150): number {
  const freeAt = Array.from({ length: slots }, () => 0)
  let inFlight: { sent: number; done: number; together: number }[] = []
  let [now, longest] = [0, 0]
  for (let reply = 0; reply < replies; reply++) {
    while (inFlight.length < pace.limit) {
      const slot = freeAt.indexOf(Math.min(...freeAt))
      const done = Math.max(now, freeAt[slot] as number) + each
      freeAt[slot] = done
      inFlight.push({ sent: now, done, together: inFlight.length + 1 })
    }
    const [next, ...others] = inFlight.toSorted((one, other) => one.done - other.done)
    if (next === undefined) break
    now = next.done
    inFlight = others
    longest = Math.max(longest, now - next.sent)
    pace.answered(now - next.sent, LIMIT_MS, next.together)
  }
  return longest
}

test('a quick server gets everything after a few replies', () => {
  const pace = new Pace({ first: 2, most: 32 })
  expect(pace.limit).toBe(2)
  for (let reply = 0; reply < 5; reply++) pace.answered(200, LIMIT_MS, 2)
  expect(pace.limit).toBe(32)
  const wide = new Pace({ first: 32, most: 256 })
  for (let reply = 0; reply < 32; reply++) wide.answered(200, LIMIT_MS, 32)
  expect(wide.limit).toBe(256)
})

test.each([1_000, 5_000, 20_000, 35_000, 50_000])('one call after the other, each %i ms: no call times out', (each) => {
  const pace = new Pace({ first: 2, most: 32 })
  expect(longestWait(pace, 1, each)).toBeLessThan(LIMIT_MS)
})

test('slow replies of a server that works side by side still admit more', () => {
  const pace = new Pace({ first: 2, most: 32 })
  expect(longestWait(pace, 32, 45_000)).toBe(45_000)
  expect(pace.limit).toBe(32)
})

test('overload halves it once; after a time-out no more go than were answered meanwhile', () => {
  const pace = new Pace({ first: 32, most: 32 })
  pace.overloaded()
  pace.overloaded()
  expect(pace.limit).toBe(16)
  const slow = new Pace({ first: 32, most: 32 })
  slow.overloaded(3)
  expect(slow.limit).toBe(3)
  const silent = new Pace({ first: 32, most: 32 })
  silent.overloaded(0)
  expect(silent.limit).toBe(1)
})
