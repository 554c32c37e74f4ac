// The effects of ARHN's options on its requests, and the forms its replies may take: against a local server.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { answer } from './support/answers.ts'
import { startChatServer, type SeenRequest } from './support/chat-server.ts'
import { readJsonl, tempDir } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { place } from './support/two-models.ts'

import { ROW, KNOWS, CLEANED, right, isRanking, shown, clean } from './support/one-row.ts'

describe('a run', () => {
  it('asks once about each passage and once for the order; what is shared comes first', async () => {
    const { ran, rows, requests, close } = await clean([])
    await close()
    expect(ran.code, ran.stderr).toBe(0)
    expect(rows()).toEqual([CLEANED])
    expect(requests.map(isRanking)).toEqual([false, false, false, false, true])
    const extractions = requests.filter((request) => !isRanking(request))
    expect(new Set(extractions.map(({ messages }) => messages[0]?.content)).size).toBe(1)
    const shared = `<query>\n${ROW.query}\n</query>\n\n<passage>\n`
    expect(extractions.every((request) => shown(request).startsWith(shared))).toBe(true)
    expect(requests.every(({ body }) => body['temperature'] === 0)).toBe(true)
    const limits = [ROW.pos, ROW.neg].flat().map((text) => Buffer.byteLength(text) + 32)
    expect(requests.map(({ body }) => Number(body['max_tokens'])).toSorted((a, b) => a - b)).toEqual(
      [...limits, 2048].toSorted((a, b) => a - b),
    )
  })

  it.each([
    ['in tags', (text: string) => ({ text: `<think>\nNO_ANSWER? No. [1] > [2]\n</think>\n\n${text}` })],
    ['in a field of its own', (text: string) => ({ text, reasoning: 'NO_ANSWER? No.' })],
    ['before a closing tag alone', (text: string) => ({ text: `I think\n</think>${text}` })],
  ])('passes over what the model thinks %s', async (_where, wrap) => {
    const { ran, rows, close } = await clean([], (request) => wrap(answer(request, KNOWS)))
    await close()
    expect(ran.code, ran.stderr).toBe(0)
    expect(rows()).toEqual([CLEANED])
  })

  it('is undecided when the order cannot be read, and asks again when told to', async () => {
    let isMended = false
    const { ran, again, rows, requests, close } = await clean([], (request) =>
      isRanking(request) && !isMended ? { text: '[1] > [1] > [2]' } : right(request),
    )
    expect(ran.code).toBe(1)
    expect(rows()).toEqual([ROW])
    expect(requests.filter(isRanking)).toHaveLength(2)
    expect(shown(requests.at(-1) as SeenRequest)).toContain('the number of every candidate, each once')
    isMended = true
    expect((await again()).code).toBe(1)
    expect(requests).toHaveLength(6)
    expect((await again('--retry-undecided')).code).toBe(0)
    await close()
    expect(requests).toHaveLength(7)
    expect(rows()).toEqual([CLEANED])
  })
})

describe('--passages-per-call', () => {
  it('loses one passage, and not the others, to words that do not stand in it', async () => {
    const { ran, rows, requests, close } = await clean(['--passages-per-call', '4'], (request) => {
      const text = answer(request, KNOWS)
      return { text: isRanking(request) ? text : text.replace(/^\[2\] .*$/m, '[2] as tall as can be') }
    })
    await close()
    expect(ran.code, ran.stderr).toBe(0)
    expect(requests).toHaveLength(3)
    expect(shown(requests[1] as SeenRequest)).toContain('words that stand in the passage just so')
    expect(rows()).toEqual([{ ...CLEANED, neg: [ROW.neg[0], ROW.neg[2]] }])
  })
})

describe('--votes', () => {
  it('samples at 0.7 and goes by the majority', async () => {
    // One of three samples is wrong about everything.
    const { ran, rows, requests, close } = await clean(['--votes', '3'], (request) => {
      if (request.repeat !== 1) return right(request)
      return { text: isRanking(request) ? '[3] > [2] > [1]' : 'NO_ANSWER' }
    })
    await close()
    expect(ran.code, ran.stderr).toBe(0)
    expect(rows()).toEqual([CLEANED])
    expect(requests).toHaveLength(15)
    expect(requests.every(({ body }) => body['temperature'] === 0.7)).toBe(true)
  })

  it('leaves a passage as it was on a tie', async () => {
    const { ran, rows, close } = await clean(['--votes', '2'], (request) => {
      const isTorn = shown(request).includes('rises') && !isRanking(request) && request.repeat === 1
      return isTorn ? { text: 'NO_ANSWER' } : right(request)
    })
    await close()
    expect(ran.code, ran.stderr).toBe(0)
    expect(rows()).toEqual([{ ...CLEANED, neg: [ROW.neg[0], ROW.neg[2]] }])
    expect(ran.stderr).toContain('passages without a readable reply, left unchanged: 1')
  })
})

