// One row for ARHN, a model that knows what answers in it, and clean run over it at a server.
import { answer, type Knowledge } from './answers.ts'
import { startChatServer, type ScriptedReply, type SeenRequest } from './chat-server.ts'
import { readJsonl } from './files.ts'
import { runWinnow } from './run-winnow.ts'
import { place } from './two-models.ts'

export const ROW = {
  query: 'How tall is Mount Ararat?',
  pos: ['The summit of Ararat lies at 5,137 metres.'],
  neg: [
    'Ararat rises 5,137 metres above the sea, more than any other mountain of the country.',
    'It is 5,137 m high, as a later survey found.',
    'Ararat was first climbed in 1829.',
  ],
}

/** The second negative is better than the positive, the first is not; the third does not answer. */
export const KNOWS: Knowledge = {
  answerIn: (_query, text) => /5,137 m(etres)?/.exec(text)?.[0],
  place: (_query, text) => (text.startsWith('It is') ? 0 : text.startsWith('The summit') ? 1 : 2),
}
export const CLEANED = { query: ROW.query, pos: [...ROW.pos, ROW.neg[1]], neg: [ROW.neg[2]] }

export const right = (request: SeenRequest): ScriptedReply => ({ text: answer(request, KNOWS) })
export const isRanking = ({ messages }: SeenRequest) => messages.at(-1)?.content.includes('<candidates>') ?? false
export const shown = ({ messages }: SeenRequest) => messages.at(-1)?.content ?? ''

export async function clean(options: string[], reply: (request: SeenRequest) => ScriptedReply = right) {
  const server = await startChatServer({ reply })
  const { input, out } = place([ROW])
  const run = (...more: string[]) =>
    runWinnow([
      'clean',
      input,
      '--out',
      out,
      '--quiet',
      '--method',
      'arhn',
      '--confirm',
      '0',
      '--judge',
      `m@${server.url}`,
      ...options,
      ...more,
    ])
  const ran = await run()
  return { ran, again: run, rows: () => readJsonl(out), requests: server.requests, close: () => server.close() }
}
