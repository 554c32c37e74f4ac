// Loaded before the command line with `node --import`: at the end, writes the modules that the main thread loaded to the file named by
// LOADED_MODULES.
import { writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { isMainThread } from 'node:worker_threads'

const path = process.env['LOADED_MODULES']

if (path !== undefined && isMainThread) {
  const urls: string[] = []
  registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:')) urls.push(url)
      return next(url, context)
    },
  })
  process.on('exit', () => writeFileSync(path, JSON.stringify(urls)))
}
