// The frame of a page for browsers, light and dark, that loads nothing from anywhere and holds no script.
import type { VNode } from 'preact'
import { openDrawing, type Draw } from './draw.ts'
import { rendered } from './render.ts'
import { STYLE } from './style.ts'
import { html, type Content } from './template.ts'

export interface PageContents {
  /** Such as `compare`. */
  command: string
  /** The verdict in words. */
  title: string
  /** One plain paragraph: what was done, and what was found. */
  lead: Content
  body: (draw: Draw) => Content
  /** The version of Winnow, and when the run began. */
  winnow: string
  started: string
  /** How long it took, in words. */
  took: string
}

export async function framed({ command, title, lead, body, winnow, started, took }: PageContents): Promise<string> {
  const draw = await openDrawing()
  const head = html`<title>${`${title} · winnow ${command}`}</title>`
  const main = html`<main>
    <header class="top">
      <p class="eyebrow">${`winnow ${command}`}</p>
      <h1>${title}</h1>
      <p class="lead">${lead}</p>
    </header>
    ${body(draw)}
    <footer><p>${`winnow ${winnow} · ${started.slice(0, 16).replace('T', ' ')} UTC · ${took}`}</p></footer>
  </main>`
  return documentOf(head, main)
}

/** What is not made of elements: the type of the document, the policy that forbids scripts and loading, and the style. */
const documentOf = (title: VNode, main: VNode) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="color-scheme" content="light dark">
${rendered(title)}
<style>${STYLE}</style>
</head>
<body>
${rendered(main)}
</body>
</html>
`
