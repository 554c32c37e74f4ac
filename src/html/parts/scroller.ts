// What may be wider than the screen: it scrolls, by keys too, and the page's style shades the edge behind which more is.
import { html, type Content } from '../template.ts'

/** @param label what is in it, for those who cannot see it */
export const Scroller = ({ label, children }: { label: string; children: Content }) =>
  html`<div class="wide" tabindex="0" role="region" aria-label=${label}>${children}</div>`
