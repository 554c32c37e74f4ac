// Agreement.
import type { RunView } from '../../src/browse/api.ts'
import type { Place } from '../address.ts'

export function Agreement(_props: { run: RunView; place: Place }) {
  return null
}
