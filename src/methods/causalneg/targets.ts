// Chooses what is written for a row: which requirement each passage breaks, and how. Every row prefers the strategies in an order of its
// own, drawn from the seed and its id. This balances the kinds over a file although no row knows of another.
import { unitHash } from '../../base/hash.ts'
import type { Analysis, Strategy } from '../../evidence/evidence.ts'

export type Target = Analysis['perturbations'][number]

/** Returns the strategies in the order in which a row prefers them. */
export function strategyOrder(strategies: readonly Strategy[], seed: number, row: string): Strategy[] {
  const drawn = new Map(strategies.map((each) => [each, unitHash(`strategy ${seed} ${row} ${each}`)]))
  return strategies.toSorted((one, other) => (drawn.get(one) as number) - (drawn.get(other) as number))
}

/**
 * Returns at most `count` targets, each a critical requirement and a strategy, none twice. Goes round the strategies in their order; each
 * time it picks the requirement taken least often, and the first of equals.
 */
export function targetsOf(analysis: Analysis, order: readonly Strategy[], count: number): Target[] {
  const left = new Map(order.map((strategy) => [strategy, possibleBy(strategy, analysis)]))
  const targets: Target[] = []
  const taken = (requirement: number) => targets.filter((target) => target.requirement === requirement).length
  while (targets.length < count && [...left.values()].some(({ length }) => length > 0)) {
    for (const strategy of order) {
      const possible = left.get(strategy) as Target[]
      const fewest = Math.min(...possible.map(({ requirement }) => taken(requirement)))
      const target = possible.find(({ requirement }) => taken(requirement) === fewest)
      if (target === undefined || targets.length >= count) continue
      targets.push(target)
      possible.splice(possible.indexOf(target), 1)
    }
  }
  return targets
}

function possibleBy(strategy: Strategy, { requirements, perturbations }: Analysis): Target[] {
  const possible = perturbations.filter(
    (each) => each.strategy === strategy && requirements[each.requirement - 1]?.isCritical === true,
  )
  return possible.filter(
    ({ requirement }, index) => possible.findIndex((other) => other.requirement === requirement) === index,
  )
}
