// Pictures of a report.
import type { RunView } from '../../src/browse/api.ts'
import type { Place } from '../address.ts'

export function Report(_props: { run: RunView; place: Place }) {
  return null
}
