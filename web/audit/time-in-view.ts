// How long a passage was in view: the clock stops while the page is hidden.
import { useEffect, useRef } from 'preact/hooks'

/** Returns a function that tells the seconds for which the item has been shown. */
export function useTimeInView(item: string | null): () => number {
  const clock = useRef({ item, gone: 0, since: performance.now() })
  if (clock.current.item !== item) clock.current = { item, gone: 0, since: performance.now() }
  useEffect(() => {
    const follow = () => {
      const { current } = clock
      if (document.hidden) current.gone += performance.now() - current.since
      else current.since = performance.now()
    }
    document.addEventListener('visibilitychange', follow)
    return () => document.removeEventListener('visibilitychange', follow)
  }, [])
  return () => {
    const { gone, since } = clock.current
    const shown = gone + (document.hidden ? 0 : performance.now() - since)
    return Math.round(shown) / 1000
  }
}
