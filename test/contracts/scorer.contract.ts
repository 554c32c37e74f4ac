// What every scorer must do: one score a passage, in their order, the same whatever else is scored.
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Scorer } from '../../src/encoders/scorer.ts'

const PASSAGES = ['a cat', 'a dog in the rain', '', 'three ships at sea', 'a cat', 'Größe 🚢 – “ﬁne”']

export function describeScorer(name: string, open: () => Scorer | Promise<Scorer>): void {
  const opened = async () => {
    const scorer = await open()
    onTestFinished(() => scorer.close())
    return scorer
  }

  describe(name, () => {
    test('says who it is, and is the same when it is opened again', async () => {
      const [scorer, again] = [await opened(), await opened()]
      expect(scorer.name).not.toBe('')
      expect(scorer.identity).not.toBe('')
      expect(again.identity).toBe(scorer.identity)
      expect(await again.score('a cat', PASSAGES)).toEqual(await scorer.score('a cat', PASSAGES))
    })

    test('gives each passage its own score, whatever it is scored with', async () => {
      const scorer = await opened()
      const scores = await scorer.score('a cat', PASSAGES)
      expect(scores).toHaveLength(PASSAGES.length)
      expect(scores.every(Number.isFinite)).toBe(true)
      expect(scores[4]).toEqual(near(scores[0]!))
      for (const [at, passage] of PASSAGES.entries()) {
        expect(await scorer.score('a cat', [passage])).toEqual([near(scores[at]!)])
      }
      expect(await scorer.score('a cat', PASSAGES.toReversed())).toEqual(scores.toReversed().map(near))
    })

    test('scores many passages in their order, and none', async () => {
      const scorer = await opened()
      const many = Array.from({ length: 200 }, (_, at) => `passage ${at} ${'word '.repeat((at * 37) % 8)}`)
      const scores = await scorer.score('a cat', many)
      expect(scores).toHaveLength(200)
      for (const at of [0, 63, 199]) expect(await scorer.score('a cat', [many[at]!])).toEqual([near(scores[at]!)])
      expect(await scorer.score('a cat', [])).toEqual([])
    })

    test('answers several calls at once, each its own', async () => {
      const scorer = await opened()
      const calls = await Promise.all(PASSAGES.map((query) => scorer.score(query, PASSAGES)))
      for (const [at, query] of PASSAGES.entries()) {
        expect(await scorer.score(query, PASSAGES)).toEqual(calls[at]!.map(near))
      }
    })

    test('a signal stops it', async () => {
      const stopped = (await opened()).score('a cat', ['never seen'], AbortSignal.abort(new Error('enough')))
      await expect(stopped).rejects.toThrow('enough')
    })
  })
}

/** Sums of other batches may differ in their last digits. */
const near = (score: number) => expect.closeTo(score, 4) as number
