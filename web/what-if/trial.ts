// A policy that is tried on the server, followed until it has gone through the file.
import { useEffect, useState } from 'preact/hooks'
import type { PolicyOption, WhatIf } from '../../src/browse/api.ts'
import { ApiError, get, post } from '../api.ts'

/** Milliseconds between looks at how far it has come. */
const LOOK = 250
/** Milliseconds of quiet before a change is tried. */
const QUIET = 250

type Typed = Record<string, string | number | boolean>

/** The options of the address in the types of the policy. Those that the policy does not have are left out. */
export function typed(options: Record<string, string>, policy: readonly PolicyOption[]): Typed {
  const known = policy.flatMap(({ name, kind }): [string, string | number | boolean][] => {
    const value = options[name]
    if (value === undefined) return []
    if (kind === 'flag') return [[name, value === 'true']]
    return [[name, kind === 'number' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value]]
  })
  return Object.fromEntries(known)
}

/** Tries options on the server, and follows until it is done. */
export function useTrial(options: Typed) {
  const [trial, setTrial] = useState<WhatIf | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const [attempt, setAttempt] = useState(0)
  const key = JSON.stringify(options)
  useEffect(() => {
    let isOver = false
    let timer = 0
    const take = (next: WhatIf) => {
      if (isOver) return
      setTrial(next)
      setError(null)
      if (!next.isDone && next.error === null)
        timer = window.setTimeout(() => get<WhatIf>('what-if').then(take, fail), LOOK)
    }
    const fail = (reason: unknown) => {
      if (!isOver && reason instanceof ApiError) setError(reason)
    }
    if (key === '{}') setTrial(null)
    else timer = window.setTimeout(() => begun(options).then(take, fail), QUIET)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [key, attempt])
  return { trial, error, again: () => setAttempt((last) => last + 1) }
}

/** The options that this page had tried last, so that another view takes up the same trial. */
let last = ''

/** Returns the trial of these options: the one that the server has already, or a new one. */
async function begun(options: Typed): Promise<WhatIf> {
  const key = JSON.stringify(options)
  if (key === last) {
    const standing = await get<WhatIf>('what-if')
    if (standing.error === null && JSON.stringify(standing.options) === key) return standing
  }
  last = key
  return post<WhatIf>('what-if', options)
}
