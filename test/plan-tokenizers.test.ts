// What winnow plan counts tokens with.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { RunPlan } from '../src/job/plan/report.ts'
import { tempDir } from './support/files.ts'
import { startHub } from './support/hub-server.ts'
import { place, planned, QUIET } from './support/planned.ts'
import { runWinnow } from './support/run-winnow.ts'

describe('tokenizers', () => {
  /** Words, one token each, and a template that adds five tokens to each message. */
  function tokenizer(config?: object): string {
    const folder = join(tempDir(), 'model')
    mkdirSync(folder)
    const tokenizerJson = {
      version: '1.0',
      truncation: { max_length: 4, strategy: 'LongestFirst', stride: 0, direction: 'Right' },
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: { type: 'WhitespaceSplit' },
      post_processor: null,
      decoder: null,
      model: {
        type: 'WordPiece',
        vocab: { '[UNK]': 0 },
        unk_token: '[UNK]',
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
      },
    }
    writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizerJson))
    if (config) writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(config))
    return folder
  }
  const TEMPLATE =
    '{{ bos_token }} {% for m in messages %}begin of {{ m.role }} : {{ m.content }} end {% endfor %}go on'
  const args = (file: string, ledger: string[]) => [file, '--judge', 'mine@http://127.0.0.1:9/v1', ...QUIET, ...ledger]

  test('a folder counts with its chat template; without one it says so', async () => {
    const { file, ledger } = place(1)
    const common = args(file('rows.jsonl'), ledger)
    const plain = await planned([...common, '--tokenizer', tokenizer()])
    const config = { bos_token: { content: '<s>' }, chat_template: TEMPLATE }
    const shaped = await planned([...common, '--tokenizer', `mine=${tokenizer(config)}`])
    const { stdout } = await runWinnow([
      'clean',
      ...common,
      '--out',
      join(tempDir(), 'out.jsonl'),
      '--dry-run',
      '--json',
    ])
    const [{ example }] = (JSON.parse(stdout) as { stages: [{ example: { content: string }[] }] }).stages
    const words = example.reduce((sum, { content }) => sum + content.trim().split(/\s+/).length, 0)
    expect(plain.stages[0]).toMatchObject({ certainInput: words, isExact: false })
    expect(plain.stages[0]?.tokenizer).toContain('without a chat template')
    // The beginning, `begin of ROLE :` and `end` around each message, and `go on`.
    expect(shaped.stages[0]).toMatchObject({ certainInput: words + 1 + 5 * example.length + 2, isExact: true })
  })

  test('without a tokenizer of its own, a model is counted with that of OpenAI, and that is said', async () => {
    const { file, ledger } = place(1)
    const { stages } = await planned(args(file('rows.jsonl'), ledger))
    expect(stages[0]).toMatchObject({ tokenizer: "estimated with OpenAI's tokenizer", isExact: false })
  })

  test('a model of this machine whose library is not here is an estimate that says why', async () => {
    const { folder, file, ledger } = place(1)
    const model = join(folder, 'small.gguf')
    writeFileSync(model, 'GGUF')
    const own = [file('rows.jsonl'), '--judge', `gguf:${model}`, ...QUIET, ...ledger]
    const { stdout } = await runWinnow(['plan', ...own, '--json'], { env: { WINNOW_LLAMA_CPP: folder } })
    expect((JSON.parse(stdout) as RunPlan).stages[0]?.tokenizer).toMatch(
      /^estimated .*node-llama-cpp, which cannot be loaded/,
    )
  })

  test('a tokenizer of the hub is downloaded once, with consent', async () => {
    const { folder, file, ledger } = place(1)
    const from = tokenizer({ chat_template: TEMPLATE })
    const files = ['tokenizer.json', 'tokenizer_config.json'].map((name) => [name, readFileSync(join(from, name))])
    const hub = await startHub({ ...Object.fromEntries(files), 'model.gguf': Buffer.from('weights') })
    const env = { HF_ENDPOINT: hub.url, WINNOW_CACHE: join(folder, 'cache') }
    const common = ['plan', ...args(file('rows.jsonl'), ledger), '--tokenizer', 'hf://owner/repo', '--json']
    const refused = await runWinnow(common, { env })
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('the tokenizer of owner/repo')])
    const { stdout } = await runWinnow([...common, '--yes'], { env })
    expect((JSON.parse(stdout) as RunPlan).stages[0]).toMatchObject({
      isExact: true,
      tokenizer: 'counted with hf://owner/repo and its chat template',
    })
    const before = hub.seen.length
    expect((await runWinnow(common, { env })).stdout).toBe(stdout)
    expect(hub.seen.filter(({ path }) => path.includes('gguf'))).toEqual([])
    expect(hub.seen).toHaveLength(before)
  })

  test.each([
    [['--tokenizer', 'hf://datasets/owner/rows'], 'no model of the hub'],
    [['--tokenizer', 'nowhere'], 'cannot read nowhere'],
    [['--tokenizer', 'mine='], 'allowed: PATH or MODEL=PATH'],
    [['--tokenizer', 'a', '--tokenizer', 'b'], 'was given twice'],
  ])('%j is refused', async (more, message) => {
    const { file, ledger } = place(1)
    const { code, stderr } = await runWinnow(['plan', ...args(file('rows.jsonl'), ledger), ...more])
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  })

  test('a template that cannot be read is refused with its file', async () => {
    const { file, ledger } = place(1)
    const folder = tokenizer({ chat_template: '{% for %}' })
    const { code, stderr } = await runWinnow(['plan', ...args(file('rows.jsonl'), ledger), '--tokenizer', folder])
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('tokenizer_config.json: the chat template cannot be used'),
    ])
  })
})
