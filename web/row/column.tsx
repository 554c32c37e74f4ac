// A column of passages. One that fits in the window stays in view while the other scrolls, so that both can be compared.
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

export function Column({ word, children }: { word: string; children: ComponentChildren }) {
  const box = useRef<HTMLElement>(null)
  const [sticks, setSticks] = useState(false)
  useLayoutEffect(() => {
    const column = box.current as HTMLElement
    const pane = column.closest('.pane')
    if (!pane) return undefined
    const observer = new ResizeObserver(() => setSticks(column.offsetHeight + 40 < pane.clientHeight))
    observer.observe(column)
    observer.observe(pane)
    return () => observer.disconnect()
  }, [])
  return (
    <section class={`column ${sticks ? 'sticks' : ''}`} aria-label={word} ref={box}>
      {children}
    </section>
  )
}
