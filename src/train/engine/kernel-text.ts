// The inner loops of training as WebAssembly text. kernels.ts says what each does.
import {
  each,
  ZERO,
  declare,
  parameters,
  accumulators,
  clear,
  addScaled,
  advance,
  bytes,
  loop,
  end,
  gather,
  horizontal,
  listAt,
  constant,
  decayed,
} from './wat.ts'
import { ADAM, PASSAGE_TILE, QUERY_TILE, SLICE_BYTES } from './sizes.ts'

const BAGS = `
(func (export "bags") ${parameters('i32', 'table', 'entries', 'offsets', 'count', 'out', 'squares')}
  ${declare('i32', 'end', 'entry', 'last', 'packed', 'at')} ${declare('v128', 'w', 's')} ${accumulators}
  (local.set $end ${end('offsets', 'count', 2)})
  ${loop(
    'bag',
    'offsets',
    'end',
    `${clear}
     (local.set $entry ${listAt('entries', 'offsets', 0)})
     (local.set $last ${listAt('entries', 'offsets', 4)})
     ${gather('table')}
     (local.set $s ${ZERO})
     ${each(
       (k) => `(v128.store offset=${16 * k} (local.get $out) (local.get $a${k}))
       (local.set $s (f32x4.add (local.get $s) (f32x4.mul (local.get $a${k}) (local.get $a${k}))))`,
     )}
     (f32.store (local.get $squares) ${horizontal('s')})
     ${advance('out', bytes(SLICE_BYTES))} ${advance('squares', bytes(4))} ${advance('offsets', bytes(4))}`,
  )})`

const TRANSPOSE = `
(func (export "transpose") ${parameters('i32', 'vectors', 'rows', 'out', 'stride')}
  ${declare('i32', 'end', 'column', 'to', 'next')}
  (local.set $end ${end('vectors', 'rows', 7)})
  ${loop(
    'row',
    'vectors',
    'end',
    `(local.set $to (local.get $out))
     (local.set $next (i32.add (local.get $vectors) ${bytes(SLICE_BYTES)}))
     ${loop(
       'column',
       'vectors',
       'next',
       `(f32.store (local.get $to) (f32.load (local.get $vectors)))
        ${advance('to', '(local.get $stride)')} ${advance('vectors', bytes(4))}`,
     )}
     ${advance('out', bytes(4))}`,
  )})`

/** Four queries times eight passages: eight accumulators, two per query. */
const tile = [0, 1, 2, 3].flatMap((query) => [0, 1].map((half) => ({ query, half, k: query * 2 + half })))
const DOTS = `
(func (export "dots") ${parameters('i32', 'queries', 'columns', 'count', 'stride', 'out')}
  ${declare('i32', 'end', 'p', 'q', 'x', 'to', 'stop')} ${declare('v128', 'x0', 'x1', 'w')} ${accumulators}
  (local.set $end ${end('queries', 'count', 7)})
  ${loop(
    'query',
    'queries',
    'end',
    `(local.set $p (i32.const 0))
     ${loop(
       'passage',
       'p',
       'stride',
       `${clear}
        (local.set $q (local.get $queries))
        (local.set $stop (i32.add (local.get $q) ${bytes(SLICE_BYTES)}))
        (local.set $x (i32.add (local.get $columns) (local.get $p)))
        ${loop(
          'k',
          'q',
          'stop',
          `(local.set $x0 (v128.load (local.get $x)))
           (local.set $x1 (v128.load offset=16 (local.get $x)))
           ${tile
             .map(
               ({
                 query,
                 half,
                 k,
               }) => `${half === 0 ? `(local.set $w (v128.load32_splat offset=${query * SLICE_BYTES} (local.get $q)))` : ''}
               (local.set $a${k} (f32x4.add (local.get $a${k}) (f32x4.mul (local.get $w) (local.get $x${half}))))`,
             )
             .join('\n')}
           ${advance('q', bytes(4))} ${advance('x', '(local.get $stride)')}`,
        )}
        (local.set $to (i32.add (local.get $out) (local.get $p)))
        ${tile
          .map(
            ({ half, k }) => `(v128.store offset=${half * 16} (local.get $to) (local.get $a${k}))
            ${half === 1 ? advance('to', '(local.get $stride)') : ''}`,
          )
          .join('\n')}
        ${advance('p', bytes(PASSAGE_TILE * 4))}`,
     )}
     ${advance('queries', bytes(QUERY_TILE * SLICE_BYTES))}
     ${advance('out', '(i32.shl (local.get $stride) (i32.const 2))')}`,
  )})`

