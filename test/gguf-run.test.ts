// A whole run over a GGUF model, with a stand-in for node-llama-cpp named by WINNOW_LLAMA_CPP: how models in this process are opened,
// limited and closed.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readJsonl, tempDir, writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'

/** A package whose model finds nothing, and which writes what is done with it into a file, a line each. */
function standIn(folder: string, log: string): string {
  writeFileSync(join(folder, 'package.json'), '{ "main": "index.mjs" }')
  writeFileSync(
    join(folder, 'index.mjs'),
    `import { appendFileSync } from 'node:fs'
     const note = (what) => appendFileSync(${JSON.stringify(log)}, what + '\\n')
     const sequence = () => ({
       compareContextTokens: () => ({ firstDifferentIndex: 0 }),
       clearHistory: async () => {},
       tokenMeter: { usedOutputTokens: 0 },
     })
     const disposing = (name) => async () => note('dispose ' + name)
     export const resolveChatWrapper = () => ({ generateContextState: () => ({ contextText: { tokenize: () => [1, 2, 3] } }) })
     export const getLlamaGpuTypes = async () => ['cuda', false]
     export const getLlama = async () => ({
       gpu: 'cuda', cpuMathCores: 1, dispose: disposing('llama'),
       loadModel: async () => {
         note('load')
         const createContext = async ({ sequences }) => {
           note(sequences + ' sequences')
           return { contextSize: 16384, getSequence: sequence, dispose: disposing('context') }
         }
         return { trainContextSize: 40960, createContext, dispose: disposing('model') }
       },
     })
     let running = 0
     export class LlamaChat {
       async generateResponse() {
         running += 1
         note('call ' + running)
         await new Promise((resolve) => setTimeout(resolve, 5))
         running -= 1
         const response = '<verdict><better> better: [] </better>, <worse> worse: [] </worse></verdict>'
         return { response, fullResponse: [response], metadata: { stopReason: 'eogToken' } }
       }
       dispose() {}
     }`,
  )
  return folder
}

test('both stages share one loaded model, eight calls at once; a rerun loads nothing', async () => {
  const folder = tempDir()
  const model = join(folder, 'm.gguf')
  writeFileSync(model, 'GGUF and what follows')
  const rows = writeJsonl(
    join(folder, 'rows.jsonl'),
    Array.from({ length: 40 }, (_, at) => ({ query: `q${at}`, pos: [`p${at}`], neg: [`n${at}`] })),
  )
  const log = join(folder, 'log')
  const env = { WINNOW_LLAMA_CPP: standIn(folder, log), WINNOW_CACHE: join(folder, 'cache') }
  const out = join(folder, 'out.jsonl')
  const args = [
    'clean',
    rows,
    '--out',
    out,
    '--screen',
    `gguf:${model}`,
    '--judge',
    `gguf:${model}`,
    '--spot-check',
    '1',
    '--prompt-set',
    'paper',
  ]
  const first = await runWinnow(args, { env })
  expect(first.stderr).toContain('judge   gguf:m.gguf#')
  expect(first.code).toBe(0)
  expect(readJsonl(out)).toHaveLength(40)

  const lines = readFileSync(log, 'utf8').trim().split('\n')
  const calls = lines.filter((line) => line.startsWith('call'))
  expect(lines.filter((line) => !line.startsWith('call'))).toEqual([
    'load',
    '8 sequences',
    'dispose context',
    'dispose model',
    'dispose llama',
  ])
  expect(calls).toHaveLength(80)
  expect(Math.max(...calls.map((call) => Number(call.slice(5))))).toBe(8)

  expect((await runWinnow(args, { env })).code).toBe(0)
  expect(readFileSync(log, 'utf8').trim().split('\n')).toEqual(lines)
})

test('without the package there is the line that installs it; the model is never written over', async () => {
  const folder = tempDir()
  const model = join(folder, 'm.gguf')
  writeFileSync(model, 'GGUF')
  const rows = writeJsonl(join(folder, 'rows.jsonl'), [{ query: 'q', pos: ['p'], neg: ['n'] }])
  const missing = await runWinnow(['clean', rows, '--out', join(folder, 'out.jsonl'), '--judge', 'local'], {
    env: { WINNOW_LLAMA_CPP: join(folder, 'nothing') },
  })
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('need the package node-llama-cpp') })
  const over = await runWinnow(['clean', rows, '--out', model, '--judge', `gguf:${model}`])
  expect(over).toMatchObject({ code: 2, stderr: expect.stringContaining('never overwrites its inputs') })
})
