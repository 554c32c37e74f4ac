// examples/ray/answer.py in Ray's local mode, if WINNOW_TEST_RAY names a Python that has ray[data], aiohttp and pydantic.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startChatServer, type SeenRequest } from './support/chat-server.ts'
import { readJsonl, tempDir, writeJsonl } from './support/files.ts'

const python = process.env['WINNOW_TEST_RAY']
const hasRay = python !== undefined && spawnSync(python, ['-c', 'import ray.data.llm']).status === 0
const FOLDER = join(import.meta.dirname, '../examples/ray')

function describeWithRay(name: string, suite: () => void): void {
  if (hasRay) return void describe(name, { timeout: 180_000 }, suite)
  const why = python === undefined ? 'set WINNOW_TEST_RAY to a Python that has it' : `${python} has it not`
  process.stderr.write(`SKIPPED: ${name}: needs ray[data], aiohttp and pydantic: ${why}\n`)
  describe(name, () => it.skip(`needs ray[data]: ${why}`, () => undefined))
}

function runPython(args: string[], env: Record<string, string> = {}): Promise<{ code: number | null; log: string }> {
  return new Promise((resolve) => {
    const child = spawn(python as string, args, { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...env } })
    let log = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (some: Buffer) => (log += some.toString()))
    child.on('close', (code) => resolve({ code, log }))
  })
}

const KEY = 'sk-ray-4711-never-shown'
const idOf = (at: number) => String(at).padStart(32, '0')
const request = (at: number, more: object = {}) => ({
  custom_id: idOf(at),
  method: 'POST',
  url: '/v1/chat/completions',
  // Characters that end a line for Python, and none in JSON lines.
  body: { model: 'small', messages: [{ role: 'user', content: `row\u2028${at}\u0085.` }], max_tokens: 9, ...more },
})

