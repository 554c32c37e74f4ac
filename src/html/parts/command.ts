// A command to type.
import { html } from '../template.ts'
import { Scroller } from './scroller.ts'

export const Command = ({ text }: { text: string }) =>
  Scroller({ label: 'command', children: html`<pre><code>${text}</code></pre>` })
