// winnow batch where jobs are at another address than the environment names, and what is said of results that are kept for a day.
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { BatchServer, BatchServerOptions } from './support/batch/handle.ts'
import { startMistralServer } from './support/batch/mistral-server.ts'
import { startOpenAiServer } from './support/batch/openai-server.ts'
import { tempDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { eachWorld } from './support/worlds.ts'

const [, world] = eachWorld[0] as (typeof eachWorld)[number]
const start: Record<string, (options: BatchServerOptions) => Promise<BatchServer>> = {
  openai: startOpenAiServer,
  mistral: startMistralServer,
}

/** A run with an open job, and the commands about it. */
async function submitted(provider: string) {
  const folder = tempDir()
  const input = writeJsonl(join(folder, 'rows.jsonl'), world.makeRows(6))
  const ledger = ['--ledger', join(folder, 'l.db')]
  const reply: BatchServerOptions['reply'] = (messages) => world.rightReply({ messages, model: 'large' })
  const [server, other] = [await start[provider]?.({ reply }), await start[provider]?.({ reply })]
  if (server === undefined || other === undefined) throw new Error('there is no such server')
  const flags = ['--judge', 'large', '--no-check', '--pilot', '0', '--batch', provider, '--batch-requests', '3']
  const run = (at: BatchServer, ...args: string[]) => runWinnow([...args, ...ledger], { env: { ...at.env } })
  const clean = (at: BatchServer) =>
    run(at, 'clean', input, '--out', join(folder, 'out.jsonl'), ...flags, '--no-wait', '--poll', '0.02')
  const first = await clean(server)
  expect(first.code, first.stderr).toBe(3)
  return { server, other, input, flags, run, first, close: () => Promise.all([server.close(), other.close()]) }
}

const variables: Record<string, string> = { openai: 'OPENAI_BASE_URL', mistral: 'MISTRAL_BASE_URL' }

it.each(Object.keys(start))(
  '%s: jobs at another address are named with the variable, and not asked about',
  async (provider) => {
    const { server, other, run, close } = await submitted(provider)
    for (const args of [
      ['wait', '--poll', '0.02'],
      ['cancel', '--all', '--poll', '0.02'],
    ]) {
      const { code, stderr } = await run(other, 'batch', ...args)
      expect(code, stderr).toBe(2)
      expect(stderr).toMatch(
        new RegExp(
          `2 open jobs of ${provider} at http://127\\.0\\.0\\.1:\\d+/v1, and the environment names http://127\\.0\\.0\\.1:\\d+/v1\n`,
        ),
      )
      expect(stderr).toContain(`Set ${variables[provider]} as it was when they were submitted, such as http://`)
    }
    const { code, stdout } = await run(server, 'batch', 'wait', '--poll', '0.02')
    expect([code, stdout]).toEqual([0, expect.stringContaining('3 requests = 3 answered')])
    await close()
  },
)

it('some at another address are named, and the others waited for', async () => {
  const { server, other, run, close } = await submitted('openai')
  const folder = tempDir()
  const input = writeJsonl(join(folder, 'rows.jsonl'), world.makeRows(3))
  const flags = ['--judge', 'another', '--no-check', '--pilot', '0', '--batch', 'openai', '--no-wait']
  const second = await run(other, 'clean', input, '--out', join(folder, 'out.jsonl'), ...flags)
  expect(second.code, second.stderr).toBe(3)
  const { code, stderr, stdout } = await run(server, 'batch', 'wait', '--poll', '0.02')
  expect(code, stderr).toBe(3)
  expect(stderr).toMatch(/note: 1 open job of openai at .*: not waited for\. Set OPENAI_BASE_URL/)
  expect(stdout).toContain('3 requests = 3 answered')
  await close()
})

it('mistral keeps results for a day, which is said once; others say nothing', async () => {
  const [mistral, openai] = [await submitted('mistral'), await submitted('openai')]
  expect(mistral.first.stderr.match(/mistral keeps results for 24 hours after a job has ended/g)).toHaveLength(1)
  expect(openai.first.stderr).not.toContain('keeps results')
  await Promise.all([mistral.close(), openai.close()])
})

it('a plan says how many calls are in open jobs; a wait with nothing to wait for does not say that there were no jobs', async () => {
  const { server, input, flags, run, close } = await submitted('openai')
  const planned = async () => (await run(server, 'plan', input, ...flags)).stdout.replaceAll(/\s+/g, ' ')
  expect(await planned()).toContain(
    '6 of these calls are in open batch jobs, and not submitted again: winnow batch list.',
  )
  await run(server, 'batch', 'wait', '--poll', '0.02')
  expect(await planned()).not.toContain('in open batch jobs')
  const { stdout } = await run(server, 'batch', 'wait')
  expect(stdout).toMatch(/^no open batch jobs in .*; --all shows the 2 that are done/)
  await close()
})