describeWithRay('examples/ray/answer.py', () => {
  it('answers what has no results, and a request that fails has a failed line', async () => {
    const jobs = join(tempDir(), 'jobs')
    mkdirSync(jobs)
    const rows = Array.from({ length: 40 }, (_, at) => request(at, { temperature: 0.1 }))
    writeJsonl(join(jobs, 'small-a.jsonl'), rows)
    writeJsonl(join(jobs, 'small-b.jsonl'), [request(100, { response_format: { type: 'json_schema' } }), request(101)])
    writeJsonl(join(jobs, 'small-c.jsonl'), [request(200)])
    writeJsonl(join(jobs, 'small-c.results.jsonl'), [])
    // A start that was killed left the results of two requests, and a part that it was writing.
    const part = join(jobs, 'small-a.results.part')
    mkdirSync(part)
    writeJsonl(join(part, 'before.jsonl'), [{ custom_id: idOf(0) }, { custom_id: idOf(1) }])
    writeFileSync(join(part, 'torn.tmp'), `{"custom_id": "${idOf(2)}", "resp`)

    const numberOf = ({ messages }: SeenRequest) => /\d+/.exec(messages[0]?.content ?? '')?.[0]
    const server = await startChatServer({
      reply: (asked) => {
        if (numberOf(asked) === '5') return { status: 400, body: { error: { message: 'too long' } } }
        if (numberOf(asked) === '6' && asked.repeat === 0) return { fault: 'hang-up' }
        if (numberOf(asked) === '7') return { status: 400, body: '<html>proxy</html>' }
        return { text: `answer ${numberOf(asked)}` }
      },
    })
    const { code, log } = await runPython([join(FOLDER, 'answer.py'), jobs, '--server', server.url], {
      OPENAI_API_KEY: KEY,
    })
    await server.close()
    expect(code, log).toBe(0)
    expect(log).not.toContain(KEY)

    const resultsOf = (name: string) =>
      readdirSync(join(jobs, `${name}.results`))
        .filter((file) => file.endsWith('.jsonl'))
        .flatMap((file) => readJsonl(join(jobs, `${name}.results`, file)))
    const byId = new Map(resultsOf('small-a').map((line) => [line['custom_id'], line['response']]))
    expect([...byId.keys()].toSorted()).toEqual(rows.map(({ custom_id }) => custom_id))
    expect(byId.get(idOf(3))).toMatchObject({ status_code: 200, body: { choices: [{ finish_reason: 'stop' }] } })
    expect(byId.get(idOf(5))).toEqual({ status_code: 400, body: { error: { message: 'too long' } } })
    expect(byId.get(idOf(6))).toMatchObject({ status_code: 200 })
    expect(byId.get(idOf(7))).toEqual({ status_code: 400, body: { error: { message: '<html>proxy</html>' } } })
    expect(resultsOf('small-b')).toHaveLength(2)
    expect(readdirSync(jobs).filter((name) => name.endsWith('.part') || name.startsWith('small-c'))).toEqual([
      'small-c.jsonl',
      'small-c.results.jsonl',
    ])

    const bodies = new Map(server.requests.map((asked) => [numberOf(asked), asked]))
    expect(bodies.has('0')).toBe(false)
    expect(bodies.has('200')).toBe(false)
    expect(bodies.get('9')?.body).toEqual(rows[9]?.body)
    expect(bodies.get('100')?.body).toEqual(request(100, { response_format: { type: 'json_schema' } }).body)
    expect(bodies.get('9')?.headers.authorization).toBe(`Bearer ${KEY}`)
  })

  it('gives the engine the settings of each request, and reads its replies', async () => {
    const check = `
import argparse, json, sys
sys.path.insert(0, ${JSON.stringify(FOLDER)})
import answer
from ray.data.llm import vLLMEngineProcessorConfig
body = {"model": "m", "messages": [], "max_completion_tokens": 5, "temperature": 0.2, "guided_regex": "a+",
  "structured_outputs": {"regex": "a+"}, "chat_template_kwargs": {"enable_thinking": False}, "reasoning_effort": "low"}
form = {"model": "m", "max_tokens": 7, "response_format": {"type": "json_schema", "json_schema": {"schema": {"type": "object"}}}}
seen = {}
answer.build_processor = lambda config, preprocess, postprocess: seen.update(config=config, preprocess=preprocess) or (lambda rows: rows)
options = argparse.Namespace(server=None, model="/models/m", engine='{"max_model_len": 4096}', batch_size=16, replicas=2)
answer.engine_processor(body, options)
assert isinstance(seen["config"], vLLMEngineProcessorConfig)
row = {"path": "p", "id": "i", "body": json.dumps(body), "num_input_tokens": 3, "generated_text": "aaa"}
print(json.dumps([
  answer.sampling_of(body), answer.sampling_of(form), seen["config"].model_source, seen["config"].should_continue_on_error,
  seen["config"].chat_template_stage, seen["preprocess"](row)["sampling_params"]["max_tokens"],
  seen["preprocess"](row | {"body": json.dumps(form)}),
  json.loads(answer.reply_of(row | {"num_generated_tokens": 3})), json.loads(answer.reply_of(row | {"num_generated_tokens": 5})),
  json.loads(answer.reply_of({"path": "p", "id": "i", "body": json.dumps(body), "__inference_error__": "out of memory"})),
]))`
    const { code, log } = await runPython(['-c', check])
    expect(code, log).toBe(0)
    const choice = (finish_reason: string) => ({
      custom_id: 'i',
      response: { status_code: 200, body: { model: 'm', choices: [{ finish_reason, message: { content: 'aaa' } }] } },
    })
    expect(JSON.parse(log.trim().split('\n').at(-1) ?? '')).toMatchObject([
      { max_tokens: 5, temperature: 0.2, structured_outputs: { regex: 'a+' } },
      { max_tokens: 7, structured_outputs: { json: '{"type": "object"}' } },
      '/models/m',
      true,
      { chat_template_kwargs: { reasoning_effort: 'low', enable_thinking: false } },
      5,
      { __inference_error__: 'its settings of the chat template are not those of the first request' },
      choice('stop'),
      choice('length'),
      { custom_id: 'i', response: { status_code: 500, body: { error: { message: 'out of memory' } } } },
    ])
  })
})
