// The contract of formats whose rows have a list for each label and keep everything beside it.
import { bge } from '../../src/rows/formats/bge.ts'
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
