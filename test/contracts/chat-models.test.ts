// The contract of chat models, tested for every kind that Winnow can ask.
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openModel } from '../../src/llm/models.ts'
import { parsePrices } from '../../src/llm/prices.ts'
import { startChatServer } from '../support/chat-server.ts'
import { fakeLlama, said } from '../support/fake-llama.ts'
import { tempDir, writeJsonl } from '../support/files.ts'
import { describeChatModel } from './chat-model.contract.ts'

const UNKNOWN = { status: 400, body: { error: { message: 'nobody knows' } } }

describeChatModel('a server that speaks the OpenAI protocol', async (replies) => {
  const server = await startChatServer({
    reply: ({ messages }) => {
      const text = replies[messages.at(-1)?.content ?? '']
      return text === undefined ? UNKNOWN : { text }
    },
  })
  onTestFinished(() => server.close())
  return openModel(`m@${server.url}`, parsePrices([]))
})

describeChatModel('recorded replies', (replies) => {
  const path = join(tempDir(), 'replies.jsonl')
  writeJsonl(
    path,
    Object.entries(replies).map(([query, response]) => ({ query, response })),
  )
  return openModel(`replay:${path}`, parsePrices([]))
})

describeChatModel('a GGUF model in this process', (replies) => {
  const { model } = fakeLlama(({ history }) => {
    const question = history.at(-1)
    const text = question && 'text' in question ? replies[question.text] : undefined
    if (text === undefined) throw new Error('nobody knows')
    return said(text)
  })
  return model
})
