// How Vite builds the studio's page: relative addresses, no script inside the page, nothing from outside.
import { defineConfig, type Plugin } from 'vite'
import { PARTS } from '../src/html/style.ts'
import { TOKENS } from '../src/html/tokens.ts'

/** Puts the colours into the page, and for reports the style of their parts: those of the pages for a file. */
const tokens: Plugin = {
  name: 'tokens',
  transformIndexHtml: {
    order: 'pre',
    handler: (page) => page.replace('/* tokens */', `${TOKENS} .report-body { ${PARTS} }`),
  },
}

/** Modules of Winnow only declare, but for the door of texts: what the page does not use of them, such as the terminal, stays out. */
const hasEffects = (path: string) => !path.includes('/src/') || path.endsWith('/harmless-vnodes.ts')

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  publicDir: false,
  plugins: [tokens],
  resolve: { alias: { 'node:path': `${import.meta.dirname}/report/path.ts` } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
    emptyOutDir: true,
    rolldownOptions: { treeshake: { moduleSideEffects: hasEffects } },
  },
})
