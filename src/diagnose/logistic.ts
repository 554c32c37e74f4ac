// A linear model over sparse features that says which of two kinds a text is of: logistic regression, trained by AdaGrad.
import { randomFrom } from '../random.ts'
import { FEATURES, LENGTHS } from './probe-features.ts'

/** A text to learn from. */
export interface Example {
  features: Uint32Array
  isGenerated: boolean
  /** What it counts beside the others. */
  weight: number
}

const [EPOCHS, RATE] = [4, 0.5]

/**
 * Learns to tell generated texts from others (AdaGrad: Duchi et al. 2011; four times through the examples, in an order drawn by seed).
 * @returns the log-odds of a text, but for a constant
 */
export function trainLogistic(examples: readonly Example[], seed: number): (features: Uint32Array) => number {
  const weights = new Float64Array(FEATURES)
  const squares = new Float64Array(FEATURES)
  const bias = { weight: 0, squares: 0 }
  const order = Uint32Array.from(examples.keys())
  const random = randomFrom(seed)
  const scoreOf = (features: Uint32Array) => {
    let sum = 0
    forEachValue(features, (feature, value) => (sum += (weights[feature] as number) * value))
    return sum
  }
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(order, random)
    for (const at of order) {
      const { features, isGenerated, weight } = examples[at] as Example
      const chance = 1 / (1 + Math.exp(-(scoreOf(features) + bias.weight)))
      const slope = weight * (chance - Number(isGenerated))
      bias.squares += slope * slope
      bias.weight -= (RATE * slope) / (Math.sqrt(bias.squares) + TINY)
      forEachValue(features, (feature, value) => {
        const own = slope * value
        squares[feature] = (squares[feature] as number) + own * own
        weights[feature] = (weights[feature] as number) - (RATE * own) / (Math.sqrt(squares[feature] as number) + TINY)
      })
    }
  }
  return scoreOf
}

const TINY = 1e-8

/** Words and pairs together have length 1, as has the length of the text beside them. */
function forEachValue(features: Uint32Array, visit: (feature: number, value: number) => void): void {
  const words = features.length - LENGTHS
  const [ofWord, ofLength] = [1 / Math.sqrt(words), 1 / Math.sqrt(LENGTHS)]
  for (let at = 0; at < features.length; at++) visit(features[at] as number, at < words ? ofWord : ofLength)
}

/** In place (Fisher and Yates). */
export function shuffle(order: Uint32Array, random: () => number): void {
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    const value = order[at] as number
    order[at] = order[other] as number
    order[other] = value
  }
}
