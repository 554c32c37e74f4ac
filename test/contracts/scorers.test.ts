// The contract of scorers, tested for every kind that Winnow can use.
import { join } from 'node:path'
import { openScorer } from '../../src/encoders/models.ts'
import { fakeModel, fakeTransformers } from '../support/fake-transformers.ts'
import { tempDir } from '../support/files.ts'
import { startModelServer } from '../support/model-server.ts'
import { staticFolder } from '../support/static-folder.ts'
import { describeScorer } from './scorer.contract.ts'

const onNotice = () => undefined

describeScorer('a reranker at a server', async () => {
  const { url } = await startModelServer(({ body: { query, documents } }) => {
    const scored = (documents as string[]).map((text, index) => ({
      index,
      relevance_score: String(query).length - text.length,
    }))
    return { json: { results: scored.toReversed() } }
  })
  return openScorer(`m@${url}/rerank`, {})
})

describeScorer('a reranker in this process', () => {
  const env = { WINNOW_TRANSFORMERS: fakeTransformers(tempDir()), WINNOW_CACHE: tempDir() }
  return openScorer(`hf:${fakeModel(join(tempDir(), 'model'), 'logit')}`, env, { onNotice })
})

describeScorer('an encoder', () => openScorer(staticFolder()))
