// The body of the vllm of vllm.ts, which puts `calls`, `dies` and `found` before it.
/* global calls, dies, found */
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs')

const args = process.argv.slice(2)
const after = (flag) => args[args.indexOf(flag) + 1]
const [input, output] = [after('-i'), after('-o')]

/** A document is relevant if gold says so, or if it holds most of the ground truth. */
function isRelevant(document, truth) {
  const words = truth.split(/\W+/).filter((word) => word.length > 3)
  const shared = words.filter((word) => document.includes(word)).length
  return found.includes(document) || (words.length > 0 && shared > 0.8 * words.length)
}

function answerTo(prompt) {
  const truths = prompt.match(/^Ground truth \(\d+\): .*/gm) ?? []
  const documents = prompt.match(/^Doc \(\d+\): .*/gm) ?? []
  const better = documents.flatMap((line, index) => {
    const text = line.replace(/^Doc \(\d+\): /, '')
    return truths.some((truth) => isRelevant(text, truth.replace(/^Ground truth \(\d+\): /, '')))
      ? [`Doc (${index + 1})`]
      : []
  })
  const said = better.map((name) => `${name}: EQUAL. It says the same.`).join('\n')
  return `<thinking>\nRead.\n</thinking>\n<preference>\n${said}\n</preference>\n<verdict>\n<better> Preferred over ground truth: [${better.join(', ')}] </better>,\n<worse> Relevant but not preferred over ground truth: [] </worse>\n</verdict>`
}

appendFileSync(calls, `${JSON.stringify(args)}\n`)
writeFileSync(output, '')
for (const line of readFileSync(input, 'utf8').split('\n').filter(Boolean)) {
  const { custom_id, body } = JSON.parse(line)
  const message = { role: 'assistant', content: answerTo(body.messages.at(-1).content) }
  const usage = { prompt_tokens: 900, completion_tokens: 60, total_tokens: 960 }
  const completion = {
    object: 'chat.completion',
    model: body.model,
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage,
  }
  const response = { status_code: 200, request_id: 'r', body: completion }
  appendFileSync(output, `${JSON.stringify({ id: 'v', custom_id, response, error: null })}\n`)
  if (dies !== null && input.includes(dies)) process.kill(process.pid, 'SIGKILL')
}
