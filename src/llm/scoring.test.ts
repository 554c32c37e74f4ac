// Covers scores as replies: they are read back exactly or not at all.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UnreadableReply } from './read.ts'
import { readScores, scoresText, scoringIn, scoringMessages } from './scoring.ts'

const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((score) => (score === 0 ? 0 : score))

describe('scores as a reply', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            finite,
            fc.float({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
          ),
        ),
        (scores) => {
          expect(readScores(scoresText(scores), scores.length)).toEqual(scores)
        },
      ),
    )
  })

  it.each([
    ['[0.1]', 'incomplete'],
    ['[0.1,0.2,0.3]', 'incomplete'],
    [scoresText([0.1, NaN]), 'malformed'],
    [scoresText([Infinity, 1]), 'malformed'],
    ['[1e999,1]', 'malformed'],
    ['["0.1",0.2]', 'malformed'],
    ['{"0":1}', 'malformed'],
    ['[0.1,', 'malformed'],
    ['', 'malformed'],
  ])('%s for two passages is %s', (text, why) => {
    expect(() => readScores(text, 2)).toThrow(UnreadableReply)
    expect(() => readScores(text, 2)).toThrow(expect.objectContaining({ why }) as Error)
  })

  it('what is asked comes out of a request as it went in', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (query, passages) => {
        expect(scoringIn(scoringMessages(query, passages))).toEqual({ query, passages })
      }),
    )
  })
})
