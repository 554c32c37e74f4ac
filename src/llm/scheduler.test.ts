import { describe, expect, test } from 'vitest'
import type { ChatModel, ChatRequest, Completion, RateLimits } from './chat.ts'
import { CallError, StopRun, type CallErrorDetails } from './errors.ts'
import { Scheduler } from './scheduler.ts'

const request = {} as ChatRequest
const noGuard = () => Promise.resolve({ received: () => Promise.resolve(), failed: () => undefined })
const done: Completion = { reply: { text: 'ok', finishReason: 'stop' } }
const fails = (code: string, details: CallErrorDetails) => new CallError(code, code, details)

function model(complete: (call: number, signal: AbortSignal) => Promise<Completion>): ChatModel & { calls: number } {
  const fake = {
    identity: 'm',
    endpoint: 'http://a',
    price: undefined,
    calls: 0,
    complete: (_request: ChatRequest, signal: AbortSignal) => complete(fake.calls++, signal),
  }
  return fake
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const scheduler = (more = {}) => new Scheduler({ concurrency: 4, maxRetries: 2, timeoutMs: 5000, ...more })

describe('trying again', () => {
  test('what can pass is tried again, up to the bound', async () => {
    const flaky = model(async (call) => {
      if (call < 2) throw fails('http-500', { remedy: 'retry' })
      return done
    })
    expect((await scheduler().send(flaky, request, noGuard)).reply.text).toBe('ok')
    const broken = model(async () => {
      throw fails('http-500', { remedy: 'retry' })
    })
    await expect(scheduler({ maxRetries: 1 }).send(broken, request, noGuard)).rejects.toThrow('http-500 (2 attempts)')
    expect(broken.calls).toBe(2)
  })

  test.each([
    ['give-up', CallError],
    ['split', CallError],
    ['stop', StopRun],
  ] as const)('%s is not tried again', async (remedy, kind) => {
    const broken = model(async () => {
      throw fails('x', { remedy })
    })
    await expect(scheduler().send(broken, request, noGuard)).rejects.toBeInstanceOf(kind)
    expect(broken.calls).toBe(1)
  })

  test('a stalled attempt is given up after the timeout, and its signal fires', async () => {
    const stalled = model(
      (call, signal) =>
        new Promise((resolve, reject) => {
          if (call > 0) resolve(done)
          signal.addEventListener('abort', () => reject(new Error('aborted')))
        }),
    )
    await scheduler({ timeoutMs: 30 }).send(stalled, request, noGuard)
    expect(stalled.calls).toBe(2)
  })

  test('an endpoint that cannot be reached at all stops the run', async () => {
    const gone = model(async () => {
      throw fails('unreachable', { remedy: 'retry' })
    })
    await expect(scheduler({ maxRetries: 1 }).send(gone, request, noGuard)).rejects.toMatchObject({
      code: 'endpoint-gone',
    })
  })
})

describe('how many at once', () => {
  test('never more than the concurrency', async () => {
    let now = 0
    let peak = 0
    const slow = model(async () => {
      peak = Math.max(peak, ++now)
      await wait(5)
      now -= 1
      return done
    })
    const queue = scheduler({ concurrency: 3 })
    await Promise.all(Array.from({ length: 20 }, () => queue.send(slow, request, noGuard)))
    expect(peak).toBe(3)
  })

  test('overload halves it, success brings it back', async () => {
    const queue = scheduler({ concurrency: 8 })
    const busy = model(async (call) => {
      if (call === 0) throw fails('http-429', { remedy: 'retry', overload: true })
      return done
    })
    await queue.send(busy, request, noGuard)
    expect(queue.limit).toBe(4)
    for (let call = 0; call < 60; call++) await queue.send(busy, request, noGuard)
    expect(queue.limit).toBe(8)
  })

  test('it begins as the server wants it, and asks that once', async () => {
    let asked = 0
    const begin = async () => {
      asked += 1
      await wait(5)
      return { first: 1, most: 3 }
    }
    const queue = scheduler({ concurrency: 32, begin })
    let now = 0
    let peak = 0
    const slow = model(async () => {
      peak = Math.max(peak, ++now)
      await wait(5)
      now -= 1
      return done
    })
    await Promise.all([queue.send(slow, request, noGuard), queue.send(slow, request, noGuard)])
    expect([asked, peak]).toEqual([1, 1])
    await Promise.all(Array.from({ length: 20 }, () => queue.send(slow, request, noGuard)))
    expect([asked, peak, queue.limit]).toEqual([1, 3, 3])
  })

  test('Retry-After and empty counters hold everything back', async () => {
    const queue = scheduler()
    const limits: RateLimits = { remainingRequests: 0, resetRequestsMs: 120 }
    const limited = model(async (call) => (call === 0 ? { ...done, limits } : done))
    await queue.send(limited, request, noGuard)
    const started = performance.now()
    await queue.send(limited, request, noGuard)
    expect(performance.now() - started).toBeGreaterThan(90)
  })
})

describe('calls that run into their time limit', () => {
  const stalling = (limits: number[] = []) =>
    model(
      (_call, signal) =>
        new Promise((_resolve, reject) => {
          const started = performance.now()
          signal.addEventListener('abort', () => {
            limits.push(performance.now() - started)
            reject(new Error('aborted'))
          })
        }),
    )

  test('get twice the time each time they are repeated, up to eight times, and are given up then', async () => {
    const limits: number[] = []
    const queue = scheduler({ timeoutMs: 100, maxRetries: 8 })
    const sent = queue.send(stalling(limits), request, noGuard)
    await expect(sent).rejects.toThrow('no complete answer within 0.8 s from http://a (4 attempts)')
    expect(limits.map((each) => Math.floor(Math.log2(each / 95)))).toEqual([0, 1, 2, 3])
  })

  test('are said once, with what to set, and leave fewer calls in flight', async () => {
    const notices: string[] = []
    const queue = scheduler({ timeoutMs: 20, maxRetries: 1, onNotice: (notice: string) => notices.push(notice) })
    const stalled = stalling()
    await Promise.allSettled([queue.send(stalled, request, noGuard), queue.send(stalled, request, noGuard)])
    expect(queue.limit).toBe(1)
    expect(notices).toEqual([
      'no complete answer within 0.02 s from http://a: the call is repeated with twice the time, and the server gets 1 at once instead of 4. ' +
        'For a slow server, set --concurrency 1 and --timeout 0.1',
    ])
  })

  test('let the others go first when they are repeated', async () => {
    const order: string[] = []
    const queue = scheduler({ concurrency: 1, timeoutMs: 300, maxRetries: 2 })
    const endless = stalling([])
    const long = {
      ...endless,
      complete: (...given: Parameters<typeof endless.complete>) => (order.push('long'), endless.complete(...given)),
    }
    const quick = model(async () => (order.push('quick'), await wait(60), done))
    const sent = queue.send(long, request, noGuard).catch(() => undefined)
    await Promise.all(Array.from({ length: 12 }, () => queue.send(quick, request, noGuard)))
    expect(order.slice(0, 13)).toEqual(['long', ...Array.from({ length: 12 }, () => 'quick')])
    queue.stop(new StopRun('over', 'over'))
    await sent
  })
})

test('stop lets calls in flight finish and sends nothing new', async () => {
  const queue = scheduler({ concurrency: 1 })
  const slow = model(async () => {
    await wait(30)
    return done
  })
  const first = queue.send(slow, request, noGuard)
  const second = queue.send(slow, request, noGuard)
  await wait(5)
  queue.stop(new StopRun('interrupted', 'interrupted'))
  expect((await first).reply.text).toBe('ok')
  await expect(second).rejects.toThrow('interrupted')
  expect(slow.calls).toBe(1)
})
