// Places follow from the order of the evidence.
import { expect, test } from 'vitest'
import type { Evidence } from '../../evidence/evidence.ts'
import { placesIn } from './places.ts'

const said = (passage: string, verdict: string, more: object = {}): Evidence => ({
  ...({ kind: 'verdict', passage, stage: 'judge', model: 'm', prompt: 'p@1', verdict } as const),
  ...more,
})

test('counts from 1 in each call, each stage and each order; a prompt for one passage has no places', () => {
  const evidence = [
    said('a', 'better', { stage: 'screen', prompt: 'small@1' }),
    said('a', 'irrelevant'),
    said('b', 'worse'),
    said('c', 'better'),
    said('b', 'better', { stage: 'confirm', order: 2 }),
    said('a', 'worse', { stage: 'confirm', order: 2 }),
    said('b', 'worse', { stage: 'confirm', order: 3 }),
  ]
  expect(placesIn(evidence, 2, new Set(['small@1'])).map((each) => Object.values(each).join(' '))).toEqual([
    'judge 1 irrelevant',
    'judge 2 worse',
    'judge 1 better',
    'confirm 1 better',
    'confirm 2 worse',
    'confirm 1 worse',
  ])
})
