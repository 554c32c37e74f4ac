// The one door for texts: whatever becomes part of a page, in Node or in a browser, goes through here. Preact writes the signs of HTML as
// text; here the characters that reorder a line or are refused by browsers are written out.
import { Fragment, options, type VNode } from 'preact'
import { harmless } from '../base/harmless.ts'

/** Returns a text for a page. White space stays. */
export const harmlessIn = (text: string) => harmless(text.replace(/\r\n?/g, '\n').replaceAll('\t', ' '))

let isGuarded = false

/** Has every element that Preact makes from now on go through the door. */
export function guardElements(): void {
  if (isGuarded) return
  isGuarded = true
  const before = options.vnode
  options.vnode = (vnode) => {
    guard(vnode)
    before?.(vnode)
  }
}

/** @throws TypeError if markup would be inserted unread */
function guard(vnode: VNode): void {
  const props = vnode.props as Record<string, unknown> | string | null
  if (typeof props !== 'object' || props === null) {
    if (typeof props === 'string') Object.assign(vnode, { props: harmlessIn(props) })
    return
  }
  if ('children' in props) props['children'] = inChildren(props['children'])
  if (typeof vnode.type !== 'string' && vnode.type !== Fragment) return
  if ('dangerouslySetInnerHTML' in props) throw new TypeError('pages are made of elements and texts, not of markup')
  for (const [name, value] of Object.entries(props)) {
    if (name !== 'children' && typeof value === 'string') props[name] = harmlessIn(value)
  }
}

function inChildren(children: unknown): unknown {
  if (typeof children === 'string') return harmlessIn(children)
  return Array.isArray(children) ? children.map(inChildren) : children
}