describe('--permutations', () => {
  it('promotes only by agreement, filters what is above in fewer, and says so', async () => {
    let orders = 0
    const { ran, rows, close } = await clean(['--permutations', '4'], (request) => {
      if (!isRanking(request)) return right(request)
      orders += 1
      const placeOf = (query: string, text: string) =>
        orders > 2 && text.startsWith('It is') ? 5 : KNOWS.place(query, text)
      return { text: answer(request, { ...KNOWS, place: placeOf }) }
    })
    await close()
    expect(ran.code, ran.stderr).toBe(0)
    expect(rows()).toEqual([{ ...CLEANED, pos: ROW.pos }])
    expect(ran.stderr).toMatch(/Kendall's tau -?\d\.\d\d; .* in others: 1 negative\n/)
  })
})

describe('--no-think', () => {
  const template = { enable_thinking: false }
  it('is in the last message and in the settings of the template', async () => {
    const { ran, requests, close } = await clean(['--no-think'])
    await close()
    expect(ran.code, ran.stderr).toBe(0)
    expect(requests.every((request) => shown(request).endsWith('\n\n/no_think'))).toBe(true)
    expect(
      requests.every(({ body }) => JSON.stringify(body['chat_template_kwargs']) === JSON.stringify(template)),
    ).toBe(true)
  })

  it('is in the message alone where the server takes no settings of the template', async () => {
    const { ran, rows, close } = await clean(['--no-think', '--concurrency', '1'], (request) =>
      'chat_template_kwargs' in request.body
        ? { status: 400, body: { error: { message: 'Unknown parameter: "chat_template_kwargs"' } } }
        : right(request),
    )
    await close()
    expect(ran.code, ran.stderr).toBe(0)
    expect(rows()).toEqual([CLEANED])
  })
})

describe('options that do not fit', () => {
  it.each([
    ['a method that there is not', ['--method', 'arnh'], '--method "arnh": allowed: rlhn, arhn'],
    [
      'options of another method',
      ['--screen', 'm', '--max-passages', '3'],
      '--screen, --max-passages: not an option of the method arhn',
    ],
  ])('%s', async (_what, options, message) => {
    const { ran, requests, close } = await clean(options)
    await close()
    expect([ran.code, requests.length]).toEqual([2, 0])
    expect(ran.stderr).toContain(message)
    expect(ran.stderr).not.toContain('    at ')
  })
})

describe('--prompts', () => {
  it('takes the prompts of the folder, and says which placeholder is missing', async () => {
    const folder = tempDir()
    const extract = join(folder, 'arhn.extract.md')
    writeFileSync(extract, 'Find it.\n---\n<query>\n{{query}}\n</query>\n<passage>\n{{passage}}\n</passage>\n')
    const { ran, rows, requests, close } = await clean(['--prompts', folder])
    expect(ran.code, ran.stderr).toBe(0)
    expect(rows()).toEqual([CLEANED])
    expect(requests[0]?.messages[0]?.content).toBe('Find it.')
    expect(requests.at(-1)?.messages[0]?.content).toContain('put passages in order')
    await close()
    writeFileSync(extract, '{{query}} {{pasage}}')
    const wrong = await clean(['--prompts', folder])
    await wrong.close()
    expect(wrong.ran.code).toBe(2)
    expect(wrong.ran.stderr).toContain('unknown placeholder {{pasage}}; {{passage}} is missing')
  })
})

describe('deciding again', () => {
  it('takes --rank answering from a ranking of all, and refuses the contrary', async () => {
    const server = await startChatServer({ reply: right })
    const { input, out } = place([ROW])
    const all = ['--method', 'arhn', '--judge', `m@${server.url}`, '--rank', 'all', '--quiet']
    const ran = await runWinnow(['clean', input, '--out', out, ...all])
    await server.close()
    expect(ran.code, ran.stderr).toBe(0)
    expect(ran.stderr).toContain('rows changed by --rank all: 0')
    const again = await runWinnow(['apply', input, '--out', out, '--rank', 'answering'])
    expect(again.code, again.stderr).toBe(0)
    expect(readJsonl(out)).toEqual([CLEANED])
  })

  it.each([
    ['--rank all', ['--rank', 'all'], 'the run did not rank negatives without an answer'],
    ['an option of another method', ['--preset', 'safe'], '--preset: no effect on a run of arhn'],
  ])('refuses %s', async (_what, options, message) => {
    const server = await startChatServer({ reply: right })
    const { input, out } = place([ROW])
    await runWinnow(['clean', input, '--out', out, '--quiet', '--method', 'arhn', '--judge', `m@${server.url}`])
    await server.close()
    const ran = await runWinnow(['apply', input, '--out', out, ...options])
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain(message)
  })
})
