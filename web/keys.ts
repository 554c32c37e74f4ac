// The keyboard: one listener, and what each key does in a view.
import { useLayoutEffect } from 'preact/hooks'

/** What each key does, by the key's name. */
export type Keys = Record<string, (event: KeyboardEvent) => void>

/** Fields in which letters are letters. */
const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches('input:not([type=checkbox]):not([type=radio]), textarea, select')

/** Whether the key does something of its own on what has the focus. */
const isOwn = ({ key, target }: KeyboardEvent) =>
  (key === 'Enter' || key === ' ') && target instanceof HTMLElement && target.matches('button, a, summary, input')

/**
 * Listens to keys while the component is shown. Keys with control, alt or meta are the browser's. A key acts on what is seen: the listener
 * changes with the page, not after it.
 */
export function useKeys(keys: Keys): void {
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      if (document.querySelector('dialog[open]')) return
      if (event.key !== 'Escape' && (isTyping(event.target) || isOwn(event))) return
      const action = keys[event.key]
      if (!action) return
      event.preventDefault()
      action(event)
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  })
}

export const BROWSE_KEYS: [string, string][] = [
  ['j  k', 'next row, previous row'],
  ['Enter', 'open the row; then scroll it with the arrows'],
  ['Esc', 'back to the list; leave the search'],
  ['1', 'changed rows'],
  ['2', 'dropped rows'],
  ['3  u', 'undecided rows'],
  ['4', 'kept rows'],
  ['0', 'all rows'],
  ['/', 'search'],
  ['c', 'unfold and fold the calls'],
  ['x', 'clear all filters'],
]

export const VIEW_KEYS: [string, string][] = [
  ['b', 'browse'],
  ['w', 'what if'],
  ['p', 'pictures'],
  ['a', 'audit'],
  ['g', 'agreement'],
  ['?', 'this list'],
]

export const AUDIT_KEYS: [string, string][] = [
  ['0 – 9', 'the grade with that key'],
  ['u', 'unsure'],
  ['s', 'skip'],
  ['z', 'take the last judgement back'],
]
