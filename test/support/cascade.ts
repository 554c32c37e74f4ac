// Rows whose judge flags those that hold a passage ending in #worse or #better, and a score of how near their words come to the query.
import { randomFrom } from './random.ts'
import type { SyntheticRow } from './synthetic.ts'

const OTHER = 'green river stone window market garden letter winter silver bridge'.split(' ')

/**
 * Returns rows of three negatives. In a share of them one is relevant and repeats most words of the query; of the others some negatives do
 * so too, by chance.
 */
export function gatedRows(count: number, share: number, seed = 1): SyntheticRow[] {
  const random = randomFrom(seed)
  const words = (many: number) => Array.from({ length: many }, () => OTHER[Math.floor(random() * OTHER.length)])
  return Array.from({ length: count }, (_all, index) => {
    const topic = ['alpha', 'beta', 'gamma', 'delta'].map((word) => `${word}${index}`)
    const near = (most: number) => topic.slice(0, Math.round(most * random()))
    const isFlagged = random() < share
    const neg = [0, 1, 2].map((at) => {
      const isRelevant = isFlagged && at === index % 3
      const shown = isRelevant ? topic.slice(0, 2 + Math.round(2 * random())) : near(1.4)
      return [...shown, ...words(5), isRelevant ? (index % 2 === 0 ? '#better' : '#worse') : '#none'].join(' ')
    })
    return { query: topic.join(' '), pos: [[...topic, ...words(5)].join(' ')], neg }
  })
}

export const isFlagged = ({ neg }: SyntheticRow) => neg.some((text) => !text.endsWith('#none'))
