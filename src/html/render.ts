// A page or a part of it as text, for a file: no script is in it, and nothing of it is loaded.
import type { VNode } from 'preact'
import { render } from 'preact-render-to-string'

/** Elements that begin on a line of their own, so that the file can be read and compared; what is between them is not shown. */
const BLOCKS = /<(?=(?:section|figure|table|tr|li|article|details|div|svg|g|text|p|ul|h\d|footer)\b)/g

export const rendered = (part: VNode): string => render(part).replaceAll(BLOCKS, '\n<')
