// The contract of formats, tested for every one that Winnow reads and writes.
import { expect, test } from 'vitest'
import { bge } from '../../src/rows/formats/bge.ts'
import { FORMATS } from '../../src/rows/formats/index.ts'
import { msSwift, msSwiftReranker } from '../../src/rows/formats/ms-swift.ts'
import { tevatron } from '../../src/rows/formats/tevatron.ts'
import { bgeRow, msSwiftRow, tevatronRow } from '../support/random-rows.ts'
import { describeFormat } from './format.contract.ts'

describeFormat(bge, {
  rows: bgeRow(),
  columns: ['pos', 'neg', 'pos_scores', 'neg_scores'],
})

describeFormat(tevatron, {
  rows: tevatronRow(),
  columns: ['positive_passages', 'negative_passages'],
  hasTitles: true,
})

describeFormat(msSwift, {
  rows: msSwiftRow('user'),
  columns: ['positive_messages', 'negative_messages', 'positive_scores', 'negative_scores'],
})

describeFormat(msSwiftReranker, {
  rows: msSwiftRow('assistant'),
  columns: ['positive_messages', 'negative_messages', 'positive_scores', 'negative_scores'],
})

test('no format is left out', () => expect(FORMATS).toEqual([bge, tevatron, msSwift, msSwiftReranker]))
