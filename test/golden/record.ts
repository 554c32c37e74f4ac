// Runs an entry in a folder of its own, and writes down as one text what it printed and every file that it left.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChatServer } from '../support/chat-server.ts'
import { runAlone, runWinnow } from '../support/run-winnow.ts'
import { moody, rowsText, WORLDS, type World } from '../support/worlds.ts'
import type { Entry } from './entry.ts'
import { filesIn, shown } from './files.ts'
import { abridged, honest } from './text.ts'

const EXAMPLES = join(import.meta.dirname, '../../examples')
const ROWS = 22
/** A file in the cache that is there only if the corpus was copied more than two seconds before it was read. */
const OF_A_SLOW_RUN = /^cache\/indexes\/files\//

export async function recordingOf(entry: Entry): Promise<string> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'winnow-golden-')))
  const world = WORLDS.find(({ method }) => method === entry.world)
  const server = world && (await startChatServer({ reply: moody(world), forget: true }))
  try {
    return await recordingIn(root, entry, world, server?.url)
  } finally {
    await server?.close()
    rmSync(root, { recursive: true, force: true })
  }
}

async function recordingIn(root: string, entry: Entry, world?: World, url = ''): Promise<string> {
  const [folder, cache] = [join(root, 'work'), join(root, entry.withCache === true ? 'work/cache' : 'cache')]
  const tidy = (text: string) => honest(text.replaceAll(folder, 'FOLDER').replaceAll(root, 'ROOT'))
  const run = (line: string) => runLine(line.replaceAll('SERVER', url), folder, cache)
  prepare(folder, entry, world)
  for (const line of entry.before ?? []) {
    const { code, stderr } = await run(line)
    if (code !== 0) throw new Error(`${line} ended with ${code}: ${stderr}`)
  }
  const earlier = filesIn(folder)
  const parts: string[] = []
  for (const line of entry.lines) {
    const { code, stdout, stderr } = await run(line)
    parts.push(
      `$ winnow ${line}\n`,
      section('stdout', tidy(stdout)),
      section('stderr', tidy(stderr)),
      `exit ${code}\n\n`,
    )
  }
  const later = filesIn(folder)
  for (const [name, bytes] of later) {
    if (earlier.get(name)?.equals(bytes) === true || OF_A_SLOW_RUN.test(name)) continue
    const text = tidy(await shown(join(folder, name), bytes))
    parts.push(section(name, text))
  }
  const gone = [...earlier.keys()].filter((name) => !later.has(name))
  return [...parts, ...gone.map((name) => `── ${name}: gone\n`)].join('')
}

function prepare(folder: string, { files = {} }: Entry, world?: World): void {
  mkdirSync(folder)
  cpSync(EXAMPLES, join(folder, 'examples'), { recursive: true })
  if (world) writeFileSync(join(folder, 'rows.jsonl'), rowsText(rowsOf(world)))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
}

/** Rows of all kinds that the world knows. */
function rowsOf(world: World) {
  return world.makeRows(ROWS).map((row, index) => {
    if (index % 10 === 4) return world.eventful(row)
    return index % 10 === 9 ? world.hopeless(row) : row
  })
}

/** Commands that have had a process of their own. */
const alone = new Set<string>()

/** Runs a line: the first of each command in a process of its own, the others in one that has run others. */
function runLine(line: string, cwd: string, cache: string) {
  const [command = '', input] = line.split(' < ')
  const args = (command.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''))
  const env = { WINNOW_CACHE: cache, COLUMNS: '100', TZ: 'UTC', npm_execpath: 'npm' }
  const name = args[0] ?? ''
  const run = alone.has(name) ? runWinnow : runAlone
  alone.add(name)
  return run(args, { cwd, env, ...(input !== undefined && { stdin: readFileSync(join(cwd, input), 'utf8') }) })
}

const section = (name: string, text: string) => (text === '' ? `── ${name}: empty\n` : `── ${name}\n${abridged(text)}`)
