// A name with a slash is a model of a server, or a folder that is not there.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../../test/support/files.ts'
import { openEncoder, openScorer } from './models.ts'

const KEY = { OPENAI_API_KEY: 'sk-1' }

test.each([openEncoder, openScorer])(
  'without another server than OpenAI, it is a folder that is missing',
  async (open) => {
    await expect(open('models/MiniLM', KEY)).rejects.toThrow(
      'models/MiniLM: there is no such folder, and OpenAI has no model of that name',
    )
    await expect(open('models/MiniLM', {})).rejects.toMatchObject({
      hint: expect.stringContaining('hf:models/MiniLM') as string,
    })
  },
)

test('a folder that is there and holds no model', async () => {
  const folder = join(tempDir(), 'model')
  mkdirSync(folder)
  const relative = `${folder}`.slice(1)
  const here = process.cwd()
  process.chdir('/')
  try {
    await expect(openEncoder(relative, KEY)).rejects.toThrow('this folder holds no encoder or reranker')
  } finally {
    process.chdir(here)
  }
})

test('of another server, it is a model', async () => {
  const signal = AbortSignal.abort('asked')
  const opening = openEncoder('org/name', { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' }, { signal })
  await expect(opening).rejects.toBe('asked')
})
