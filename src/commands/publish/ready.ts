// A folder that is ready to be published: which of its files go to the hub, and which must not.
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { plural } from '../../base/format.ts'
import { UsageError } from '../../base/errors.ts'
import { localFile, type LocalFile } from '../../hub/local-file.ts'

/** Files that belong to this machine: unfinished ones, databases and their logs, locks, and manifests, which hold paths. */
const OF_THE_MACHINE = /(\.part|\.(db|sqlite3?)(-wal|-shm|-journal)?|\.lock|\.log|\.manifest\.json|~|\.(swp|pyc))$/
/** Names of files that hold keys. */
const KEYS =
  /^(id_(rsa|dsa|ecdsa|ed25519).*|.*\.(pem|key|p12|pfx|jks|keystore|kdbx)|_?netrc|credentials(\..*)?|secrets?\..*|token)$/i
/** Files whose text is looked into; rows may speak of keys. */
const LOOKED_INTO = /\.(md|txt|ya?ml|json|toml|ini|cfg|conf|env|py|sh|ipynb)$|^[^.]+$/i
const MOST_BYTES = 1 << 20
const SECRETS: readonly (readonly [what: string, like: RegExp])[] = [
  ['a token of Hugging Face', /\bhf_[A-Za-z0-9]{30,}\b/],
  ['an API key', /\bsk-[A-Za-z0-9_-]{24,}/],
  ['a key of Google', /\bAIza[A-Za-z0-9_-]{35}\b/],
  ['a key of AWS', /\bAKIA[A-Z0-9]{16}\b/],
  ['a token of GitHub', /\bgh[pousr]_[A-Za-z0-9]{36}\b/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
]

/** The files of a folder. */
export interface FolderFiles {
  files: LocalFile[]
  /** Paths that are not published. */
  left: string[]
}

/**
 * Returns the files of a folder that has a card, as they are.
 * @throws UsageError if one looks like a secret
 */
export async function filesIn(folder: string): Promise<FolderFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths: string[] = []
  const left: string[] = []
  for (const entry of entries) {
    const from = join(entry.parentPath, entry.name)
    if (!entry.isSymbolicLink() ? !entry.isFile() : !(await leadsToFile(from))) continue
    const path = relative(folder, from).split(sep).join('/')
    const isHidden = path.split('/').some((part) => part.startsWith('.'))
    if (isHidden || OF_THE_MACHINE.test(entry.name)) left.push(path)
    else paths.push(path)
  }
  const files = await Promise.all(paths.toSorted().map((path) => localFile(path, join(folder, path))))
  const secrets = (await Promise.all(files.map(secretIn))).filter((each) => each !== undefined)
  if (secrets.length > 0) throw notPublished(folder, secrets)
  return { files, left: left.toSorted() }
}

const leadsToFile = async (path: string) => (await stat(path).catch(() => undefined))?.isFile() === true

/** Returns what is said of a file that looks like a secret; never the secret. */
async function secretIn({ path, from, size }: LocalFile): Promise<string | undefined> {
  const name = path.split('/').at(-1) ?? ''
  if (KEYS.test(name)) return `${path}: by its name, it holds keys`
  if (!LOOKED_INTO.test(name) || size > MOST_BYTES) return undefined
  const chunks: Buffer[] = []
  for await (const chunk of createReadStream(from)) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  for (const [what, like] of SECRETS) {
    const found = like.exec(text)
    if (found) return `${path}:${text.slice(0, found.index).split('\n').length}: ${what}`
  }
  return undefined
}

const notPublished = (folder: string, secrets: readonly string[]) =>
  new UsageError(
    [
      `${folder}: ${plural(secrets.length, 'file looks', 'files look')} like a secret; nothing was published`,
      ...secrets.map((each) => `  ${each}`),
    ].join('\n'),
    { hint: 'Move what is secret out of the folder, or into a hidden one (.private/), which is not published.' },
  )
