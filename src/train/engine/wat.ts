// Building blocks of the kernels in WebAssembly text: loops, eight accumulators of four numbers, packed entries.
import { COUNT_SHIFT } from './sizes.ts'

const VECTORS = [0, 1, 2, 3, 4, 5, 6, 7]
export const each = (text: (k: number) => string) => VECTORS.map(text).join('\n')
export const ZERO = '(v128.const i32x4 0 0 0 0)'
export const declare = (type: string, ...names: string[]) => names.map((name) => `(local $${name} ${type})`).join(' ')
export const parameters = (type: string, ...names: string[]) =>
  names.map((name) => `(param $${name} ${type})`).join(' ')
export const accumulators = each((k) => `(local $a${k} v128)`)
export const clear = each((k) => `(local.set $a${k} ${ZERO})`)
/** a[k] += w · memory[at + 16 k] */
export const addScaled = (at: string) =>
  each(
    (k) =>
      `(local.set $a${k} (f32x4.add (local.get $a${k}) (f32x4.mul (local.get $w) (v128.load offset=${16 * k} (local.get $${at})))))`,
  )
export const advance = (name: string, by: string) => `(local.set $${name} (i32.add (local.get $${name}) ${by}))`
export const bytes = (count: number) => `(i32.const ${count})`
const countIn = (packed: string) =>
  `(f32x4.splat (f32.convert_i32_u (i32.shr_u (local.get $${packed}) (i32.const ${COUNT_SHIFT}))))`
const addressIn = (packed: string, base: string) =>
  `(i32.add (local.get $${base}) (i32.shl (i32.and (local.get $${packed}) (i32.const ${(1 << COUNT_SHIFT) - 1})) (i32.const 7)))`
/** Runs `body` while `from` is below `to`. */
export const loop = (label: string, from: string, to: string, body: string) => `
  (block $${label}_done (loop $${label}
    (br_if $${label}_done (i32.ge_u (local.get $${from}) (local.get $${to})))
    ${body}
    (br $${label})))`
export const end = (start: string, count: string, shift: number) =>
  `(i32.add (local.get $${start}) (i32.shl (local.get $${count}) (i32.const ${shift})))`

/** Adds w · vector for every packed entry of a list that ends at $last. */
export const gather = (base: string) =>
  loop(
    'entries',
    'entry',
    'last',
    `(local.set $packed (i32.load (local.get $entry)))
     (local.set $w ${countIn('packed')})
     (local.set $at ${addressIn('packed', base)})
     ${addScaled('at')}
     ${advance('entry', bytes(4))}`,
  )

export const horizontal = (name: string) =>
  [0, 1, 2, 3]
    .map((lane) => `(f32x4.extract_lane ${lane} (local.get $${name}))`)
    .reduce((sum, lane) => `(f32.add ${sum} ${lane})`)

export function listAt(base: string, offsets: string, next: number): string {
  return `(i32.add (local.get $${base}) (i32.shl (i32.load offset=${next} (local.get $${offsets})) (i32.const 2)))`
}

export const constant = (value: number) =>
  `(v128.const f32x4 ${Array(4)
    .fill(String(Math.fround(value)))
    .join(' ')})`
export const decayed = (moment: string, rate: number, value: string, k: number) =>
  `(f32x4.add (f32x4.mul ${constant(rate)} (v128.load offset=${16 * k} (local.get $${moment}At))) (f32x4.mul ${constant(1 - rate)} ${value}))`
