// The style of pages for a file: one column that also fits a phone and paper, light and dark.
import { TOKENS } from './tokens.ts'

const TYPE = `
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100% }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
main { max-width: 60rem; margin: 0 auto; padding: 1.25rem 1rem 3rem }
h1, h2, h3, h4, summary, p, li { overflow-wrap: anywhere }
h1 { font-size: clamp(1.5rem, 1.1rem + 1.9vw, 2.25rem); line-height: 1.2; letter-spacing: -.015em; margin: 0; text-wrap: balance }
h2 { font-size: 1.25rem; line-height: 1.3; letter-spacing: -.01em; margin: 2.75rem 0 .75rem }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem }
h4 { font-size: .8125rem; font-weight: 600; color: var(--pale); margin: 0 0 .25rem }
p { margin: 0 0 .75rem; max-width: 46rem }
small, figcaption, footer, .pale { color: var(--pale) }
small, figcaption, footer { font-size: .875rem }
.top { padding: .5rem 0 1rem; border-bottom: 1px solid var(--line) }
.eyebrow { font: 600 .8125rem/1 ui-monospace, monospace; color: var(--accent); margin: 0 0 .75rem }
.lead { font-size: 1.0625rem; margin: .75rem 0 0; color: var(--pale) }
.up { color: var(--positive) } .down { color: var(--removed) }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .75rem }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
`

const PICTURES = `
figure { margin: 0 0 1.5rem } figcaption { margin-bottom: .75rem; max-width: 46rem }
.narrow, .middle { display: none }
svg { display: block; max-width: 100%; height: auto } svg text { font-family: system-ui, sans-serif; white-space: pre }
.legend { list-style: none; padding: 0; margin: .5rem 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .875rem }
.key { display: inline-block; width: 1.25rem; height: .25rem; border-radius: 2px; background: var(--own); vertical-align: middle; margin-right: .5rem }
.key.broken { background: repeating-linear-gradient(90deg, var(--own) 0 5px, transparent 5px 8px) }
@media (max-width: 60rem) { .middle { display: block } .broad { display: none } }
@media (max-width: 42rem) { .narrow { display: block } .middle { display: none } }
`

/** The paper at the edges scrolls with what it covers; the shades stay, and show where there is more. */
const TABLES = `
.wide { overflow-x: auto; margin: 0 0 1rem; --under: var(--paper); --shade: rgb(0 0 0 / 22%);
  background: linear-gradient(90deg, var(--under) 40%, transparent) 0 / 2.5rem 100% local no-repeat, linear-gradient(270deg, var(--under) 40%, transparent) 100% / 2.5rem 100% local no-repeat,
    linear-gradient(90deg, var(--shade), transparent) 0 / .75rem 100% scroll no-repeat, linear-gradient(270deg, var(--shade), transparent) 100% / .75rem 100% scroll no-repeat var(--under) }
.wide:has(pre) { --under: var(--sunk); border-radius: 6px }
@media screen and (prefers-color-scheme: dark) { .wide { --shade: rgb(160 180 220 / 30%) } }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9375rem }
th, td { padding: .375rem 1rem .375rem 0; text-align: right; white-space: nowrap; vertical-align: baseline; border-bottom: 1px solid var(--line) }
th:last-child, td:last-child { padding-right: .25rem }
th.text, td.text { text-align: left } td.prose { white-space: normal; min-width: 16rem }
thead th, thead td { color: var(--pale); font-weight: 500; font-size: .8125rem; border-bottom-color: var(--strong) }
tbody th { font-weight: 400; text-align: left; white-space: normal; min-width: 8rem; max-width: 20rem; overflow-wrap: anywhere; position: sticky; left: 0; background: var(--paper) }
tr.head th, tr.head td { font-weight: 600 } tr.sum th, tr.sum td { font-weight: 600; border-top: 1px solid var(--strong) }
pre { margin: 0; padding: .75rem 1rem; font: .875rem/1.5 ui-monospace, monospace; width: max-content; min-width: 100% }
@media (max-width: 40rem) { tbody th { min-width: 7.5rem; max-width: 9rem } th, td { padding-right: .75rem } }
`

