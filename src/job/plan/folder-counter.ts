// Counts tokens with a tokenizer.json, and with the chat template beside it.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Template } from '@huggingface/jinja'
import { messageOf, readFailure, UsageError } from '../../base/errors.ts'
import { isObject, type JsonObject } from '../../base/json.ts'
import { openTokenizer } from '../../encoders/static/tokenizer.ts'
import type { ChatMessage } from '../../llm/chat.ts'
import type { TokenCounter } from '../gather/tokens.ts'

/**
 * @param path a tokenizer.json, or the folder that holds one
 * @param name as the user named it
 * @throws UsageError if it cannot be read
 */
export function folderCounter(path: string, name: string): TokenCounter {
  const file = isFolder(path) ? join(path, 'tokenizer.json') : path
  const { encode } = openTokenizer({ ...jsonIn(file), truncation: null }, file)
  const text = (content: string) => encode(content).length
  const template = templateBeside(dirname(file))
  const words = template === undefined ? ' without a chat template: there is none beside it' : ' and its chat template'
  return {
    text,
    request: ({ messages }) => {
      if (template) return text(template(messages))
      return messages.reduce((sum, { content }) => sum + text(content), 0)
    },
    isExact: template !== undefined,
    tokenizer: `counted with ${name}${words}`,
  }
}

type Rendered = (messages: readonly ChatMessage[]) => string

/** Newer models keep the template in a file of its own. */
function templateBeside(folder: string): Rendered | undefined {
  const [configFile, templateFile] = [join(folder, 'tokenizer_config.json'), join(folder, 'chat_template.jinja')]
  const config = existsSync(configFile) ? jsonIn(configFile) : {}
  const source = existsSync(templateFile) ? readFileSync(templateFile, 'utf8') : templateIn(config)
  if (source === undefined) return undefined
  const name = existsSync(templateFile) ? templateFile : configFile
  try {
    const template = new Template(source)
    const special = Object.fromEntries(['bos_token', 'eos_token'].map((key) => [key, tokenIn(config[key])]))
    const render: Rendered = (messages) =>
      template.render({ ...special, messages: messages.map((each) => ({ ...each })), add_generation_prompt: true })
    // A template that cannot be used is found here, and not in the middle of the rows.
    render([
      { role: 'system', content: 'a' },
      { role: 'user', content: 'b' },
    ])
    return render
  } catch (error) {
    throw new UsageError(`${name}: the chat template cannot be used: ${messageOf(error)}`, {
      cause: error,
      hint: 'Name the tokenizer.json in a folder without it: it is then counted without a template.',
    })
  }
}

/** One template, or several by name, of which the default one is meant. */
function templateIn({ chat_template: given }: JsonObject): string | undefined {
  if (typeof given === 'string') return given
  if (!Array.isArray(given)) return undefined
  const chosen = given.find((each) => isObject(each) && each['name'] === 'default') as JsonObject | undefined
  return typeof chosen?.['template'] === 'string' ? chosen['template'] : undefined
}

/** A special token is a text, or an object with its content. */
function tokenIn(value: unknown): string {
  if (typeof value === 'string') return value
  return isObject(value) && typeof value['content'] === 'string' ? value['content'] : ''
}

function jsonIn(file: string): JsonObject {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`--tokenizer: cannot read ${file}: ${readFailure(error)}`, {
      cause: error,
      hint: 'Give a tokenizer.json, or the folder of a model that holds one.',
    })
  }
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch (error) {
    throw new UsageError(`--tokenizer: ${file} is not JSON: ${messageOf(error)}`, { cause: error })
  }
  throw new UsageError(`--tokenizer: ${file} is not a JSON object`)
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
