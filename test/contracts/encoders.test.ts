// The contract of encoders, tested for every kind that Winnow can use.
import { join } from 'node:path'
import { cachedEncoder } from '../../src/encoders/embedding-cache.ts'
import { openEncoder } from '../../src/encoders/models.ts'
import { fakeEncoder } from '../support/encoder.ts'
import { fakeModel, fakeTransformers } from '../support/fake-transformers.ts'
import { tempDir } from '../support/files.ts'
import { embeddingsOf, startModelServer } from '../support/model-server.ts'
import { staticFolder } from '../support/static-folder.ts'
import { describeEncoder } from './encoder.contract.ts'

const onNotice = () => undefined

describeEncoder('a static encoder', () => openEncoder(staticFolder()))

describeEncoder('a transformer in this process', () => {
  const env = { WINNOW_TRANSFORMERS: fakeTransformers(tempDir()), WINNOW_CACHE: tempDir() }
  return openEncoder(`hf:${fakeModel(join(tempDir(), 'model'), 'states')}`, env, { onNotice })
})

describeEncoder('a server of embeddings', async () => {
  const { url } = await startModelServer(embeddingsOf)
  return openEncoder(`m@${url}/v1`, {})
})

describeEncoder('an encoder whose vectors are kept', () => cachedEncoder(fakeEncoder(), tempDir()))
