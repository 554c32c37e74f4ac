// A report of compare, prune, judges or diagnose: its pictures, and for a comparison what is behind each query.
import type { RunView } from '../../src/browse/api.ts'
import type { CompareReport } from '../../src/commands/compare/report.ts'
import type { Place } from '../address.ts'
import { useFetched } from '../api.ts'
import { Failed, Waiting } from '../parts/states.tsx'
import { CompareQueries } from './compare.tsx'

export function Report({ run, place }: { run: RunView; place: Place }) {
  const { value, error, again } = useFetched<unknown>('report')
  if (error) return <Failed error={error} again={again} />
  if (!value) return <Waiting words="Reading the report" />
  return (
    <div class="report">
      {run.kind === 'compare' && <CompareQueries report={value as CompareReport} place={place} />}
    </div>
  )
}
