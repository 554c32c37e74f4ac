// --constrain: rankings in form, in two orders, and servers that do not keep the form.
import { describe, expect, it } from 'vitest'
import { answer } from './support/answers.ts'
import type { ScriptedReply, SeenRequest } from './support/chat-server.ts'
import { clean, CLEANED, isRanking, KNOWS, right } from './support/one-row.ts'

describe('--constrain', () => {
  const schema = {
    type: 'json_schema',
    json_schema: expect.objectContaining({
      schema: expect.objectContaining({
        properties: {
          ranking: { type: 'array', items: { type: 'integer', minimum: 1, maximum: 3 }, minItems: 3, maxItems: 3 },
        },
      }) as object,
    }) as object,
  }
  const regex = '\\[[1-9][0-9]?\\]( > \\[[1-9][0-9]?\\]){2}'
  it.each([
    ['json', { response_format: schema }],
    ['regex', { structured_outputs: { regex }, guided_regex: regex }],
    ['grammar', { grammar: 'root ::= item (" > " item){2}\nitem ::= "[" [1-9] [0-9]? "]"' }],
  ])('%s holds rankings to their form', async (form, body) => {
    const { ran, rows, requests, close } = await clean(['--constrain', form], (request) => {
      const said = answer(request, KNOWS)
      if (form !== 'json' || !isRanking(request)) return { text: said }
      return { text: JSON.stringify({ ranking: [...said.matchAll(/\d+/g)].map(([digits]) => Number(digits)) }) }
    })
    await close()
    expect(ran.code, ran.stderr).toBe(0)
    expect(rows()).toEqual([CLEANED])
    expect(requests.at(-1)?.body).toMatchObject(body)
    expect(requests.filter(isRanking)).toHaveLength(2)
    expect(Object.keys(requests[0]?.body ?? {}).toSorted()).toEqual(['max_tokens', 'messages', 'model', 'temperature'])
  })

  it('stops where the server does not know the form', async () => {
    const { ran, close } = await clean(['--constrain', 'grammar'], (request) =>
      'grammar' in request.body
        ? { status: 400, body: { error: { message: "Unrecognized request argument supplied: 'grammar'" } } }
        : right(request),
    )
    await close()
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('Use another --constrain')
  })
})

describe('--constrain at a server that answers 200 and does not hold the model to it', () => {
  /** Keeps these fields of a request, and passes over others. */
  const keeping =
    (...fields: string[]) =>
    (request: SeenRequest): ScriptedReply => {
      const kept = fields.find((field) => field in request.body)
      if (kept === 'response_format') return { text: '{"ranking": [2, 1, 3]}' }
      if (kept !== undefined) return { text: '[2] > [1] > [3]' }
      return isRanking(request) ? { text: `Sure! ${answer(request, KNOWS)}` } : { text: answer(request, KNOWS) }
    }

  it.each([
    ['regex', ['response_format', 'grammar'], 'It keeps json and grammar: --constrain json'],
    ['grammar', ['response_format', 'guided_regex'], 'It keeps json and regex: --constrain json'],
    ['json', ['grammar'], 'It keeps grammar: --constrain grammar'],
    ['regex', [], 'It keeps none of json, regex and grammar: leave out --constrain'],
  ])('%s, where it keeps %j', async (form, fields, hint) => {
    const { ran, again, rows, requests, close } = await clean(['--constrain', form], keeping(...fields))
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('the server of m does not hold it to a')
    expect(ran.stderr).toContain(hint)
    expect(rows()).toEqual([])
    const probes = requests.filter(({ body }) => body['max_tokens'] === 64)
    expect(probes).toHaveLength(3)
    // What is stored stops nothing: the first start may have left replies that do not fit.
    expect((await again()).code).not.toBe(0)
    expect(requests.filter(({ body }) => body['max_tokens'] === 64)).toHaveLength(3)
    await close()
  })

  it('is found out by its first whole reply alone', async () => {
    const { ran, requests, close } = await clean(['--constrain', 'regex'], keeping('guided_regex'))
    await close()
    expect(ran.code, ran.stderr).toBe(0)
    expect(requests.filter(({ body }) => body['max_tokens'] === 64)).toEqual([])
  })
})
