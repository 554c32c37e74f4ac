// What every ledger must do with the claims of requests that are being sent, and with the cap of a run.
import { expect, test } from 'vitest'
import type { Claim } from '../../src/llm/ledger/claim.ts'
import type { Ledger } from '../../src/llm/ledger/ledger.ts'
import { describeWithLedger, keyOf, replyTo, RUN, type Its } from './its.ts'

const claimOf = (content: string, more: Partial<Claim> = {}): Claim => ({
  key: keyOf(content),
  run: 'r1',
  amount: 100,
  cap: undefined,
  ...more,
})
/** @param open opens the same empty ledger each time within a test */
export const describeClaiming = (name: string, open: () => Promise<Ledger>): void =>
  describeWithLedger(name, open, [describeClaims, describeCaps])

function describeClaims(its: Its): void {
  test('a request is claimed by one, until its reply or its release', async () => {
    const other = await its.another()
    expect(await its.ledger.claim(claimOf('a'))).toEqual({ state: 'granted' })
    expect(await other.claim(claimOf('a'))).toEqual({ state: 'elsewhere' })
    expect(await its.ledger.claim(claimOf('a'))).toEqual({ state: 'elsewhere' })
    expect(await other.isClaimed(keyOf('a'))).toBe(true)
    its.ledger.release({ key: keyOf('a'), run: 'r1', unsettled: 0 })
    await its.ledger.settled()
    expect(await other.isClaimed(keyOf('a'))).toBe(false)
    expect(await other.claim(claimOf('a'))).toEqual({ state: 'granted' })
    await other.append(replyTo('a'))
    expect(await its.ledger.isClaimed(keyOf('a'))).toBe(false)
    expect(await its.ledger.claim(claimOf('a'))).toEqual({ state: 'answered' })
  })

  test('who closes the ledger gives its claims up', async () => {
    const other = await its.another()
    await other.claim(claimOf('a'))
    await other.close()
    expect(await its.ledger.isClaimed(keyOf('a'))).toBe(false)
    expect(await its.ledger.claim(claimOf('a'))).toEqual({ state: 'granted' })
  })

  test('many that claim the same at once: each request is granted once', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `q${index}`)
    const all = await Promise.all(Array.from({ length: 6 }, () => its.another()))
    const states = await Promise.all(
      all.map((ledger, shift) =>
        Promise.all(
          [...names.slice(shift * 30), ...names.slice(0, shift * 30)].map(async (name) => {
            const { state } = await ledger.claim(claimOf(name))
            if (state === 'granted') await ledger.append(replyTo(name))
            return [name, state] as const
          }),
        ),
      ),
    )
    const granted = states.flat().filter(([, state]) => state === 'granted')
    expect(granted.map(([name]) => name).toSorted()).toEqual(names.toSorted())
    expect(
      new Set(states.flat().map(([, state]) => state)).isSubsetOf(new Set(['granted', 'elsewhere', 'answered'])),
    ).toBe(true)
    expect((await its.ledger.contents()).replies).toBe(names.length)
  })
}

function describeCaps(its: Its): void {
  test('a claim needs room beside what is spent, held and unsettled', async () => {
    await its.ledger.runs.start(RUN)
    await its.ledger.append(replyTo('before', { cost: 40 }))
    await its.ledger.append(replyTo('unpriced', { cost: null, unsettled: 10 }))
    const other = await its.another()
    const claim = (ledger: Ledger, name: string, amount: number) => ledger.claim(claimOf(name, { amount, cap: 200 }))
    expect(await claim(its.ledger, 'a', 100)).toEqual({ state: 'granted' })
    expect(await claim(other, 'b', 51)).toEqual({ state: 'no-room', spent: 50, held: 100 })
    expect(await claim(other, 'b', 50)).toEqual({ state: 'granted' })
    await its.ledger.append(replyTo('a', { cost: 30 }))
    other.release({ key: keyOf('b'), run: 'r1', unsettled: 50 })
    await other.settled()
    expect(await claim(other, 'c', 71)).toEqual({ state: 'no-room', spent: 130, held: 0 })
    expect(await claim(other, 'c', 70)).toEqual({ state: 'granted' })
    // Another run has a cap of its own.
    expect(await its.ledger.claim(claimOf('d', { run: 'r2', amount: 200, cap: 200 }))).toEqual({ state: 'granted' })
  })

  test('sixteen that spend at once never pass the cap', { timeout: 60_000 }, async () => {
    await its.ledger.runs.start(RUN)
    const all = await Promise.all(Array.from({ length: 16 }, () => its.another()))
    const cap = 10_000
    let [asked, most] = [0, 0]
    const spend = async (ledger: Ledger): Promise<void> => {
      for (let empty = 0; empty < 3;) {
        const name = `q${(asked += 1)}`
        const answer = await ledger.claim(claimOf(name, { amount: 100, cap }))
        if (answer.state === 'no-room') {
          most = Math.max(most, answer.spent + answer.held)
          empty += answer.held === 0 ? 3 : 0
          continue
        }
        expect(answer.state).toBe('granted')
        if (asked % 5 === 0) ledger.release({ key: keyOf(name), run: 'r1', unsettled: asked % 10 === 0 ? 100 : 0 })
        else await ledger.append(replyTo(name, { cost: 20 + (asked % 80) }))
      }
    }
    await Promise.all(all.flatMap((ledger) => Array.from({ length: 4 }, () => spend(ledger))))
    const { cost, unsettled } = await its.ledger.runs.spending('r1')
    expect(most).toBeLessThanOrEqual(cap)
    expect(cost + unsettled).toBeLessThanOrEqual(cap)
    expect(cost + unsettled).toBeGreaterThan(cap - 100)
  })
}
