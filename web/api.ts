// Talks to the studio's server, and says in plain words why an answer did not come.
import { useCallback, useEffect, useState } from 'preact/hooks'
import { shellWord } from '../src/base/strings.ts'
import type { Failure } from '../src/browse/api.ts'

/** An answer that did not come, or was a refusal. */
export class ApiError extends Error {
  readonly hint: string | null
  /** Whether the server did not answer at all. */
  readonly isGone: boolean
  readonly status: number

  constructor(message: string, hint: string | null, status: number) {
    super(message)
    this.hint = hint
    this.status = status
    this.isGone = status === 0
  }
}

const GONE = 'The server no longer answers.'

/** The command that opens this page, as far as it is known. */
let command = 'the command that opened this page'

/** Tells which file the server has, so that the page can say how to start it again. */
export function openedFrom(path: string): void {
  command = `npx winnow studio ${shellWord(path)}`
}

const goneHint = () => `Start it again in the terminal: ${command}. Then open the address that it prints.`

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return answer<T>(path, signal ? { signal } : {})
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  return answer<T>(path, { method: 'POST', headers, body: JSON.stringify(body) })
}

async function answer<T>(path: string, request: RequestInit): Promise<T> {
  let response: Response
  try {
    response = await fetch(`api/${path}`, { ...request, credentials: 'same-origin' })
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error
    throw new ApiError(GONE, goneHint(), 0)
  }
  if (response.ok) return (await response.json()) as T
  const failure = (await response.json().catch(() => ({}))) as Partial<Failure>
  const { error = `The server answered ${response.status}.`, hint = null } = failure
  throw new ApiError(error, hint, response.status)
}

export interface Fetched<T> {
  /** The last answer, also while a newer one is on its way. */
  value: T | null
  error: ApiError | null
  isLoading: boolean
  again: () => void
}

/** Fetches a path, anew whenever it changes; null fetches nothing. */
export function useFetched<T>(path: string | null): Fetched<T> {
  const [state, setState] = useState<{ path: string | null; value: T | null; error: ApiError | null }>({
    path: null,
    value: null,
    error: null,
  })
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    if (path === null) return undefined
    const stop = new AbortController()
    get<T>(path, stop.signal).then(
      (value) => setState({ path, value, error: null }),
      (error: unknown) => {
        if (error instanceof ApiError) setState((old) => ({ path, value: old.path === path ? old.value : null, error }))
      },
    )
    return () => stop.abort()
  }, [path, turn])
  const again = useCallback(() => setTurn((last) => last + 1), [])
  return { value: state.value, error: state.error, isLoading: path !== null && state.path !== path, again }
}
