// Inspects a ledger from outside: opens a copy of its files, so that the original does not change.
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { requestKey } from '../../src/llm/key.ts'
import type { ChatMessage } from '../../src/llm/chat.ts'
import type { SeenRequest } from './chat-server.ts'

/** Returns the keys (hex) of all replies in a ledger; empty if there is no ledger. */
export function storedKeys(ledger: string): Set<string> {
  if (!existsSync(ledger)) return new Set()
  const folder = mkdtempSync(join(tmpdir(), 'winnow-ledger-'))
  try {
    for (const end of ['', '-wal']) if (existsSync(ledger + end)) cpSync(ledger + end, join(folder, `copy.db${end}`))
    const db = new DatabaseSync(join(folder, 'copy.db'))
    try {
      const { count } = db.prepare(`SELECT count(*) AS count FROM sqlite_master WHERE name = 'keys'`).get() as {
        count: number
      }
      if (count === 0) return new Set()
      return new Set((db.prepare('SELECT hex(key) AS key FROM keys').all() as { key: string }[]).map(({ key }) => key))
    } finally {
      db.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Returns the ledger key (hex) of a request as a server sees it, for sample 0. */
export function keyOf({ model, messages, body }: SeenRequest): string {
  return requestKey({
    model,
    messages: messages as ChatMessage[],
    temperature: Number(body['temperature']),
    maxTokens: Number(body['max_tokens'] ?? body['max_completion_tokens']),
    sample: 0,
    source: undefined as never,
  })
    .toString('hex')
    .toUpperCase()
}
