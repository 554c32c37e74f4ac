// What every encoder must do: one vector a text, in their order, the same whatever else is encoded.
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Encoder } from '../../src/encoders/encoder.ts'

const TEXTS = [
  'a cat',
  'a dog in the rain',
  'three ships',
  'a cat',
  'Größe 🚢 – “ﬁne”',
  'x'.repeat(300),
  'one\ntwo\u0000',
]

export function describeEncoder(name: string, open: () => Encoder | Promise<Encoder>): void {
  const opened = async () => {
    const encoder = await open()
    onTestFinished(() => encoder.close())
    const encode = async (texts: readonly string[]) => {
      const vectors = await encoder.encode(texts, 'passage')
      expect(vectors).toHaveLength(texts.length * encoder.dimensions)
      return texts.map((_, at) => [...vectors.subarray(at * encoder.dimensions, (at + 1) * encoder.dimensions)])
    }
    return { encoder, encode }
  }

  describe(name, () => {
    test('says who it is and how long its vectors are, and is the same when it is opened again', async () => {
      const [{ encoder }, { encoder: again }] = [await opened(), await opened()]
      expect(encoder.name).not.toBe('')
      expect(encoder.identity).not.toBe('')
      expect(Number.isSafeInteger(encoder.dimensions) && encoder.dimensions > 0).toBe(true)
      expect([again.identity, again.dimensions]).toEqual([encoder.identity, encoder.dimensions])
      const kinds = ['query', 'passage'] as const
      for (const kind of kinds) expect(await again.encode(TEXTS, kind)).toEqual(await encoder.encode(TEXTS, kind))
    })

    test('gives each text its own vector, whatever it is encoded with', async () => {
      const { encode } = await opened()
      const among = await encode(TEXTS)
      expect(among[3]).toEqual(near(among[0]!))
      for (const [at, text] of TEXTS.entries()) expect((await encode([text]))[0]).toEqual(near(among[at]!))
    })

    test('gives many texts their vectors in their order', async () => {
      const { encode } = await opened()
      const many = Array.from({ length: 300 }, (_, at) => `text ${at} ${'word '.repeat((at * 37) % 20)}`)
      const vectors = await encode(many)
      for (const at of [0, 31, 150, 299]) expect(vectors[at]).toEqual(near((await encode([many[at]!]))[0]!))
    })

    test('gives numbers, for a text of nothing too, and nothing for no texts', async () => {
      const { encode } = await opened()
      const [, nothing, blank] = await encode(['a cat', '', ' \n'])
      expect([...nothing!, ...blank!].every(Number.isFinite)).toBe(true)
      expect(await encode([])).toEqual([])
    })

    test('answers several calls at once, each its own', async () => {
      const { encode } = await opened()
      const calls = await Promise.all(TEXTS.map((text) => encode([text, 'between'])))
      const together = await encode(TEXTS)
      expect(calls.map(([vector]) => vector)).toEqual(together.map(near))
    })

    test('a signal stops it', async () => {
      const { encoder } = await opened()
      const stopped = encoder.encode(['never seen'], 'passage', AbortSignal.abort(new Error('enough')))
      await expect(stopped).rejects.toThrow('enough')
    })
  })
}

/** Sums of other batches may differ in their last digits. */
const near = (vector: number[]) => vector.map((value) => expect.closeTo(value, 4) as number)
