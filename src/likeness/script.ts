// Checks whether a text is in the script of other texts, by the shares of letters per Unicode script.

/** Scripts of living literatures by their Unicode names; all other letters are counted together. */
const SCRIPTS = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Arabic',
  'Hebrew',
  'Han',
  'Hiragana',
  'Katakana',
  'Hangul',
  'Devanagari',
  'Bengali',
  'Gujarati',
  'Gurmukhi',
  'Tamil',
  'Telugu',
  'Kannada',
  'Malayalam',
  'Sinhala',
  'Thai',
  'Lao',
  'Khmer',
  'Myanmar',
  'Tibetan',
  'Georgian',
  'Armenian',
  'Ethiopic',
] as const

const PATTERNS = SCRIPTS.map((name) => [name, new RegExp(`\\p{Script=${name}}`, 'gu')] as const)
const LETTER = /\p{L}/gu
const ASCII = /^[\0-\x7f]*$/
/** The fewest letters for which a share is meaningful. */
const FEWEST = 20
/** The least overlap of shares for texts in the same script, such as Japanese with many or few Chinese characters. */
const LEAST_COMMON = 0.5

/** Returns the share of letters per script; undefined for a text of too few letters. */
function scriptsOf(text: string): Map<string, number> | undefined {
  const letters = text.match(LETTER)?.length ?? 0
  if (letters < FEWEST) return undefined
  if (ASCII.test(text)) return new Map([['Latin', 1]])
  const shares = new Map<string, number>()
  let counted = 0
  for (const [name, pattern] of PATTERNS) {
    const count = text.match(pattern)?.length ?? 0
    if (count > 0) shares.set(name, Math.min(1, count / letters))
    counted += count
  }
  if (counted < letters) shares.set('other', (letters - counted) / letters)
  return shares
}

/**
 * Returns a function that reports a text's script if it has too little in common with every passage; undefined if one is similar or nothing
 * is clear.
 */
export function strangeScriptFinder(passages: string[]): (text: string) => string | undefined {
  return (text) => {
    const scripts = scriptsOf(text)
    if (scripts === undefined) return undefined
    const known: Map<string, number>[] = []
    for (const passage of passages) {
      const theirs = scriptsOf(passage)
      if (theirs && inCommon(scripts, theirs) >= LEAST_COMMON) return undefined
      if (theirs) known.push(theirs)
    }
    if (known.length === 0) return undefined
    return `most of its letters are ${most(scripts)}, those of the passages ${[...new Set(known.map(most))].join(', ')}`
  }
}

function inCommon(one: Map<string, number>, other: Map<string, number>): number {
  return [...one].reduce((sum, [script, share]) => sum + Math.min(share, other.get(script) ?? 0), 0)
}

const most = (scripts: Map<string, number>) =>
  [...scripts].reduce((best, each) => (each[1] > best[1] ? each : best), ['none', 0] as [string, number])[0]
