// Maps values to positions on a drawing, with round numbers as ticks.

export interface Scale {
  /** Returns the position of a value. */
  at(value: number): number
  /** Round values between the ends. */
  ticks: number[]
}

/** @param room the first and the last position; the first may be the larger one */
export function scaleOf([low, high]: readonly [number, number], room: readonly [number, number], wanted = 5): Scale {
  const [from, to] = low === high ? [low - 1, high + 1] : [low, high]
  const step = roundStep((to - from) / wanted)
  const first = Math.ceil(from / step - 1e-9)
  const count = Math.floor(to / step + 1e-9) - first + 1
  return {
    at: (value) => room[0] + ((value - from) / (to - from)) * (room[1] - room[0]),
    ticks: Array.from({ length: count }, (_, index) => (first + index) * step),
  }
}

/** Rounds to 1, 2 or 5 times a power of ten. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step))
  const times = step / power
  return (times < 1.5 ? 1 : times < 3.5 ? 2 : times < 7.5 ? 5 : 10) * power
}

/** Formats a round value with as few digits as needed. */
export function tickText(value: number): string {
  const text = Math.abs(value) < 1e-9 ? '0' : String(Number(value.toPrecision(6)))
  return text.replace('-', '−')
}

/** Returns the range of values with a small margin. */
export function extentOf(values: readonly number[], air = 0.06): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const more = (high - low || 1) * air
  return [low - more, high + more]
}
