// The learning curve of a training that reports some of its steps.
import { expect, it } from 'vitest'
import { Curve } from './curve.ts'

it('has the mean of each twentieth; parts without a report take the value before them, or the first', () => {
  const curve = new Curve(40)
  expect(curve.values()).toEqual([])
  curve.add(5, 4)
  curve.add(6, 2)
  curve.add(40, 1)
  expect(curve.values()).toEqual([...Array.from({ length: 19 }, () => 3), 1])
})
