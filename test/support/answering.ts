// Rows for ARHN whose passages contain their answers (`answer 3`: smaller is better), and a model that reads them.
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { answer } from './answers.ts'
import { startChatServer, type ChatServer } from './chat-server.ts'

/** Returns Tevatron rows with ids as they occur in practice: beyond 53 bits, with spaces, quotes and other scripts. */
export function answeringRows() {
  const passage = (docid: string | number, text: string) => ({ docid, title: '', text })
  const filled = (text: string) => `Some words come first. It says ${text} here. And more words follow it.`
  return [
    {
      query_id: 'q 1 "ä"',
      query: 'what is it?',
      positive_passages: [passage('p1', filled('the answer 3'))],
      negative_passages: [
        passage('9007199254740993', filled('the answer 1')),
        passage('below', filled('the answer 5')),
        passage('日本', filled('nothing')),
        passage('garbled', 'garbled words'),
      ],
    },
    {
      query_id: '9007199254740995',
      query: 'and what is that?',
      positive_passages: [passage('p2', filled('nothing')), passage('p3', filled('the answer 2'))],
      negative_passages: [passage('n\n1', filled('the answer 1')), passage("n'2", filled('the answer 4'))],
    },
    {
      query_id: 'unread',
      query: 'what cannot be read?',
      positive_passages: [passage('p4', 'garbled as well')],
      negative_passages: [passage('n3', filled('the answer 4'))],
    },
  ]
}

/** Serves the model, whose reply is empty for a garbled passage. */
export function answeringModel() {
  let server: ChatServer
  beforeAll(async () => {
    server = await startChatServer({
      reply: (request) => {
        if (request.messages.some(({ content }) => content.includes('garbled'))) return { text: '' }
        const text = answer(request, {
          answerIn: (_query, passage) => /the answer \d/.exec(passage)?.[0],
          place: (_query, passage) => Number(/the answer (\d)/.exec(passage)?.[1] ?? 9),
        })
        return { text }
      },
    })
  })
  afterAll(() => server.close())
  beforeEach(() => (server.requests.length = 0))
  return { model: () => `reader@${server.url}`, requests: () => server.requests }
}
