// Opens a ledger by the place that the user named: a file, or the address of a PostgreSQL database.
import { UsageError } from '../../base/errors.ts'
import { shownAddress } from '../../base/url.ts'
import type { Ledger, OpenOptions } from './ledger.ts'

/** `postgres:HOST`, settings as libpq takes them, and a login: no names of files, which would show a password. */
const MEANT_AS_DATABASE = /^postgres(ql)?:|(^|\s)(host|hostaddr|dbname|user|password)\s*=|^[^/\\]+:[^/\\]*@/i

/** Whether a place is the address of a database, and no file. */
export const isDatabase = (place: string): boolean => /^postgres(ql)?:\/\//i.test(place)

/** @throws UsageError if a place is neither a database nor a file: it may hold a login, which the names of folders would show */
export function assertPlace(place: string): void {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(place)?.[1]?.toLowerCase()
  if (isDatabase(place) || (scheme === undefined && !MEANT_AS_DATABASE.test(place))) return
  const where = scheme === undefined ? 'an address written like this' : `${scheme}://…`
  throw new UsageError(`a ledger cannot be at ${where}; allowed: a file, postgres://USER@HOST/DATABASE`)
}

/** Returns a place as it may be shown: the address of a database without its login. */
export const shownPlace = (place: string): string => (isDatabase(place) ? shownAddress(place) : place)

/**
 * Opens or creates a ledger. Several processes may have it open. Close it when done.
 * @param place a file, or `postgres://USER@HOST/DATABASE`
 * @throws UsageError if it is missing, is no ledger, is damaged or cannot be opened
 */
export async function openLedger(place: string, options: OpenOptions = {}): Promise<Ledger> {
  if (isDatabase(place)) {
    const { openPostgresLedger } = await import('./postgres/postgres-ledger.ts')
    return openPostgresLedger(place, options)
  }
  assertPlace(place)
  const { SqliteLedger } = await import('./sqlite/sqlite-ledger.ts')
  return new SqliteLedger(place, options)
}
