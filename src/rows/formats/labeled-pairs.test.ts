import { describe, expect, it } from 'vitest'
import type { Row } from '../row.ts'
import { recordsIn } from './group.ts'
import { stLabeledPair } from './labeled-pairs.ts'

const record = (passage: string, label: number) => ({ query: 'q', passage, label })
const passage = (text: string, label: 'positive' | 'negative') => ({ id: text, text, label, origin: 'given' as const })
const row = (...passages: Row['passages']): Row => ({ id: 'q', query: 'q', passages })

describe('a decided row of labelled pairs', () => {
  const columns = { records: [record('a', 1), record('b', 0), record('a', 0)] }
  const before = row(passage('a', 'positive'), passage('b', 'negative'), passage('a', 'negative'))
  const after = (...passages: Row['passages']) => recordsIn(stLabeledPair.relabel(columns, before, row(...passages)))

  it('loses the wrong pair of a passage with both labels, and no other', () => {
    expect(after(passage('a', 'positive'), passage('b', 'negative'))).toEqual([record('a', 1), record('b', 0)])
  })

  it('keeps both pairs where both labels stay', () => {
    expect(after(...before.passages.with(1, passage('b', 'positive')))).toEqual([
      record('a', 1),
      record('b', 1),
      record('a', 0),
    ])
  })
})
