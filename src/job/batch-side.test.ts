// A cap where the price in batch is unknown, of a model whose price online is known.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { clean } from '../commands/clean/clean.ts'
import { tempDir, writeJsonl } from '../../test/support/files.ts'

const AZURE = { AZURE_OPENAI_API_KEY: 'none', AZURE_OPENAI_ENDPOINT: 'http://127.0.0.1:9', OPENAI_API_VERSION: 'v1' }

const NO_PRICE_IN_FILES = '--max-usd needs the price of gpt-4o at the engine of the files; there is no built-in price'

test.each([
  ['files:jobs', { OPENAI_API_KEY: 'none' }, NO_PRICE_IN_FILES],
  ['files:jobs', AZURE, NO_PRICE_IN_FILES],
  ['files:jobs', { OPENAI_API_KEY: 'none', ...AZURE }, NO_PRICE_IN_FILES],
  ['azure', AZURE, '--max-usd needs the price of gpt-4o in batch at azure; there is no built-in price'],
])('--batch %s: a cap needs the price in batch', async (batch, env, says) => {
  const folder = tempDir()
  const input = writeJsonl(join(folder, 'rows.jsonl'), [{ query: 'q', pos: ['p'], neg: ['n'] }])
  const options = { judge: 'gpt-4o', out: join(folder, 'out.jsonl'), batch, maxUsd: 1 }
  await expect(clean(input, options, { env })).rejects.toThrow(says)
})
