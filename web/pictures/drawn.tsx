// Draws a picture in the width there is.
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { plotOptions, type Picture } from '../../src/html/pictures/picture.ts'

export function Drawn({ picture, children }: { picture: Picture; children?: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = box.current as HTMLDivElement
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    if (width === 0) return undefined
    let isGone = false
    const draw = async () => {
      const plot = await import('@observablehq/plot')
      if (isGone) return
      const svg = plot.plot(plotOptions(picture, plot, width))
      // A picture has one label, which says what all of it shows.
      for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label')
      svg.setAttribute('role', 'img')
      box.current?.replaceChildren(svg)
    }
    void draw()
    return () => {
      isGone = true
    }
  }, [picture, width])
  return (
    <div class="drawn">
      <div ref={box} />
      {children}
    </div>
  )
}
