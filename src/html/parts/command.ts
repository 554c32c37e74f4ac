// Commands to type.
import { html } from '../template.ts'
import { Scroller } from './scroller.ts'

export const Command = ({ label, text }: { label: string; text: string }) =>
  Scroller({ label, children: html`<pre><code>${text}</code></pre>` })
