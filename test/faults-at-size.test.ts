// What machines do to a long run: nothing is lost, nothing is written half, the error says what to do, and the same command continues.
import { spawnSync, type ChildProcess } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startChatServer, type ScriptedReply, type SeenRequest } from './support/chat-server.ts'
import { outputsAt, tempDir, writeJsonl } from './support/files.ts'
import { partOf, repetitions } from './support/repetitions.ts'
import { runWinnow, type ProcessResult, type RunOptions } from './support/run-winnow.ts'
import { keyOf } from './support/stored.ts'
import { eachWorld, flagsOf, rowsText, type World } from './support/worlds.ts'

const CALLS = repetitions(120, 150, 30_000)
const TIMEOUT = { timeout: repetitions(60, 300, 1_800) * 1000 }

interface Scene {
  world: World
  reply?: (request: SeenRequest, answered: number) => ScriptedReply | Promise<ScriptedReply>
  more?: readonly string[]
}

async function startIn({ world, reply, more = [] }: Scene) {
  const folder = tempDir()
  const rows = world.makeRows(world.rowsFor(CALLS))
  const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
  let answered = 0
  const right = (request: SeenRequest): ScriptedReply => ({ text: world.rightReply(request) })
  const server = await startChatServer({ reply: (request) => reply?.(request, ++answered) ?? right(request) })
  const [outFolder, ledgerFolder] = [join(folder, 'out'), join(folder, 'ledger')]
  mkdirSync(outFolder)
  mkdirSync(ledgerFolder)
  const [out, ledger] = [join(outFolder, 'out.jsonl'), join(ledgerFolder, 'ledger.db')]
  const run = (options: RunOptions = {}, ...extra: string[]) => {
    const models = flagsOf(world.settings(server.url))
    const place = ['--ledger', ledger, '--pilot', '0', '--quiet', ...more, ...extra]
    const env = { WINNOW_CACHE: join(folder, 'cache'), ...options.env }
    return runWinnow([world.command, input, '--out', out, ...models, ...place], { ...options, env })
  }
  /** Runs the command again, without any fault, and expects the whole output; no more than `repeated` calls were made twice. */
  const continues = async (repeated = 0) => {
    const ran = await run()
    await server.close()
    expect(ran.code, ran.stderr).toBe(0)
    expect(outputsAt(out)['rows']).toBe(rowsText(rows.map(world.cleaned)))
    expect(server.requests.length - new Set(server.requests.map(keyOf)).size).toBeLessThanOrEqual(repeated)
  }
  return { folder, input, rows, out, outFolder, ledger, ledgerFolder, server, run, continues }
}

const expectNothingWritten = (out: string) => expect(Object.values(outputsAt(out)).filter(Boolean)).toEqual([])

const NAMESPACE = ['unshare', '--user', '--map-root-user', '--mount'] as const

/** Starts a command in a namespace where a folder is a small disk, whose files are copied to another folder at the end. */
const onSmallDisk = (folder: string, kilobytes: number, kept: string) => [
  ...NAMESPACE,
  'bash',
  '-c',
  `mount -t tmpfs -o size=${kilobytes}k small ${folder} && "$@"; code=$?; cp -r ${folder}/. ${kept}; exit $code`,
  'bash',
]

const someWorlds = partOf(eachWorld, ([method]) => method === 'rlhn')

const hasSmallDisks = spawnSync(NAMESPACE[0], [...NAMESPACE.slice(1), 'mount', '-t', 'tmpfs', 'x', '/mnt']).status === 0
const MEMORY_GROUPS = '/sys/fs/cgroup/memory'

/** Starts a command in a control group that may hold so many bytes, its files in the cache included. */
const withMemory = (bytes: number, name: string) => [
  'bash',
  '-c',
  `group=${MEMORY_GROUPS}/${name}; mkdir $group && echo ${bytes} > $group/memory.limit_in_bytes || exit 99
   (echo $BASHPID > $group/cgroup.procs && exec "$@"); code=$?; rmdir $group; exit $code`,
  'bash',
]

