// A linear classifier of texts over sparse features: logistic regression, trained with AdaGrad.
import { randomFrom } from '../../../base/random.ts'
import { FEATURES, MEASURES } from './probe-features.ts'

/** A text to learn from. */
export interface Example {
  /** Its number, for its features. */
  text: number
  isGenerated: boolean
  /** Its weight relative to the others. */
  weight: number
}

const [EPOCHS, RATE] = [3, 0.5]
const TINY = 1e-8

/**
 * Learns to tell generated texts from others (AdaGrad: Duchi et al. 2011; three passes over the examples, in an order drawn with the seed).
 * @returns a function that gives the log-odds of a text, up to a constant
 */
export function trainLogistic(
  examples: readonly Example[],
  featuresOf: (text: number) => Uint32Array,
  seed: number,
): (features: Uint32Array) => number {
  const weights = new Float64Array(FEATURES)
  const squares = new Float64Array(FEATURES)
  const bias = { weight: 0, squares: 0 }
  const order = Uint32Array.from(examples.keys())
  const random = randomFrom(seed)
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(order, random)
    for (const at of order) {
      const { text, isGenerated, weight } = examples[at] as Example
      const features = featuresOf(text)
      const chance = 1 / (1 + Math.exp(-(scoreOf(weights, features) + bias.weight)))
      const slope = weight * (chance - Number(isGenerated))
      bias.squares += slope * slope
      bias.weight -= (RATE * slope) / (Math.sqrt(bias.squares) + TINY)
      learn(weights, squares, features, slope)
    }
  }
  return (features) => scoreOf(weights, features)
}

/** Words and pairs together have length 1, and so have the measured features. */
const OF_MEASURE = 1 / Math.sqrt(MEASURES)

function scoreOf(weights: Float64Array, features: Uint32Array): number {
  const words = features.length - MEASURES
  let [sum, ofMeasures] = [0, 0]
  for (let at = 0; at < words; at++) sum += weights[features[at] as number] as number
  for (let at = words; at < features.length; at++) ofMeasures += weights[features[at] as number] as number
  return sum / Math.sqrt(words) + ofMeasures * OF_MEASURE
}

function learn(weights: Float64Array, squares: Float64Array, features: Uint32Array, slope: number): void {
  const words = features.length - MEASURES
  const ofWord = slope / Math.sqrt(words)
  for (let at = 0; at < features.length; at++) {
    const feature = features[at] as number
    const own = at < words ? ofWord : slope * OF_MEASURE
    const square = (squares[feature] as number) + own * own
    squares[feature] = square
    weights[feature] = (weights[feature] as number) - (RATE * own) / (Math.sqrt(square) + TINY)
  }
}

/** Shuffles in place (Fisher and Yates). */
export function shuffle(order: Uint32Array, random: () => number): void {
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    const value = order[at] as number
    order[at] = order[other] as number
    order[other] = value
  }
}
