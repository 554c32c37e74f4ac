// A vllm command for tests of scripts: `vllm run-batch` answers as it is told, or dies in the middle of its output file.
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Writes the command into a folder, which is to be first on PATH.
 * @param text what it answers to every request
 * @param dies whether it does so after its first line, on files whose path holds this
 */
export function writeVllm(folder: string, text: string, dies?: string): void {
  const script = `#!${process.execPath}
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs')
const args = process.argv.slice(2)
const after = (flag) => args[args.indexOf(flag) + 1]
appendFileSync(${JSON.stringify(join(folder, 'calls'))}, JSON.stringify(args) + '\\n')
writeFileSync(after('-o'), '')
for (const line of readFileSync(after('-i'), 'utf8').split('\\n').filter(Boolean)) {
  const { custom_id, body } = JSON.parse(line)
  const choices = [{ index: 0, message: { role: 'assistant', content: ${JSON.stringify(text)} }, finish_reason: 'stop' }]
  const completion = { object: 'chat.completion', model: body.model, choices }
  const response = { status_code: 200, request_id: 'r', body: completion }
  appendFileSync(after('-o'), JSON.stringify({ id: 'v', custom_id, response, error: null }) + '\\n')
  if (${JSON.stringify(dies ?? null)} !== null && after('-i').includes(${JSON.stringify(dies ?? '')})) process.kill(process.pid, 'SIGKILL')
}
`
  const path = join(folder, 'vllm')
  writeFileSync(path, script)
  chmodSync(path, 0o755)
}
