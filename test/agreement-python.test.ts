// Agreement against sklearn, statsmodels and krippendorff on random ratings, if WINNOW_TEST_AGREEMENT names a Python that has them.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { agreementOf, agreementTable, kappaOf } from '../src/statistics/agreement.ts'
import { fleissKappa, krippendorffAlpha, totalSums } from '../src/statistics/raters.ts'
import { randomFrom } from './support/random.ts'

const python = process.env['WINNOW_TEST_AGREEMENT']
if (python === undefined) {
  process.stderr.write(
    'SKIPPED: comparison with sklearn, statsmodels and krippendorff: set WINNOW_TEST_AGREEMENT to a Python that has them\n',
  )
}
const SCRIPT = join(import.meta.dirname, 'support/agreement.py')

interface World {
  categories: number
  pairs: [number, number][]
  weights: number[]
  /** The ratings of each unit, by rater; null where there is none. */
  units: (number | null)[][]
}

interface Theirs {
  kappa: number
  weighted: number[]
  statsmodels: number[]
  fleiss: number
  alpha: number[]
}

function worldOf(seed: number): World {
  const random = randomFrom(seed)
  const categories = 2 + (seed % 4)
  const below = (most: number) => Math.floor(random() * most)
  // Every second rating follows the truth, so that there is some agreement.
  const ratingOf = (truth: number) => (random() < 0.5 ? truth : below(categories))
  const ratings = (raters: number) => {
    const truth = below(categories)
    return Array.from({ length: raters }, () => ratingOf(truth))
  }
  const units = Array.from({ length: 60 }, () => ratings(4).map((each) => (random() < 0.15 ? null : each)))
  const pairs = Array.from({ length: 80 }, () => ratings(2) as [number, number])
  return { categories, pairs, weights: pairs.map(() => 0.25 + 4 * random()), units }
}

const unitsOf = (units: World['units']) =>
  units.map((each) => ({ ratings: each.filter((rating) => rating !== null), weight: 1 }))

it.runIf(python !== undefined)('every figure is theirs to 1e-9', () => {
  const worlds = Array.from({ length: 24 }, (_all, seed) => worldOf(seed + 1))
  const said = execFileSync(python as string, [SCRIPT], { input: JSON.stringify(worlds), encoding: 'utf8' })
  const theirs = JSON.parse(said) as Theirs[]
  worlds.forEach(({ categories, pairs, weights, units }, index) => {
    const their = theirs[index] as Theirs
    const table = agreementTable(pairs, categories, weights)
    const kappas = (['unweighted', 'linear', 'quadratic'] as const).map((each) => kappaOf(table, each))
    const sums = totalSums(unitsOf(units), categories)
    const whole = totalSums(unitsOf(units.filter((unit) => !unit.includes(null))), categories)
    const ours = {
      kappa: agreementOf(agreementTable(pairs, categories)).kappa,
      weighted: kappas,
      statsmodels: kappas,
      fleiss: fleissKappa(whole, categories),
      alpha: (['nominal', 'ordinal', 'interval'] as const).map((each) => krippendorffAlpha(sums, categories, each)),
    }
    for (const name of Object.keys(ours) as (keyof Theirs)[]) {
      const [mine, other] = [[ours[name]].flat(), [their[name]].flat()]
      mine.forEach((value, at) => expect(value, `${name} of world ${index}`).toBeCloseTo(other[at] as number, 9))
    }
  })
})
