// What the errors of a database mean: in plain words without login, with what to do, and whether it passes by itself.
import { messageOf, UsageError, WinnowError } from '../../../base/errors.ts'

export interface DatabaseFailure {
  why: string
  hint: string
  /** Whether the same statement may succeed a moment later, over a new connection. */
  passes: boolean
}

const WAIT = 'Wait until the server is there again, then run the same command: it goes on where it stopped.'
const CHECK = 'Check that the server runs, and host and port.'
const LOGIN =
  'Write the user into the address and the password into PGPASSWORD or ~/.pgpass: postgres://USER@HOST/DATABASE.'
const GRANT = 'docs/postgres.md lists the rights that a user needs.'

const passing = (why: string, hint = WAIT): DatabaseFailure => ({ why, hint, passes: true })
const lasting = (why: string, hint: string): DatabaseFailure => ({ why, hint, passes: false })

const UNREACHABLE = passing('the connection was lost')
/** By SQLSTATE or the code of the system. */
const KNOWN: Record<string, DatabaseFailure> = {
  ECONNREFUSED: passing('no server answers there', CHECK),
  ENOTFOUND: passing('there is no such host', CHECK),
  EAI_AGAIN: passing('the name of the host cannot be looked up', CHECK),
  EHOSTUNREACH: passing('the host cannot be reached', CHECK),
  ENETUNREACH: passing('the network cannot be reached', CHECK),
  ETIMEDOUT: passing('no answer in time', CHECK),
  ENOENT: passing('no server listens at that socket', CHECK),
  ECONNRESET: UNREACHABLE,
  EPIPE: UNREACHABLE,
  '57P01': passing('the server ended the connection'),
  '57P02': passing('the server crashed'),
  '57P03': passing('the server is starting up or shutting down'),
  '57P05': passing('the server ended the connection'),
  '53300': passing(
    'the server has too many connections',
    'Raise max_connections of the server, or run fewer workers: each needs two.',
  ),
  '25006': passing(
    'the server may only be read: it is a replica',
    'Name the primary server; after a failover, the new one.',
  ),
  '25P02': passing('the transaction was aborted'),
  '40001': passing('the server could not order two transactions'),
  '40P01': passing('two transactions waited for each other'),
  '55P03': passing('a lock could not be had'),
  '28P01': lasting('the server refuses the login', LOGIN),
  '28000': lasting('the server refuses the login', LOGIN),
  '3D000': lasting('the server has no such database', 'Make it with createdb, or correct the name.'),
  '42501': lasting('the user lacks a right', GRANT),
  '53100': lasting(
    'the disk of the server is full',
    'Make room, then run the same command: it goes on where it stopped.',
  ),
  '53200': passing('the server has no memory left'),
}
/** The tables are not as they should be: relation, column, function or schema missing. */
const DAMAGED = ['42P01', '42703', '42883', '3F000', '23502', '22P02']

export function failureOf(error: unknown): DatabaseFailure {
  const { code = '' } = error as { code?: string }
  const known = KNOWN[code]
  if (known !== undefined) return known
  const message = messageOf(error)
  if (code.startsWith('08') || /^Connection terminated|^Client has encountered|closed state/i.test(message)) {
    return UNREACHABLE
  }
  if (/timeout/i.test(message)) return KNOWN['ETIMEDOUT'] as DatabaseFailure
  if (/SASL|SCRAM|password/i.test(message)) return lasting('the server asks for a password', LOGIN)
  if (/certificate/i.test(message)) {
    return lasting('the certificate of the server is not trusted', 'Name its root certificate: ?sslrootcert=FILE.')
  }
  if (/SSL/i.test(message)) {
    return lasting(
      'the server does not offer the encryption that was asked for',
      'Correct sslmode in the address, or PGSSLMODE.',
    )
  }
  if (DAMAGED.includes(code)) {
    return lasting(
      `tables of the ledger are missing or not Winnow's (${code})`,
      'Restore the schema winnow from a backup, or name another database.',
    )
  }
  return lasting(`the server reports an error${code === '' ? '' : ` (${code})`}: ${quoted(message)}`, CHECK)
}

/** Messages of the server may name users. */
const quoted = (message: string) => message.replaceAll(/(user|role) "[^"]*"/g, '$1 "…"')

/** @param doing what cannot be done: `open`, `read`, `write to` */
export function cannot(doing: string, place: string, { why, hint }: DatabaseFailure, tried?: string): WinnowError {
  const text = `cannot ${doing} the ledger ${place}: ${why}${tried === undefined ? '' : ` (${tried})`}`
  return doing === 'open' ? new UsageError(text, { hint }) : new WinnowError('ledger', text, { hint })
}
