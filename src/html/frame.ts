// The frame of a page for browsers, light and dark, that loads nothing from anywhere.
import { html, type Markup } from './markup.ts'
import { STYLE } from './style.ts'

interface FrameContents {
  /** Such as `compare`. */
  command: string
  title: string
  body: Markup
  /** The version of Winnow, and when the run began. */
  winnow: string
  started: string
}

export function framed({ command, title, body, winnow, started }: FrameContents): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="color-scheme" content="light dark" />
        <title>Winnow ${command}: ${title}</title>
        <style>
          ${{ markup: STYLE }}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
          <footer>winnow ${winnow} · ${started}</footer>
        </main>
      </body>
    </html> `
  return `${page.markup.replace(/^ {2,}/gm, '').trim()}\n`
}