const SCORES = `
(func (export "scores") ${parameters('i32', 'partials', 'sliceStride', 'slices', 'count', 'stride', 'queries', 'passages', 'out')}
  ${declare('i32', 'end', 'p', 'from', 'slice')} ${declare('v128', 'sum', 'scale')}
  (local.set $end ${end('queries', 'count', 2)})
  ${loop(
    'query',
    'queries',
    'end',
    `(local.set $scale (v128.load32_splat (local.get $queries)))
     (local.set $p (i32.const 0))
     ${loop(
       'passage',
       'p',
       'stride',
       `(local.set $sum ${ZERO})
        (local.set $from (i32.add (local.get $partials) (local.get $p)))
        (local.set $slice (i32.const 0))
        ${loop(
          'slice',
          'slice',
          'slices',
          `(local.set $sum (f32x4.add (local.get $sum) (v128.load (local.get $from))))
           ${advance('from', '(local.get $sliceStride)')} ${advance('slice', bytes(1))}`,
        )}
        (v128.store (i32.add (local.get $out) (local.get $p))
          (f32x4.mul (f32x4.mul (local.get $sum) (local.get $scale)) (v128.load (i32.add (local.get $passages) (local.get $p)))))
        ${advance('p', bytes(16))}`,
     )}
     ${advance('queries', bytes(4))} ${advance('partials', '(local.get $stride)')} ${advance('out', '(local.get $stride)')}`,
  )})`

const MIX = `
(func (export "mix") ${parameters('i32', 'coefficients', 'rowStride', 'columnStride', 'rows', 'columns', 'vectors', 'own', 'self', 'out')}
  ${declare('i32', 'end', 'from', 'last', 'c')} ${declare('v128', 'w')} ${accumulators}
  (local.set $end ${end('out', 'rows', 7)})
  (local.set $last ${end('vectors', 'columns', 7)})
  ${loop(
    'row',
    'out',
    'end',
    `${clear}
     (local.set $c (local.get $coefficients))
     (local.set $from (local.get $vectors))
     ${loop(
       'column',
       'from',
       'last',
       `(local.set $w (v128.load32_splat (local.get $c)))
        ${addScaled('from')}
        ${advance('from', bytes(SLICE_BYTES))} ${advance('c', '(local.get $columnStride)')}`,
     )}
     (local.set $w (v128.load32_splat (local.get $own)))
     ${each(
       (k) => `(v128.store offset=${16 * k} (local.get $out)
         (f32x4.sub (local.get $a${k}) (f32x4.mul (local.get $w) (v128.load offset=${16 * k} (local.get $self)))))`,
     )}
     ${advance('out', bytes(SLICE_BYTES))} ${advance('self', bytes(SLICE_BYTES))} ${advance('own', bytes(4))}
     ${advance('coefficients', '(local.get $rowStride)')}`,
  )})`

const UPDATE = `
(func (export "update") ${parameters('i32', 'table', 'first', 'second', 'tokens', 'count', 'offsets', 'entries', 'gradients')}
  ${parameters('f32', 'rate', 'scale')}
  ${declare('i32', 'end', 'entry', 'last', 'packed', 'at', 'row', 'firstAt', 'secondAt')}
  ${declare('v128', 'w', 'm', 'v', 'rates', 'scales')} ${accumulators}
  (local.set $rates (f32x4.splat (local.get $rate)))
  (local.set $scales (f32x4.splat (local.get $scale)))
  (local.set $end ${end('tokens', 'count', 2)})
  ${loop(
    'token',
    'tokens',
    'end',
    `${clear}
     (local.set $entry ${listAt('entries', 'offsets', 0)})
     (local.set $last ${listAt('entries', 'offsets', 4)})
     ${gather('gradients')}
     (local.set $row (i32.shl (i32.load (local.get $tokens)) (i32.const 7)))
     (local.set $firstAt (i32.add (local.get $first) (local.get $row)))
     (local.set $secondAt (i32.add (local.get $second) (local.get $row)))
     (local.set $row (i32.add (local.get $table) (local.get $row)))
     ${each(
       (k) => `(local.set $m ${decayed('first', ADAM.first, `(local.get $a${k})`, k)})
       (local.set $v ${decayed('second', ADAM.second, `(f32x4.mul (local.get $a${k}) (local.get $a${k}))`, k)})
       (v128.store offset=${16 * k} (local.get $firstAt) (local.get $m))
       (v128.store offset=${16 * k} (local.get $secondAt) (local.get $v))
       (v128.store offset=${16 * k} (local.get $row) (f32x4.sub (v128.load offset=${16 * k} (local.get $row))
         (f32x4.div (f32x4.mul (local.get $rates) (local.get $m))
           (f32x4.add (f32x4.sqrt (f32x4.mul (local.get $v) (local.get $scales))) ${constant(ADAM.epsilon)}))))`,
     )}
     ${advance('tokens', bytes(4))} ${advance('offsets', bytes(4))}`,
  )})`

export const KERNELS = [BAGS, TRANSPOSE, DOTS, SCORES, MIX, UPDATE]