const BLOCKS = `
.lines { padding-left: 1.25rem } .lines .wide { margin: .5rem 0 }
.more { padding-top: .75rem } .left { padding-left: 1.25rem } .left li { margin-bottom: .5rem }
details { border-bottom: 1px solid var(--line); padding: .625rem 0 } summary { cursor: pointer } summary small { white-space: normal }
.row { margin: .5rem 0 .5rem 1.25rem; font-size: .9375rem } .row p, .row ul { margin: .125rem 0 } .row ol { margin: 0; padding-left: 1.75rem } .row li { margin-bottom: .25rem } .relevant b { color: var(--positive) }
.tile-row { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1.25rem 0; padding: 0; list-style: none }
.tile-row li { background: var(--raised); border: 1px solid var(--line); border-radius: 10px; padding: .75rem .875rem; box-shadow: var(--shadow) }
.tile-row b { display: block; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.02em; font-variant-numeric: tabular-nums }
.figure { border-bottom: 1px solid var(--line); padding: .875rem 0; display: grid; grid-template-columns: 15rem 1fr; gap: .25rem 1.5rem }
.figure h3, .figure p { margin: 0 0 .125rem } .figure .value { font-variant-numeric: tabular-nums; font-weight: 600 }
.worrying h3::before { content: '! '; color: var(--removed) } .worrying .value { color: var(--removed) }
.change { background: var(--raised); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.125rem; margin: 0 0 1rem; box-shadow: var(--shadow); break-inside: avoid }
.change header { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline } .change header small { overflow-wrap: anywhere; min-width: 0 }
.change h3 { font-size: 1.0625rem; line-height: 1.35; margin: .5rem 0 .75rem }
.change p { max-width: none } .change .side p { margin: 0 0 .5rem; font-size: .9375rem; white-space: pre-line }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem 1.5rem } .moved-side { border-left: 3px solid var(--removed); padding-left: .875rem } .change.to-positive .moved-side { border-color: var(--positive) } .change.to-negative .moved-side { border-color: var(--accent) }
.moved { font-size: .8125rem; font-weight: 600; padding: .0625rem .5rem; border-radius: 1rem; color: var(--removed); background: var(--removed-tint); white-space: nowrap }
.moved.to-positive { color: var(--positive); background: var(--positive-tint) } .moved.to-negative { color: var(--accent); background: var(--accent-tint) }
.change .reason { margin: .5rem 0 0; padding-top: .625rem; border-top: 1px solid var(--line); font-size: .9375rem; display: flex; flex-wrap: wrap; gap: .125rem .625rem } .who { color: var(--pale) }
mark { background: var(--mark); color: inherit; padding: .05em 0; border-radius: 2px; box-decoration-break: clone; -webkit-box-decoration-break: clone } mark.likeness { background: none; border-bottom: 2px solid color-mix(in srgb, var(--mark) 75%, var(--ink)) }
@media (max-width: 40rem) { .figure, .sides { grid-template-columns: 1fr } }
`

const PRINT = `
@media print { body { font-size: 10.5pt } main { max-width: none; padding: 0 } h2 { break-after: avoid } figure, tr, .figure, details { break-inside: avoid }
  .narrow, .broad { display: none } .middle { display: block } .wide, .picture { overflow: visible; background: none } .wide:has(pre) { border: 1px solid var(--line) } table { font-size: 8.5pt } tbody th { position: static } pre { white-space: pre-wrap; width: auto }
  .change, .tile-row li { box-shadow: none } details::details-content { content-visibility: visible; height: auto; display: block } }
`

/** What the parts of a page look like, wherever they are shown. */
export const PARTS = PICTURES + TABLES + BLOCKS

export const STYLE = TOKENS + TYPE + PARTS + PRINT
