// Templates that become elements of Preact: html`<td title=${note}>${text}</td>`. Values are texts, numbers, elements or lists of them.
import { html as template } from 'htm/preact'
import type { VNode } from 'preact'
import { guardElements } from './harmless-vnodes.ts'

guardElements()

export type Content = string | number | VNode | readonly Content[] | null | undefined

/** A template of one element. A line break between two values leaves no space: put whole sentences into values. */
export const html = template as (parts: TemplateStringsArray, ...values: unknown[]) => VNode
