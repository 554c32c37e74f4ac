// Keys and logins appear in no file of a run by batch jobs, in no message and in no byte of the ledger, whatever a provider sends back.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startAnthropicServer } from './support/batch/anthropic-server.ts'
import { startGeminiServer } from './support/batch/gemini-server.ts'
import { KEY, type BatchServer, type BatchServerOptions } from './support/batch/handle.ts'
import { startMistralServer } from './support/batch/mistral-server.ts'
import { startAzureServer, startOpenAiServer } from './support/batch/openai-server.ts'
import { startOpenRouterServer } from './support/batch/openrouter-server.ts'
import { startTogetherServer } from './support/batch/together-server.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { repetitions } from './support/repetitions.ts'
import { runWinnow } from './support/run-winnow.ts'
import { makeRows, rightReply } from './support/synthetic.ts'

const SERVERS: [name: string, start: (options: BatchServerOptions) => Promise<BatchServer>][] = [
  ['openai', startOpenAiServer],
  ['azure', startAzureServer],
  ['anthropic', startAnthropicServer],
  ['gemini', startGeminiServer],
  ['mistral', startMistralServer],
  ['together', startTogetherServer],
  ['openrouter', startOpenRouterServer],
]

/** A provider that repeats the headers of a call in its errors, and the key in replies and failures of rows. */
it.each(SERVERS.slice(0, repetitions(1, SERVERS.length)))('stay out of everything: %s', async (name, start) => {
  const folder = tempDir()
  const input = writeJsonl(join(folder, 'rows.jsonl'), makeRows(6))
  const server = await start({
    reply: (messages) => `${KEY} ${rightReply({ messages })}`,
    faults: { failedRows: 0.2, oddRows: 0.2, lostRows: 0.1 },
    callFaults: { '500': 0.1, '429': 0.1 },
    echo: true,
  })
  const out = join(folder, 'out.jsonl')
  const flags = ['--screen', 'small', '--judge', 'large', '--no-check', '--confirm', '0', '--poll', '0.02']
  const said: string[] = []
  const run = async (...args: string[]) => {
    const ran = await runWinnow(args, { env: { ...server.env } })
    said.push(ran.stdout, ran.stderr)
    return ran.code
  }
  for (let starts = 0; starts < 20; starts++) {
    const code = await run('clean', input, '--out', out, '--batch', name, ...flags, '--max-retries', '30', '--json')
    if (code === 0 || code === 1) break
  }
  await run('batch', 'list', '--all', '--ledger', join(folder, '.winnow', 'ledger.db'))
  const refused = {
    ...server.env,
    ...Object.fromEntries(
      Object.keys(server.env)
        .filter((each) => /KEY/.test(each))
        .map((each) => [each, 'sk-refused-0123456789']),
    ),
  }
  const ran = await runWinnow(['clean', input, '--out', join(folder, 'o.jsonl'), '--batch', name, ...flags], {
    env: refused,
  })
  said.push(ran.stdout, ran.stderr)
  await server.close()
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((each) =>
    statSync(join(folder, each)).isFile(),
  )
  expect(files.length, said.at(-5)).toBeGreaterThan(3)
  const texts = [
    ...said.map((text) => ['terminal', text] as const),
    ...files.map((each) => [each, readFileSync(join(folder, each), 'latin1')] as const),
  ]
  for (const [where, text] of texts) {
    for (const secret of [KEY, 'sk-refused-0123456789']) {
      const at = text.indexOf(secret)
      expect(at, `${where} holds ${text.slice(Math.max(0, at - 200), at + secret.length)}`).toBe(-1)
    }
  }
})
