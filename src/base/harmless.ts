// Shows characters that could steer a terminal or reorder a line (escapes, C1 controls, bidirectional marks) as JSON writes them: `\u001b`.

/** Everything of the kind but the line feed. Joiners stay: a family emoji or a Persian word falls apart without them. */
const STEERING = /[^\P{Cc}\n]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f]/gu

/** Returns a text, or finished JSON, in which every such character is written out. In JSON it stays the same value. */
export function harmless(text: string): string {
  return text.replace(STEERING, written)
}

function written(character: string): string {
  const plain = JSON.stringify(character).slice(1, -1)
  return plain === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : plain
}
