// torch: models: encoders and rerankers in a Python process. Needs WINNOW_TEST_TORCH to name a Python that has what
// docs/torch.md says; without one these tests are skipped.
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
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

  describeEncoder('an encoder', () => openEncoder(`torch:${at('bert')}`, torchEnv(), options))
  describeScorer('a reranker', () => openScorer(`torch:${at('reranker')}`, torchEnv(), options))

  it('a plain folder with weights needs no prefix, and settings are other models', async () => {
    const [plain, set] = [await openEncoder(at('bert'), torchEnv()), await openEncoder(`${at('bert')}?max-tokens=3`, torchEnv())]
    const [one, other] = [await plain.encode(['w1 w2 w3 w4'], 'query'), await set.encode(['w1 w2 w3 w4'], 'query')]
    expect(one).not.toEqual(other)
    expect(plain.identity).not.toBe(set.identity)
    await Promise.all([plain.close(), set.close()])
  })

  it('a reranker gives no vectors', async () => {
    await expect(openEncoder(`torch:${at('reranker')}`, torchEnv())).rejects.toThrow('is a reranker')
  })

  it('says what is missing: the folder, the weights', async () => {
    await expect(openEncoder('torch:owner/never-downloaded', torchEnv())).rejects.toThrow(
      'owner/never-downloaded is no folder, and no model of that name was downloaded',
    )
    const empty = join(tempDir(), 'empty')
    mkdirSync(empty)
    copyFileSync(join(at('bert'), 'config.json'), join(empty, 'config.json'))
    await expect(openEncoder(`torch:${empty}`, torchEnv())).rejects.toThrow(`cannot load the model ${empty}`)
  })
})