const hasGroups =
  existsSync(`${MEMORY_GROUPS}/memory.limit_in_bytes`) &&
  spawnSync('bash', [...withMemory(2 ** 28, `winnow-${process.pid}`).slice(1), 'true']).status === 0

describe.each(someWorlds)('%s', (_method, world) => {
  it.runIf(hasSmallDisks)('the disk of the output is full', TIMEOUT, async () => {
    const scene = await startIn({ world })
    const kept = join(scene.folder, 'kept')
    mkdirSync(kept)
    const ran = await scene.run({ under: onSmallDisk(scene.outFolder, 12, kept) })
    expect(ran.code, ran.stderr).toBe(2)
    expect(ran.stderr).toMatch(/cannot write .*out.*: the disk is full/)
    expectNothingWritten(join(kept, 'out.jsonl'))
    const asked = scene.server.requests.length
    await scene.continues()
    expect(scene.server.requests.length).toBe(asked)
  })

  it.runIf(hasSmallDisks)('the disk of the ledger is full', TIMEOUT, async () => {
    const scene = await startIn({ world })
    const kept = join(scene.folder, 'kept')
    mkdirSync(kept)
    const ran = await scene.run({ under: onSmallDisk(scene.ledgerFolder, 220, kept) })
    expect(ran.code, ran.stderr).toBe(2)
    expect(ran.stderr).toMatch(/cannot write .*ledger\.db.*: the disk is full/)
    expectNothingWritten(scene.out)
    cpSync(kept, scene.ledgerFolder, { recursive: true })
    // What was in flight when the disk was full could not be kept.
    await scene.continues(64)
  })

  it.runIf(hasSmallDisks)('the disk of the cache is full', TIMEOUT, async () => {
    const scene = await startIn({ world })
    const [cache, kept] = [join(scene.folder, 'cache'), join(scene.folder, 'kept')]
    for (const folder of [cache, kept]) mkdirSync(folder)
    const ran = await scene.run({ under: onSmallDisk(cache, 4, kept) })
    if (ran.code !== 0) {
      expect(ran.code, ran.stderr).toBe(2)
      expect(ran.stderr).toMatch(/cannot write .*cache.*: the disk is full/)
      expectNothingWritten(scene.out)
    }
    await scene.continues()
  })

  it('64 open files', TIMEOUT, async () => {
    const scene = await startIn({ world, more: ['--concurrency', '64'] })
    const ran = await scene.run({ openFiles: 64 })
    if (ran.code !== 0) {
      expect(ran.stderr).toMatch(/open files|ulimit/)
      expectNothingWritten(scene.out)
    }
    await scene.continues(64)
  })

  it.runIf(hasGroups)('512 MB of memory', TIMEOUT, async () => {
    const scene = await startIn({ world })
    const ran = await scene.run({ under: withMemory(512 * 2 ** 20, `winnow-${basename(scene.folder)}`) })
    expect(ran.code, ran.stderr).toBe(0)
    await scene.continues()
  })

  it('a clock that jumps', TIMEOUT, async () => {
    const scene = await startIn({ world, more: ['--concurrency', '8'] })
    const hook = join(scene.folder, 'clock.mjs')
    writeFileSync(
      hook,
      `const now = Date.now
       let [calls, seed] = [0, 7]
       Date.now = () => {
         seed = (seed * 48271) % 2147483647
         return now() + (++calls % 5 === 0 ? (seed % 172800000) - 86400000 : 0)
       }`,
    )
    const ran = await scene.run({ env: { NODE_OPTIONS: `--import ${hook}` }, under: ['env'] })
    expect(ran.code, ran.stderr).toBe(0)
    await scene.continues()
  })

  it('the input changes during the run', TIMEOUT, async () => {
    let change: () => void = () => undefined
    const scene = await startIn({
      world,
      reply: (request, answered) => {
        if (answered === 20) change()
        return { text: world.rightReply(request) }
      },
    })
    const before = readFileSync(scene.input)
    change = () => appendFileSync(scene.input, `${JSON.stringify(scene.rows[0])}\n`)
    const ran = await scene.run()
    expect(ran.code, ran.stderr).toBe(2)
    expect(ran.stderr).toMatch(/rows\.jsonl.*changed/)
    expectNothingWritten(scene.out)
    writeFileSync(scene.input, before)
    await scene.continues()
  })

  it('two runs on one output', TIMEOUT, async () => {
    let refused: ProcessResult | undefined
    const scene = await startIn({
      world,
      reply: async (request, answered) => {
        if (answered === 20) refused = await scene.run({}, '--ledger', join(scene.folder, 'other.db'))
        return { text: world.rightReply(request) }
      },
    })
    const first = await scene.run()
    expect(first.code, first.stderr).toBe(0)
    expect(refused?.code).toBe(2)
    expect(refused?.stderr).toMatch(
      /out\.jsonl is being written by another run: process \d+ on \S+, since \d{4}-.*\n.*--out/,
    )
    expect(readdirSync(scene.outFolder).filter((name) => /\.(lock|part)/.test(name))).toEqual([])
    await scene.continues()
  })

  it('a run that was killed is in no way', TIMEOUT, async () => {
    let child: ChildProcess | undefined
    const scene = await startIn({
      world,
      reply: (request, answered) => {
        if (answered === 20) child?.kill('SIGKILL')
        return { text: world.rightReply(request) }
      },
    })
    const killed = await scene.run({ onStart: (process) => (child = process) })
    expect(killed.signal).toBe('SIGKILL')
    expect(readdirSync(scene.outFolder)).toContain('out.jsonl.lock')
    await scene.continues(64)
  })

  it('the server renames its model midway', TIMEOUT, async () => {
    let isGone = true
    const gone = {
      error: { message: 'The model does not exist', code: 'model_not_found', type: 'invalid_request_error' },
    }
    const scene = await startIn({
      world,
      reply: (request, answered) =>
        isGone && answered > 20 ? { status: 404, body: gone } : { text: world.rightReply(request) },
    })
    const ran = await scene.run()
    expect(ran.code, ran.stderr).toBe(2)
    expect(ran.stderr).toMatch(/does not exist/)
    expectNothingWritten(scene.out)
    const refused = scene.server.requests.length - 20
    isGone = false
    await scene.continues(refused)
  })

  // A scorer's answers name no model.
  it.skipIf(world.gives === 'scores')('the server answers under another name midway', TIMEOUT, async () => {
    const scene = await startIn({
      world,
      reply: (request, answered) => ({ text: world.rightReply(request), ...(answered > 20 && { as: 'another' }) }),
    })
    const ran = await scene.run()
    expect(ran.code, ran.stderr).toBe(0)
    expect(ran.stderr).toMatch(
      /note: http:\/\/\S+ answered as "[^"]+", and now answers as "another": the model may have been renamed/,
    )
    const told = ran.stderr.match(/and now answers as "another"/g) ?? []
    expect(told.length).toBeLessThanOrEqual(new Set(scene.server.requests.map(({ model }) => model)).size)
    await scene.continues()
  })

  it('the ledger is cut off, and is saved', TIMEOUT, async () => {
    const scene = await startIn({ world })
    expect((await scene.run()).code).toBe(0)
    const whole = readFileSync(scene.ledger)
    truncateSync(scene.ledger, Math.floor(whole.length / 2 / 4096) * 4096 + 100)
    const ran = await scene.run()
    if (ran.code !== 0) {
      expect(ran.code, ran.stderr).toBe(2)
      expect(ran.stderr).toContain(scene.ledger)
      expect(ran.stderr).toMatch(/salvage/)
      const salvaged = await runWinnow(['ledger', scene.ledger, '--salvage'])
      expect([0, 1], salvaged.stderr).toContain(salvaged.code)
    }
    await scene.continues(scene.server.requests.length)
  })
})
