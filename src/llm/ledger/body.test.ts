import { deflateRawSync, deflateSync } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bodyOf, numberOf, packBody, unpackBody, unpackUnsealed, withoutHeader } from './body.ts'

const text = fc.string({ unit: 'binary', maxLength: 3000 })
const reply = fc.record(
  { text, finishReason: fc.constant('stop'), refusal: text, reasoning: text },
  { requiredKeys: ['text', 'finishReason'] },
)
const dictionary = fc.uint8Array({ minLength: 1, maxLength: 12_288 }).map((bytes) => Buffer.from(bytes))

const withoutReason = ({ finishReason: _finishReason, ...body }: { finishReason: string; text: string }) => body
const none = (id: number): Buffer => {
  throw new Error(`there is no dictionary ${id}`)
}

/** As schema 4 packed bodies. */
const zlibOf = (body: Buffer, bytes?: Buffer) => deflateSync(body, { level: 3, ...(bytes && { dictionary: bytes }) })

test('any body comes back, with a dictionary and without', () => {
  fc.assert(
    fc.property(reply, fc.option(dictionary, { nil: undefined }), (given, bytes) => {
      const body = bodyOf(given)
      expect(unpackBody(packBody(body, bytes), bytes)).toEqual(withoutReason(given))
      const of = (id: number) => (bytes !== undefined && id === numberOf(bytes) ? bytes : none(id))
      const zlib = zlibOf(body, bytes)
      expect(unpackUnsealed(zlib, of)).toEqual(withoutReason(given))
      const { packed, dictionary: id } = withoutHeader(zlib)
      expect(unpackBody(packed, id === undefined ? undefined : of(id))).toEqual(withoutReason(given))
    }),
  )
})

test('a body of before, which has neither header nor checksum, comes back', () => {
  const noise = fc.uint8Array({ maxLength: 20_000 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
  fc.assert(
    fc.property(fc.oneof(text, noise), (content) => {
      const packed = deflateRawSync(`t${content}`, { level: 3, windowBits: 13, memLevel: 5, chunkSize: 2048 })
      expect(unpackUnsealed(packed, none)).toEqual({ text: content })
    }),
  )
})

test('a body of schema 4 with any bit changed, or cut off anywhere, is refused or comes back as it was', () => {
  const bytes = Buffer.from('This document discusses the requirement to file a tax return. '.repeat(9))
  const content = `Doc (1): ${bytes.subarray(0, 200).toString()} Not relevant.`
  const packed = zlibOf(bodyOf({ text: content, finishReason: 'stop' }), bytes)
  const textIn = (damaged: Uint8Array) => {
    try {
      return unpackUnsealed(damaged, () => bytes).text
    } catch {
      return 'refused'
    }
  }
  for (let at = 0; at < packed.length; at++) {
    expect(textIn(packed.subarray(0, at)), `cut at ${at}`).toBe('refused')
    for (let bit = 1; bit < 256; bit *= 2) {
      const damaged = Buffer.from(packed)
      damaged[at] = (damaged[at] as number) ^ bit
      expect(['refused', content], `byte ${at}, bit ${bit}`).toContain(textIn(damaged))
    }
  }
})

test('a body of schema 4 is refused with another dictionary than its own', () => {
  const own = Buffer.from('This document discusses')
  const packed = zlibOf(bodyOf({ text: 'This document', finishReason: 'stop' }), own)
  expect(() => unpackUnsealed(packed, () => Buffer.from('That document discusses'))).toThrow('Bad dictionary')
})
