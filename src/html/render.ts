// A page or a part of it as text, for a file: no script is in it, and nothing of it is loaded.
import type { VNode } from 'preact'
import { render } from 'preact-render-to-string'

export const rendered = (part: VNode): string => render(part)
