// The inner loops of training a linear map over vectors, as WebAssembly text. kernels.ts says what each does.
import { ADAM, SLICE_BYTES } from './sizes.ts'
import {
  accumulators,
  addScaled,
  advance,
  bytes,
  clear,
  constant,
  decayed,
  declare,
  each,
  end,
  horizontal,
  loop,
  parameters,
  ZERO,
} from './wat.ts'

const MAP = `
(func (export "map") ${parameters('i32', 'inputs', 'stride', 'columns', 'table', 'rows', 'residual', 'residualStride', 'out', 'outStride', 'squares')}
  ${declare('i32', 'end', 'x', 'stop', 'from')} ${declare('v128', 'w', 's')} ${accumulators}
  (local.set $end ${end('squares', 'rows', 2)})
  ${loop(
    'row',
    'squares',
    'end',
    `(if (local.get $residual)
       (then ${each((k) => `(local.set $a${k} (v128.load offset=${16 * k} (local.get $residual)))`)})
       (else ${clear}))
     (local.set $x (local.get $inputs))
     (local.set $stop ${end('inputs', 'columns', 2)})
     (local.set $from (local.get $table))
     ${loop(
       'column',
       'x',
       'stop',
       `(local.set $w (v128.load32_splat (local.get $x)))
        ${addScaled('from')}
        ${advance('x', bytes(4))} ${advance('from', bytes(SLICE_BYTES))}`,
     )}
     (local.set $s ${ZERO})
     ${each(
       (k) => `(v128.store offset=${16 * k} (local.get $out) (local.get $a${k}))
       (local.set $s (f32x4.add (local.get $s) (f32x4.mul (local.get $a${k}) (local.get $a${k}))))`,
     )}
     (f32.store (local.get $squares) ${horizontal('s')})
     ${advance('squares', bytes(4))} ${advance('inputs', '(local.get $stride)')}
     ${advance('residual', '(local.get $residualStride)')} ${advance('out', '(local.get $outStride)')}`,
  )})`

const LEARN = `
(func (export "learn") ${parameters('i32', 'table', 'first', 'second', 'rows', 'inputs', 'stride', 'gradients', 'gradientStride', 'count')}
  ${parameters('f32', 'rate', 'scale', 'decay')}
  ${declare('i32', 'end', 'x', 'from', 'left', 'firstAt', 'secondAt')}
  ${declare('v128', 'w', 'm', 'v', 'rates', 'scales', 'kept')} ${accumulators}
  (local.set $rates (f32x4.splat (local.get $rate)))
  (local.set $scales (f32x4.splat (local.get $scale)))
  (local.set $kept (f32x4.splat (f32.sub (f32.const 1) (local.get $decay))))
  (local.set $firstAt (local.get $first))
  (local.set $secondAt (local.get $second))
  (local.set $end ${end('table', 'rows', 7)})
  ${loop(
    'row',
    'table',
    'end',
    `${clear}
     (local.set $x (local.get $inputs))
     (local.set $from (local.get $gradients))
     (local.set $left (i32.const 0))
     ${loop(
       'each',
       'left',
       'count',
       `(local.set $w (v128.load32_splat (local.get $x)))
        ${addScaled('from')}
        ${advance('x', '(local.get $stride)')} ${advance('from', '(local.get $gradientStride)')} ${advance('left', bytes(1))}`,
     )}
     ${each(
       (k) => `(local.set $m ${decayed('first', ADAM.first, `(local.get $a${k})`, k)})
       (local.set $v ${decayed('second', ADAM.second, `(f32x4.mul (local.get $a${k}) (local.get $a${k}))`, k)})
       (v128.store offset=${16 * k} (local.get $firstAt) (local.get $m))
       (v128.store offset=${16 * k} (local.get $secondAt) (local.get $v))
       (v128.store offset=${16 * k} (local.get $table)
         (f32x4.sub (f32x4.mul (local.get $kept) (v128.load offset=${16 * k} (local.get $table)))
           (f32x4.div (f32x4.mul (local.get $rates) (local.get $m))
             (f32x4.add (f32x4.sqrt (f32x4.mul (local.get $v) (local.get $scales))) ${constant(ADAM.epsilon)}))))`,
     )}
     ${advance('table', bytes(SLICE_BYTES))} ${advance('firstAt', bytes(SLICE_BYTES))} ${advance('secondAt', bytes(SLICE_BYTES))}
     ${advance('inputs', bytes(4))}`,
  )})`

export const MAP_KERNELS = [MAP, LEARN]
