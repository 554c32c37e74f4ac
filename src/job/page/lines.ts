// Lines that the terminal prints, as a list: those that are set in go below the one before, and those in columns keep them.
import type { VNode } from 'preact'
import { Scroller } from '../../html/parts/scroller.ts'
import { html } from '../../html/template.ts'

const IN_COLUMNS = /\S {2,}\S/

export function linesOf(lines: readonly string[]): VNode {
  const groups: { head: string; more: string[] }[] = []
  for (const line of lines) {
    const last = groups.at(-1)
    if (line.startsWith('  ') && last !== undefined) last.more.push(line)
    else groups.push({ head: line.trim().replaceAll(/ {2,}/g, ': '), more: [] })
  }
  return html`<ul class="lines">
    ${groups.map(({ head, more }) => html`<li>${head}${more.length === 0 ? null : moreOf(head, more)}</li>`)}
  </ul>`
}

function moreOf(head: string, lines: readonly string[]): VNode {
  if (lines.some((line) => IN_COLUMNS.test(line.trim()))) {
    return Scroller({ label: head, children: html`<pre>${outdented(lines).join('\n')}</pre>` })
  }
  return html`<ul>
    ${lines.map((line) => html`<li>${line.trim()}</li>`)}
  </ul>`
}

function outdented(lines: readonly string[]): string[] {
  const least = Math.min(...lines.map((line) => line.length - line.trimStart().length))
  return lines.map((line) => line.slice(least))
}
