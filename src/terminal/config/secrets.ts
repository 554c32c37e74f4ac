// Keys and passwords have no place in winnow.yaml, which is committed and sent around: they are read from the environment.
import type { Setting } from './settings.ts'

const KEY_NAME = /(?:api|access|secret)[-_]?key|^key$|token$|secret|password|passwd|credential|authorization|bearer/i

/** Values in the form of well-known keys. */
const KEY_VALUE =
  /(?:^|[\s"'=])(?:sk-[\w-]{12,}|hf_\w{12,}|gh[pousr]_\w{12,}|github_pat_\w+|AKIA[0-9A-Z]{12,}|AIza[\w-]{20,}|xox[abps]-|Bearer\s+\S)|PRIVATE KEY/
const LOGIN = /:\/\/[^/\s@]*:[^/\s@]*@/
const QUERY = /[?&](?:api[-_]?key|key|token|access[-_]token|sig|code)=/i

/**
 * Returns what to do instead of writing a key or a password into the file; undefined if a setting holds none. Never names the value.
 * @param isOption whether the setting is an option, so that only its value is looked at
 */
export function secretIn({ key, value }: Setting, isOption: boolean): string | undefined {
  const text = JSON.stringify(value) ?? ''
  if (LOGIN.test(text) || QUERY.test(text)) {
    return 'an address with a login or a key has no place in this file: give it on the command line or as OPENAI_BASE_URL in the environment'
  }
  const isSecret = KEY_VALUE.test(text) || (!isOption && KEY_NAME.test(key))
  return isSecret
    ? `keys and passwords have no place in this file: set ${variableFor(key, text)} in the environment`
    : undefined
}

function variableFor(key: string, text: string): string {
  if (/^(?:hf|hugging|hub)|^token$/i.test(key) || text.includes('hf_')) return 'HF_TOKEN'
  return /azure/i.test(key) ? 'AZURE_OPENAI_API_KEY' : 'OPENAI_API_KEY'
}
