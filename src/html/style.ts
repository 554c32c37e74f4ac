// The style of the page: one column that also fits a phone, light and dark.

export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --pale: #5b6675; --paper: #fff; --line: #d9dee5; --arm: #1f5fa8; --gain: #00806a; --loss: #b8500a; --c1: #c65102; --c2: #00806a; --c3: #a8437f; --c4: #8a6d00; --c5: #3c4653 }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9f0; --pale: #9aa7b8; --paper: #14181f; --line: #323b47; --arm: #74aef0; --gain: #35c4a0; --loss: #f08a4b; --c1: #f08a4b; --c2: #35c4a0; --c3: #dd92bd; --c4: #f0e04a; --c5: #c8d0da } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 62rem; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; margin: .5rem 0 } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem } h3 { font-size: 1rem }
.lead, figcaption, footer, small { color: var(--pale) } figcaption, small, footer { font-size: .875rem }
figure { margin: 0 0 1.25rem } svg { width: 100%; max-width: 52rem; height: auto; display: block }
@media (max-width: 40rem) { figure { overflow-x: auto } svg { min-width: 34rem } }
svg text { fill: var(--ink); font: 13px system-ui, sans-serif } svg .label { paint-order: stroke; stroke: var(--paper); stroke-width: 5px; stroke-linejoin: round } svg .tick { fill: var(--pale); font-size: 12px }
.grid { stroke: var(--line) } .zero { stroke: var(--pale); stroke-width: 1.5 }
.interval { stroke: var(--arm); stroke-width: 3; stroke-linecap: round } circle { fill: var(--arm) } .control { opacity: .55 }
.gain { fill: var(--gain) } .loss { fill: var(--loss) } .up { color: var(--gain) } .down { color: var(--loss) }
.curve { fill: none; stroke-width: 2 } .area { fill: var(--own); fill-opacity: .14; stroke: none } .dashed { stroke-dasharray: 5 4 }
.c0 { stroke: var(--arm); --own: var(--arm) } .c1 { stroke: var(--c1); --own: var(--c1) } .c2 { stroke: var(--c2); --own: var(--c2) } .c3 { stroke: var(--c3); --own: var(--c3) } .c4 { stroke: var(--c4); --own: var(--c4) } .c5 { stroke: var(--c5); --own: var(--c5) }
.key { display: inline-block; width: 1.25rem; height: .25rem; background: var(--own); vertical-align: middle; margin-right: .5rem }
.key.broken { background: repeating-linear-gradient(90deg, var(--own) 0 5px, transparent 5px 8px) }
.legend { list-style: none; padding: 0; margin: .25rem 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .875rem }
.wide { overflow-x: auto } table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9375rem }
th, td { padding: .25rem .75rem .25rem 0; text-align: right; white-space: nowrap } tbody th { font-weight: normal; text-align: left; white-space: normal; min-width: 9rem } thead th { color: var(--pale); font-weight: normal; border-bottom: 1px solid var(--line) }
tr.first th { font-weight: 600 } tbody tr:not(.first) th { padding-left: 0 }
details { border-top: 1px solid var(--line); padding: .5rem 0 } summary { cursor: pointer; overflow-wrap: anywhere } .row { margin: .5rem 0 .5rem 1.25rem; font-size: .9375rem; overflow-wrap: anywhere } .row p, .row ul { margin: .125rem 0 }
.figure { border-top: 1px solid var(--line); padding: .5rem 0; display: grid; grid-template-columns: 15rem 1fr; gap: .25rem 1.25rem } .figure h3, .figure p { margin: 0 } .figure .value { font-variant-numeric: tabular-nums } .worrying h3::before { content: '! '; color: var(--loss) } .worrying .value { color: var(--loss); font-weight: 600 }
@media (max-width: 40rem) { .figure { grid-template-columns: 1fr } }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .5rem }
`
