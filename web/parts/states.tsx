// What the page says while it waits, when there is nothing, and when something failed.
import type { ComponentChildren } from 'preact'
import type { ApiError } from '../api.ts'
import { count } from '../words.ts'

export function Waiting({ words }: { words: string }) {
  return (
    <p class="state waiting-state" role="status">
      {words} …
    </p>
  )
}

export function Failed({ error, again }: { error: ApiError; again?: () => void }) {
  return (
    <div class="state failed-state" role="alert">
      <p>
        <b>{error.message}</b>
      </p>
      {error.hint !== null && <p>{error.hint}</p>}
      {again && (
        <button type="button" class="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  )
}

export function Nothing({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="state">
      <p>
        <b>{title}</b>
      </p>
      {children}
    </div>
  )
}

/** How far something has come, for eyes and ears. */
export function Progress({ done, all, words }: { done: number; all: number; words: string }) {
  return (
    <div class="progress">
      <label>
        <span>
          {words}: {count(done)} of {count(all)}
        </span>
        <progress value={done} max={Math.max(1, all)} />
      </label>
    </div>
  )
}
