// Which rows the models of a run are checked with: drawn while the input is scanned.
import { MOST_PROBES, SAMPLED } from '../judging/check.ts'
import { ProbeSample } from '../judging/canaries.ts'
import type { CheckValues } from '../judging/options.ts'
import { isAsked, type MethodDefinition, type MethodPlan } from '../method/definition.ts'
import type { Row } from '../rows/row.ts'
import type { Models } from './models.ts'

/** Why the models are not checked, whatever the rows; undefined if they are. */
export function uncheckedFor({ routes }: Models, { noCheck }: CheckValues): string | undefined {
  if (noCheck) return '--no-check'
  const isRecorded = [...routes.values()].some(({ model }) => model.isRecorded)
  return isRecorded ? 'recorded replies answer no made-up rows' : undefined
}

/** Collects the rows; undefined where the models are not checked. */
export function probeSample(
  definition: MethodDefinition,
  plan: MethodPlan,
  models: Models,
  values: CheckValues & { limit?: number | undefined },
): ProbeSample | undefined {
  if (plan.check === undefined || uncheckedFor(models, values) !== undefined) return undefined
  const isFit = (row: Row) => isAsked(definition, row) && !plan.tasks.of(row).exempt.includes(definition.name)
  return new ProbeSample(SAMPLED * (values.checkRows ?? MOST_PROBES), values.limit ?? Infinity, isFit)
}
