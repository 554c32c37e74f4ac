// How Vite builds the studio's page: relative addresses, no script inside the page, nothing from outside.
import { defineConfig, type Plugin } from 'vite'
import { TOKENS } from '../src/html/tokens.ts'

/** Puts the colours into the page, so that it never shows without them; they are those of the pages for a file. */
const tokens: Plugin = {
  name: 'tokens',
  transformIndexHtml: { order: 'pre', handler: (page) => page.replace('/* tokens */', TOKENS) },
}

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  publicDir: false,
  plugins: [tokens],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
    emptyOutDir: true,
  },
})
