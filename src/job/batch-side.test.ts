// What a run by batch jobs refuses before anything is asked.
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

test.each([
  ['openai', { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' }, 'http://127.0.0.1:9/v1'],
  ['gemini', { GEMINI_API_KEY: 'k', GEMINI_BASE_URL: 'http://127.0.0.1:9' }, 'http://127.0.0.1:9/v1beta'],
  ['azure', AZURE, 'http://127.0.0.1:9'],
])("--batch %s: what is asked of a server of one's own goes to no provider", async (batch, env, place) => {
  const folder = tempDir()
  const input = writeJsonl(join(folder, 'rows.jsonl'), [{ query: 'q', pos: ['p'], neg: ['n'] }])
  const run = (own: string) =>
    clean(input, { judge: 'm', screen: `qwen@${own}`, out: join(folder, 'out.jsonl'), batch, maxUsd: 1 }, { env })
  await expect(run('http://127.0.0.1:8/v1')).rejects.toThrow(
    `--batch ${batch}: qwen@http://127.0.0.1:8/v1 has an address of its own, and batch jobs go to ${place}`,
  )
  if (batch === 'openai') await expect(run(place)).rejects.toThrow('--max-usd needs the price of qwen')
})
