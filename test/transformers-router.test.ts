// Queries and passages that take a route each after the pooling, with a stand-in for @huggingface/transformers: a Router as
// sentence-transformers writes it.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { openEncoder, openScorer } from '../src/encoders/models.ts'
import { near, times, unit, writeDense } from './support/dense.ts'
import { BEGIN, fakeModel, fakeTransformers, sentenceFiles, stateOf } from './support/fake-transformers.ts'
import { tempDir } from './support/files.ts'

let env: Record<string, string>
let folder: string

beforeEach(() => {
  folder = join(tempDir(), 'model')
  env = { WINNOW_TRANSFORMERS: fakeTransformers(tempDir()), WINNOW_CACHE: tempDir() }
})

const WEIGHT = [
  [0.5, 0, 1],
  [-0.25, 1, 0],
]
const BIAS = [0.5, -1]
/** The pooled vector of any text, cls: [1, 1, -1]. */
const POOLED = stateOf(BEGIN)

/** Writes a folder whose vectors are the states of the first token, and a router. */
function model(normalize = false): void {
  const sentences = { similarity_fn_name: 'dot' }
  fakeModel(folder, 'states', sentenceFiles({ pooling_mode: 'cls' }, { modules: ['Router'], normalize, sentences }))
}

async function vectorOf(text: string, kind: 'query' | 'passage' = 'passage'): Promise<number[]> {
  const encoder = await openEncoder(`hf:${folder}`, env, { onNotice: () => undefined })
  return [...(await encoder.encode([text], kind))]
}

describe('Router', () => {
  const routes = (structure: Record<string, string[]>, parameters: object = { default_route: 'document' }) => {
    const types = Object.fromEntries(
      Object.values(structure)
        .flat()
        .map((id) => [id, `sentence_transformers.base.modules.dense.${id.split('_').at(-1)}`]),
    )
    writeFileSync(join(folder, '2_Router/router_config.json'), JSON.stringify({ types, structure, parameters }))
  }
  const OTHER = [
    [1, 1, 1],
    [0, 2, 0],
  ]
  const both = () => {
    model()
    writeDense(join(folder, '2_Router/query_0_Dense'), { weight: WEIGHT, bias: BIAS })
    writeDense(join(folder, '2_Router/document_0_Dense'), { weight: OTHER })
    routes({ query: ['query_0_Dense'], document: ['document_0_Dense'] })
  }

  test('queries and passages take a route each', async () => {
    both()
    expect(await vectorOf('a ship', 'query')).toEqual(near(times(WEIGHT, POOLED, BIAS)))
    expect(await vectorOf('a ship', 'passage')).toEqual(near(times(OTHER, POOLED)))
    const query = unit(times(WEIGHT, POOLED, BIAS))
    model(true)
    expect(await vectorOf('a ship', 'query')).toEqual(near(query))
  })

  test('equal texts of both kinds are two entries of the cache', async () => {
    both()
    const scorer = await openScorer(`hf:${folder}`, env, { onNotice: () => undefined })
    const [query, passage] = [times(WEIGHT, POOLED, BIAS), times(OTHER, POOLED)]
    const product = query[0]! * passage[0]! + query[1]! * passage[1]!
    expect(await scorer.score('a ship', ['a ship'])).toEqual([expect.closeTo(product, 5)])
    expect(await scorer.score('a ship', ['a ship'])).toEqual([expect.closeTo(product, 5)])
    await scorer.close()
  })

  test.each<[string, () => void, string]>([
    ['no routes for queries and passages', () => routes({ text: [] }), 'has the routes text, not query and document'],
    [
      'mappings',
      () => routes({ query: [], document: [] }, { route_mappings: { "(None, 'text')": 'query' } }),
      'Router (2_Router) has route_mappings',
    ],
    ['no file', () => rmSync(join(folder, '2_Router/router_config.json')), 'has no router_config.json'],
    [
      'a transformer for each route',
      () => routes({ query: ['query_0_Static'], document: [] }),
      'Static (2_Router/query_0_Static) is not a module that Winnow knows',
    ],
  ])('%s is refused', async (_name, change, message) => {
    both()
    change()
    await expect(openEncoder(`hf:${folder}`, env)).rejects.toThrow(message)
  })
})
