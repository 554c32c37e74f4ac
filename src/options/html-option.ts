// The option of a page for a browser, the same for every command that writes one.
import { text } from './options.ts'

export const HTML_OPTION = text('FILE', {
  help: 'also write a page for a browser: one file with the verdict, pictures and figures; it loads nothing',
})
