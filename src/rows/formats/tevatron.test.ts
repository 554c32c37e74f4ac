import { expect, test } from 'vitest'
import type { JsonObject } from '../../base/json.ts'
import { withIds } from '../ids.ts'
import { labelled, type Passage, type Row } from '../row.ts'
import type { Fault } from './format.ts'
import { tevatron } from './tevatron.ts'

function read(columns: JsonObject): Row {
  const faults: Fault[] = []
  const found = tevatron.read(columns, faults)
  expect(faults).toEqual([])
  if (found === undefined) throw new Error('not read')
  return withIds(found, found.id ?? 'of its query')
}

const added: Passage = { id: 'new', title: 'New', text: 'words', label: 'negative', origin: 'mined', score: 1.5 }

test('a passage that is new to a row has a score and an origin only where others of the row have one', () => {
  const node = { docid: 'a', title: '', text: 'x' }
  const columns = (scored: object) => ({
    query: 'q',
    positive_passages: [{ ...node, ...scored }],
    negative_passages: [{ ...node, docid: 'b' }],
  })
  const withNew = (scored: object) => {
    const before = read(columns(scored))
    const moved = tevatron.relabel(columns(scored), before, {
      ...before,
      passages: [...labelled(before, 'positive'), added],
    })
    return (moved['negative_passages'] as unknown[])[0]
  }
  expect(withNew({})).toEqual({ docid: 'new', title: 'New', text: 'words' })
  expect(withNew({ score: 3 })).toEqual({ docid: 'new', title: 'New', text: 'words', score: 1.5 })
  expect(withNew({ origin: 'mined' })).toEqual({ docid: 'new', title: 'New', text: 'words', origin: added.origin })
})
