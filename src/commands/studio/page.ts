// The files of the built page. They are listed once, so that no address can lead to another file.
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Context } from 'hono'
import { refused } from './guard.ts'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
}

export class Page {
  readonly #files = new Map<string, { body: Buffer; type: string }>()

  /** @param folder with `index.html` and the files that it loads */
  constructor(folder: string) {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const type = TYPES[extname(name)]
      if (type !== undefined) this.#files.set(`/${name}`, { body: readFileSync(join(folder, name)), type })
    }
  }

  /** All of the page's state is in the query, so that every other address is a file or nothing. */
  answer(context: Context): Response {
    const path = context.req.path === '/' ? '/index.html' : context.req.path
    const file = this.#files.get(path)
    if (file === undefined) return refused(context, 404, 'there is no such page')
    const caching = path === '/index.html' ? 'no-store' : 'max-age=31536000, immutable'
    return context.body(new Uint8Array(file.body), 200, { 'content-type': file.type, 'cache-control': caching })
  }
}
