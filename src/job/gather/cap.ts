// What a run may still cost: its cap minus what earlier starts have spent.
import { UsageError } from '../../base/errors.ts'
import type { Cap } from '../../llm/cap.ts'
import type { Ledger } from '../../llm/ledger/ledger.ts'
import { costOf, NANO_PER_DOLLAR } from '../../llm/prices.ts'
import type { Models } from '../models.ts'

/** Whose cap it is. */
interface CappedRun {
  models: Pick<Models, 'routes'>
  values: { maxUsd: number | undefined }
  run: { id: string }
}

/**
 * Returns the cap of a run, after pricing the replies of earlier starts that had no price then.
 * @throws UsageError if some came without token counts, so that their cost is unknown
 */
export async function capOf({ models, values, run }: CappedRun, ledger: Ledger): Promise<Cap | undefined> {
  if (values.maxUsd === undefined) return undefined
  const most = Math.round(values.maxUsd * NANO_PER_DOLLAR)
  const { unsettled, unpriced } = await ledger.runs.spending(run.id)
  if (unpriced === 0) return { most, unrecorded: 0 }
  const tokens = await ledger.runs.unpricedTokens(run.id)
  const uncounted = tokens.reduce((sum, stage) => sum + stage.uncounted, 0)
  // Replies that came without token counts while a price was known are already in `unsettled`.
  if (uncounted > 0 && unsettled === 0) {
    throw new UsageError(
      `--max-usd: ${uncounted} earlier replies of run ${run.id} have no token counts or price, so the remaining budget is unknown`,
      {
        hint: 'Continue without --max-usd.',
      },
    )
  }
  const unrecorded = tokens.reduce(
    (sum, { stage, input, output }) =>
      sum + (costOf(models.routes.get(stage)?.model.price, { input, output, cached: 0, reasoning: 0 }) ?? 0),
    0,
  )
  return { most, unrecorded }
}
