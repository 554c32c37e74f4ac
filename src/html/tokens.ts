// Colours of the studio's page and of the pages for a file, light and dark. Each text colour is at least 4.5:1 on paper, on a card and on
// its own tint; those of pictures are at least 3:1.

const LIGHT = `
  --paper: #faf9f7; --raised: #ffffff; --sunk: #f1efeb;
  --ink: #1d2027; --pale: #5d6370; --line: #e3e0da; --strong: #8b8f98;
  --accent: #2f51b8; --accent-tint: #e8edfb;
  --positive: #0b6a50; --positive-tint: #e3f4ec;
  --removed: #98480a; --removed-tint: #fcefdf;
  --dropped: #a62a3a; --dropped-tint: #fbe8ea;
  --undecided: #6a4799; --undecided-tint: #f1eafa;
  --mark: #ffe79a;
  --c0: #2f51b8; --c1: #b8560b; --c2: #0b7a5c; --c3: #a3417c; --c4: #80650a; --c5: #4b5563;
  --shadow: 0 1px 2px rgb(30 25 15 / 7%), 0 4px 14px rgb(30 25 15 / 4%);`

const DARK = `
  --paper: #14161a; --raised: #1b1e24; --sunk: #101216;
  --ink: #e6e8ec; --pale: #a1a8b5; --line: #2d323b; --strong: #767e8c;
  --accent: #93acff; --accent-tint: #212b4a;
  --positive: #62d2a6; --positive-tint: #13302a;
  --removed: #f2a865; --removed-tint: #35261a;
  --dropped: #ff8f9d; --dropped-tint: #3a1f25;
  --undecided: #c6a8f5; --undecided-tint: #2c2440;
  --mark: #5d4c12;
  --c0: #93acff; --c1: #f2a865; --c2: #62d2a6; --c3: #e29cc4; --c4: #e5cf57; --c5: #b6bfcc;
  --shadow: 0 1px 2px rgb(0 0 0 / 30%);`

/** Style sheet. The scheme is the browser's, or that of `data-theme` on the root; paper is light. */
export const TOKENS = `
:root { color-scheme: light dark;${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root:not([data-theme='light']) {${DARK} } }
:root[data-theme='light'] { color-scheme: light }
@media screen { :root[data-theme='dark'] { color-scheme: dark;${DARK} } }
@media print { :root { color-scheme: light } }
`

/** How many colours a picture has for its series: `var(--c0)` to `var(--c5)`. */
const COLOURS = 6

/** Returns the colour of a series. */
export const colourOf = (index: number) => `var(--c${index % COLOURS})`
