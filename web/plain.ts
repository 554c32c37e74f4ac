// The one door for texts: every text and every attribute that Preact sets goes through here, so that controls and marks that reorder a
// line are written out. Nothing is ever set as markup.
import { options, type VNode } from 'preact'
import { harmless } from '../src/base/harmless.ts'

/** Attributes that are read to people. */
const READ = ['title', 'aria-label', 'alt', 'placeholder'] as const

/** Line ends and tabs are white space; whatever else steers is written as `\u202e`. */
export const plain = (text: string) => harmless(text.replace(/\r\n?/g, '\n').replaceAll('\t', '    '))

/** Sends every text through the door from now on. */
export function guardTexts(): void {
  const before = options.vnode
  options.vnode = (vnode) => {
    before?.(vnode)
    if (vnode.type === null) guardText(vnode as unknown as { props: unknown })
    else if (typeof vnode.type === 'string') guardAttributes(vnode)
  }
}

function guardText(node: { props: unknown }): void {
  if (typeof node.props === 'string') node.props = plain(node.props)
}

function guardAttributes({ props }: VNode): void {
  const attributes = props as Record<string, unknown>
  for (const name of READ) {
    const value = attributes[name]
    if (typeof value === 'string') attributes[name] = plain(value)
  }
}
