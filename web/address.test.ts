import { describe, expect, test } from 'vitest'
import { isOpen, parametersOf, placeIn, searchOf, toggled } from './address.ts'

const WHOLE =
  '?outcome=changed&outcome=dropped&dataset=a%26b&text=salt+%26+water&disagree=1&whatIf=1&view=what-if&sort=falseNegatives&row=12&if.policy=remove&if.k=&sample=cleaned&assessor=anna&query=q1'

describe('the address', () => {
  test('holds the whole state', () => {
    expect(placeIn(WHOLE)).toEqual({
      view: 'what-if',
      filter: {
        outcome: ['changed', 'dropped'],
        dataset: ['a&b'],
        text: 'salt & water',
        disagree: true,
        whatIf: true,
      },
      sort: 'falseNegatives',
      row: 12,
      options: { policy: 'remove', k: '' },
      sample: 'cleaned',
      assessor: 'anna',
      query: 'q1',
    })
    expect(searchOf(placeIn(WHOLE))).toBe(WHOLE)
  })

  test('says nothing of what is usual', () => {
    expect(searchOf(placeIn(''))).toBe('./')
    expect(isOpen(placeIn('').filter)).toBe(true)
  })

  test.each(['?view=<script>', '?row=-1', '?row=1e999', '?sort=up', '?row=1.5', '?text='])(
    'leaves out what it cannot read: %s',
    (search) => {
      expect(placeIn(search)).toEqual(placeIn(''))
    },
  )
})

test('a value is put into a filter and taken out again', () => {
  const one = toggled({ text: 'x' }, 'dataset', 'a')
  const two = toggled(one, 'dataset', 'b')
  expect(parametersOf(two).toString()).toBe('dataset=a&dataset=b&text=x')
  expect(toggled(toggled(two, 'dataset', 'a'), 'dataset', 'b')).toEqual({ text: 'x' })
})
