// A scorer is recognised as the miner of a row by its weights and by its name, in any form in which the row has it.
import { expect, it } from 'vitest'
import type { Row } from '../rows/row.ts'
import { minerAmong } from './miner-among.ts'

const SCORER = { name: 'hf:intfloat/e5-base-v2?query-prefix=query: ', identity: 'e5#0123' }
const mined = (extra: Record<string, unknown>): Row => ({ id: 'r', query: 'q', passages: [], extra })

it.each([
  [{ miners: [{ name: 'hf:copies/of-it', identity: 'e5#0123' }] }, 'hf:copies/of-it'],
  [
    {
      miners: [
        { name: 'bm25', identity: 'b' },
        { name: 'hf:intfloat/e5-base-v2', identity: 'x' },
      ],
    },
    'hf:intfloat/e5-base-v2',
  ],
  [
    { miners: [{ name: 'bm25+intfloat/E5-base-v2@http://gpu:80/v1', identity: 'x' }] },
    'bm25+intfloat/E5-base-v2@http://gpu:80/v1',
  ],
  [{ miners: [{ name: 'hf:a-copy', identity: 'dense-1 search=exact e5#0123' }] }, 'hf:a-copy'],
  [
    { miners: [{ name: 'bm25+hf:a-copy', identity: 'rrf-1 k=60 (bm25-1 k1=1.2) (dense-1 search=hnsw e5#0123)' }] },
    'bm25+hf:a-copy',
  ],
  [{ miners: [{ name: 'hf:another', identity: 'dense-1 search=exact e5#01234' }] }, undefined],
  [{ miner: 'intfloat/e5-base-v2' }, 'intfloat/e5-base-v2'],
  [{ miners: [{ name: 'bm25', identity: 'b' }] }, undefined],
  [{ miners: [{ name: 'hf:intfloat/e5-base', identity: 'y' }] }, undefined],
  [{ miner: 7 }, undefined],
  [{}, undefined],
])('%j: %s', (extra, miner) => expect(minerAmong(mined(extra), SCORER)).toBe(miner))

const WEIGHTS = '0123456789abcdef'
const weighed = (name: string, weights = WEIGHTS, use = 'aaaa') => ({ name, identity: `hf#${weights}.${use}` })
const dense = ({ name, identity }: { name: string; identity: string }) => ({
  name,
  identity: `dense-1 search=exact ${identity}`,
})

it.each([
  // Renamed, and used with other settings.
  [weighed('hf:/copy?max-tokens=128', WEIGHTS, 'bbbb'), 'hf:/copy?max-tokens=128'],
  [dense(weighed('hf:/copy', WEIGHTS, 'bbbb')), 'hf:/copy'],
  // The same location written differently, with weights of another precision.
  [weighed('hf:/a/../a/minilm/?precision=q8', 'fedcba9876543210'), 'hf:/a/../a/minilm/?precision=q8'],
  [weighed('hf:/b/minilm', 'fedcba9876543210'), undefined],
  ['MiniLM', 'MiniLM'],
  [{ name: 'sentence-transformers/MiniLM' }, 'sentence-transformers/MiniLM'],
  ['minilm-v2', undefined],
])('by weights and by where they lie: %j', (miner, found) => {
  expect(minerAmong(mined({ miners: [miner] }), weighed('hf:/a/minilm?query-prefix=q: '))).toBe(found)
})

it('a plain name is known for the model of any organisation', () => {
  const scorer = { name: 'org/My-Model@http://gpu:80/v1', identity: 'org/My-Model' }
  expect(minerAmong(mined({ miner: 'my-model' }), scorer)).toBe('my-model')
  expect(minerAmong(mined({ miner: 'my' }), scorer)).toBeUndefined()
})
