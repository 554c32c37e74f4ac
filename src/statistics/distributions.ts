// The normal distribution and Student's t, which turn a spread and a few degrees of freedom into intervals and p-values.

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
]

/** Returns the logarithm of the gamma function above 0.5 (Lanczos 1964). */
function logGamma(value: number): number {
  const x = value - 1
  const sum = LANCZOS.reduce((total, each, index) => total + each / (x + index + 1), 0.9999999999998099)
  const t = x + LANCZOS.length - 0.5
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(sum)
}

/** Returns the regularised incomplete beta function, by its continued fraction (Lentz 1976). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x)) / a
  const tiny = 1e-300
  let [fraction, c, d] = [1, 1, 0]
  for (let step = 0; step < 500; step++) {
    const m = step >> 1
    const numerator =
      step === 0
        ? 1
        : step % 2 === 0
          ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
          : -((a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / (Math.abs(1 + numerator * d) < tiny ? tiny : 1 + numerator * d)
    c = Math.abs(1 + numerator / c) < tiny ? tiny : 1 + numerator / c
    fraction *= c * d
    if (Math.abs(1 - c * d) < 1e-14) break
  }
  return front * (fraction - 1)
}

/** Returns the probability that |t| is larger, with these degrees of freedom; Infinity means a normal variable. */
export function bothTails(t: number, degrees: number): number {
  if (degrees > 1e7) return bothTails(t, 1e7)
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
}

/** Returns the value that t, with these degrees of freedom, stays below with this probability. */
export function tQuantile(chance: number, degrees: number): number {
  if (chance < 0.5) return -tQuantile(1 - chance, degrees)
  const tails = 2 * (1 - chance)
  let [low, high] = [0, 1]
  while (bothTails(high, degrees) > tails && high < 1e12) high *= 2
  for (let step = 0; step < 200 && high - low > 1e-12 * high; step++) {
    const middle = (low + high) / 2
    if (bothTails(middle, degrees) > tails) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Returns the probability that a normal variable stays below z. */
export const normalBelow = (z: number) => (z > 0 ? 1 - bothTails(z, Infinity) / 2 : bothTails(z, Infinity) / 2)

/** Returns the value that a normal variable stays below with this probability. */
export const normalQuantile = (chance: number) => tQuantile(chance, Infinity)

/** The chance that chi-square with so many degrees of freedom is larger. */
export function chiSquareAbove(value: number, degrees: number): number {
  return value <= 0 ? 1 : 1 - lowerGamma(degrees / 2, value / 2)
}

/** The regularised lower incomplete gamma function: its series below a + 1, its continued fraction (Lentz 1976) above. */
function lowerGamma(a: number, x: number): number {
  const front = Math.exp(a * Math.log(x) - x - logGamma(a))
  if (x < a + 1) {
    let [sum, term] = [1 / a, 1 / a]
    for (let n = 1; n < 1000 && term > sum * 1e-16; n++) {
      term *= x / (a + n)
      sum += term
    }
    return front * sum
  }
  const tiny = 1e-300
  let [b, c] = [x + 1 - a, 1 / tiny]
  let d = 1 / b
  let fraction = d
  for (let n = 1; n < 1000; n++) {
    const numerator = -n * (n - a)
    b += 2
    d = 1 / (Math.abs(numerator * d + b) < tiny ? tiny : numerator * d + b)
    c = Math.abs(b + numerator / c) < tiny ? tiny : b + numerator / c
    fraction *= c * d
    if (Math.abs(c * d - 1) < 1e-15) break
  }
  return 1 - front * fraction
}

/** The share that a beta variable stays below with this chance. */
export function betaQuantile(chance: number, a: number, b: number): number {
  let [low, high] = [0, 1]
  for (let step = 0; step < 200 && high - low > 1e-15; step++) {
    const middle = (low + high) / 2
    if (incompleteBeta(middle, a, b) < chance) low = middle
    else high = middle
  }
  return (low + high) / 2
}
