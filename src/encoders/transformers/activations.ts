// The activations of a Dense module, as torch.nn computes them with their default settings.

export const ACTIVATIONS = {
  Identity: (x: number) => x,
  Tanh: Math.tanh,
  ReLU: (x: number) => Math.max(0, x),
  GELU: (x: number) => (x * complementaryError(-x / Math.SQRT2)) / 2,
  SiLU: (x: number) => x / (1 + Math.exp(-x)),
  Sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
} as const

export type Activation = keyof typeof ACTIVATIONS

/** From the constant term up. */
const COEFFICIENTS = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
]

/** Returns 1 - erf(x) to a relative error of 1.2e-7, about that of 32-bit floats (Numerical Recipes, erfcc). */
function complementaryError(x: number): number {
  const t = 1 / (1 + Math.abs(x) / 2)
  const polynomial = COEFFICIENTS.reduceRight((sum, coefficient) => sum * t + coefficient, 0)
  const above = t * Math.exp(-x * x + polynomial)
  return x >= 0 ? above : 2 - above
}
