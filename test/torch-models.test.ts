// torch: models: encoders and rerankers in a Python process. Needs WINNOW_TEST_TORCH to name a Python that has what
// docs/torch.md says; without one these tests are skipped.
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { openEncoder, openScorer } from '../src/encoders/models.ts'
import { describeEncoder } from './contracts/encoder.contract.ts'
import { describeScorer } from './contracts/scorer.contract.ts'
import { sharedDir, tempDir } from './support/files.ts'
import { describeWithTorch, makeTinyModels, torchEnv } from './support/torch.ts'

describeWithTorch('torch: models', () => {
  const folder = sharedDir()
  beforeAll(() => makeTinyModels(folder), 120_000)
  const at = (name: string) => join(folder, name)
  const options = { onNotice: () => undefined }

  // Starting a process takes seconds, so that all tests share one of each kind.
  const encoder = shared(() => openEncoder(at('bert'), torchEnv(), options))
  const reranker = shared(() => openScorer(`torch:${at('reranker')}`, torchEnv(), options))
  describeEncoder('an encoder', encoder)
  describeScorer('a reranker', reranker)

  it('has another identity with other settings, and the same by its prefix or its folder alone', async () => {
    const name = `torch:${at('bert')}?query-prefix=w9 &max-tokens=3`
    const set = await openEncoder(name, torchEnv(), options)
    onTestFinished(() => set.close())
    const plain = await encoder()
    expect(set).toMatchObject({ name, prefixes: { query: 'w9 ', passage: '' } })
    expect(plain).toMatchObject({ name: `torch:${at('bert')}`, prefixes: { query: '', passage: '' } })
    expect(set.identity).not.toBe(plain.identity)
    expect(set.identity.split('.')[0]).toBe(plain.identity.split('.')[0])
    const cut = await set.encode(['w1 w2 w3 w4'], 'query')
    expect([...cut]).toEqual([...(await plain.encode(['w9'], 'query'))].map((value) => expect.closeTo(value, 4)))
  })

  it('a reranker gives no vectors', async () => {
    await expect(openEncoder(`torch:${at('reranker')}`, torchEnv())).rejects.toThrow('is a reranker')
  })

  it('says what is missing: the folder, the weights', async () => {
    const empty = join(tempDir(), 'empty')
    mkdirSync(empty)
    copyFileSync(join(at('bert'), 'config.json'), join(empty, 'config.json'))
    await expect(openEncoder(`torch:${empty}`, torchEnv())).rejects.toThrow(`cannot load the model ${empty}`)
  })
})

/** Opens a model once for all tests; its `close` does nothing until they are over. */
function shared<M extends { close(): Promise<void> }>(open: () => Promise<M>): () => Promise<M> {
  let opened: Promise<M> | undefined
  afterAll(async () => (await opened)?.close())
  return async () => ({ ...(await (opened ??= open())), close: () => Promise.resolve() })
}
