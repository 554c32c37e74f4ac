// Draws pictures in Node: Observable Plot makes an SVG in a document of linkedom, and its elements become those of the page, so that every
// text in them goes through the same door as all others.
import { h, type VNode } from 'preact'
import { html } from './template.ts'
import { plotOptions, type Picture } from './pictures/picture.ts'

/** Draws a picture three times: for a phone, for a narrow window or paper, and for everything wider. */
export type Draw = (picture: Picture) => VNode

/** In pixels; the style of the page shows the one that fits. */
const WIDTHS = [
  ['narrow', 343],
  ['middle', 640],
  ['broad', 928],
] as const

/** Loads what draws. */
export async function openDrawing(): Promise<Draw> {
  const [plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')])
  const { document } = parseHTML('<html></html>')
  const svg = (picture: Picture, width: number) =>
    elementOf(
      plot.plot({ ...plotOptions(picture, plot, width), document: document as never }) as unknown as DomNode,
      true,
    )
  return (picture) =>
    html`<div class="picture">
      ${WIDTHS.map(([name, width]) => html`<div class=${name}>${svg(picture, width)}</div>`)}
    </div>`
}

/** What is read of a node of linkedom. */
interface DomNode {
  nodeType: number
  localName: string
  textContent: string
  attributes: Iterable<{ name: string; value: string }>
  childNodes: Iterable<DomNode>
}

const [ELEMENT, TEXT] = [1, 3]

/** The page has the style of pictures, and a picture one label, which says what all of it shows. */
const isKept = (name: string, isOutermost: boolean) => isOutermost || !name.startsWith('aria-')

/** A hundredth of a pixel is enough. */
const LONG_NUMBER = /-?\d+\.\d{3,}(e-?\d+)?/g
const rounded = (number: string) => String(Math.round(Number(number) * 100) / 100)

function elementOf({ localName, attributes, childNodes }: DomNode, isOutermost = false): VNode {
  const kept = [...attributes].filter(({ name }) => isKept(name, isOutermost))
  const props = Object.fromEntries(kept.map(({ name, value }) => [name, value.replaceAll(LONG_NUMBER, rounded)]))
  const children = [...childNodes].flatMap((node): (string | VNode)[] => {
    if (node.nodeType === TEXT) return [node.textContent]
    return node.nodeType === ELEMENT && node.localName !== 'style' ? [elementOf(node)] : []
  })
  return h(localName, { ...props, ...(isOutermost && { role: 'img' }) }, children)
}
