// A part of a page under its heading.
import { html, type Content } from '../template.ts'

export const Section = ({ title, children }: { title: string; children: Content }) =>
  html`<section>
    <h2>${title}</h2>
    ${children}
  </section>`
