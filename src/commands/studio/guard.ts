// Who may ask: only this machine's page that knows the token. Other pages in the same browser are refused.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'

export interface Guarding {
  token: string
  port: number
}

/** Of everything that is sent: no script but the page's own, nothing from elsewhere, no frame around it. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

export const withHeaders: MiddlewareHandler = async (context, next) => {
  await next()
  for (const [name, value] of Object.entries(HEADERS)) context.header(name, value)
  if (context.req.path.startsWith('/api/')) context.header('cache-control', 'no-store')
}

/** Refuses names of this machine that another site could have given it, and requests that another site made. */
export function ownRequests({ port }: Guarding): MiddlewareHandler {
  const hosts = new Set([`127.0.0.1:${port}`, `[::1]:${port}`, `localhost:${port}`])
  const origins = new Set([...hosts].map((host) => `http://${host}`))
  return async (context, next) => {
    const host = context.req.header('host') ?? ''
    if (!hosts.has(host)) return refused(context, 403, `the host ${JSON.stringify(host)} is not this server's`)
    const origin = context.req.header('origin')
    const isWriting = context.req.method !== 'GET' && context.req.method !== 'HEAD'
    if (
      (origin !== undefined && !origins.has(origin)) ||
      (isWriting && origin !== undefined && origin !== `http://${host}`)
    ) {
      return refused(context, 403, `requests from ${JSON.stringify(origin)} are refused`)
    }
    const site = context.req.header('sec-fetch-site')
    if (site !== undefined && (site === 'cross-site' || site === 'same-site') && (isWriting || isOfApi(context))) {
      return refused(context, 403, 'requests from another site are refused')
    }
    if (isWriting && !/^application\/json\b/.test(context.req.header('content-type') ?? '')) {
      return refused(context, 415, 'allowed: JSON, with the content type application/json')
    }
    return next()
  }
}

const isOfApi = ({ req }: Context) => req.path.startsWith('/api/')

/** Exchanges the token of the address for a cookie, and lets nothing of the API through without one of them. */
export function tokenOnly(guarding: Guarding): MiddlewareHandler {
  const cookie = `winnow-${guarding.port}`
  return async (context, next) => {
    const given = context.req.query('token')
    if (!isOfApi(context)) {
      if (given === undefined) return next()
      if (!isToken(given, guarding)) {
        deleteCookie(context, cookie)
        return refused(
          context,
          401,
          'the token in the address is not of this server',
          'Open the address that winnow studio printed.',
        )
      }
      setCookie(context, cookie, given, { httpOnly: true, sameSite: 'Strict', path: '/' })
      const address = new URL(context.req.url)
      address.searchParams.delete('token')
      return context.redirect(`${address.pathname}${address.search}`, 302)
    }
    const bearer = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1]
    const tokens = [given, bearer, getCookie(context, cookie)].filter((each) => each !== undefined)
    if (tokens.some((each) => isToken(each, guarding))) return next()
    return refused(
      context,
      401,
      'the token is missing, or is not of this server',
      'Open the address that winnow studio printed.',
    )
  }
}

/** Compares in a time that tells nothing of the token. */
const isToken = (given: string, { token }: Guarding) => timingSafeEqual(digest(given), digest(token))

const digest = (text: string) => createHash('sha256').update(text).digest()

export function refused(
  context: Context,
  status: 400 | 401 | 403 | 404 | 413 | 415 | 500,
  error: string,
  hint: string | null = null,
) {
  return context.json({ error, hint }, status)
}
