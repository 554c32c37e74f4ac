// The address of a ledger in PostgreSQL: what the user wrote, what may be shown of it, and what is Winnow's own in it.
import { UsageError } from '../../../base/errors.ts'
import { publicUrl } from '../../../base/url.ts'

/** Bounds of `?lease=SECONDS`, and what it is without. */
const LEASE = { least: 2, most: 3_600, usual: 30 }

export interface Address {
  /** For the driver. Holds secrets. */
  connection: string
  /** For people: without login and settings. */
  shown: string
  /** How long the claims of a worker hold that does not report. */
  leaseMs: number
}

/** @throws UsageError, which shows nothing of what may be a password */
export function addressOf(place: string): Address {
  let url: URL
  try {
    url = new URL(place)
    if (url.pathname.length < 2) throw new Error('no database')
  } catch {
    throw new UsageError('--ledger: the address of the database cannot be read', {
      hint: 'It is postgres://USER@HOST:PORT/DATABASE, with signs like @ / ? # % in a name or password written as %40 %2F %3F %23 %25. The password may stand in PGPASSWORD.',
    })
  }
  const lease = url.searchParams.get('lease')
  url.searchParams.delete('lease')
  demandEncryption(url)
  return { connection: url.href, shown: publicUrl(url.href), leaseMs: leaseOf(lease) * 1_000 }
}

const ENCRYPTED = ['prefer', 'require', 'verify-ca', 'verify-full']
const SSL_MODES = ['disable', 'no-verify', ...ENCRYPTED]

/** The driver checks the certificate with each of these modes, and warns of it at length unless it is asked for. */
function demandEncryption({ searchParams }: URL): void {
  const mode = searchParams.get('sslmode')
  if (mode === null || searchParams.has('uselibpqcompat')) return
  if (!SSL_MODES.includes(mode)) {
    throw new UsageError(`--ledger: sslmode=${mode} is no mode; allowed: ${SSL_MODES.join(', ')}`)
  }
  if (ENCRYPTED.includes(mode)) searchParams.set('sslmode', 'verify-full')
}

function leaseOf(given: string | null): number {
  if (given === null) return LEASE.usual
  const seconds = Number(given)
  if (seconds >= LEASE.least && seconds <= LEASE.most) return seconds
  throw new UsageError(
    `--ledger: lease=${given} is not a number of seconds; allowed: ${LEASE.least} to ${LEASE.most} (default: ${LEASE.usual})`,
  )
}
