// The studio in a real browser: one server over the example's rows and a hostile one, one Chromium, and every address that was asked for.
import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import axe from 'axe-core'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { launchChromium } from './chromium.ts'
import { runWinnow } from './run-winnow.ts'

const root = resolve(import.meta.dirname, '../..')
const example = (name: string) => join(root, 'examples', name)

/** Sets the title of the page if anything in it is taken for markup. */
export const HOSTILE =
  "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script> \u202eevil\u202c \u001b[31mred"

/** A row whose texts attack the page. There is no reply about it, so that it is undecided. */
const HOSTILE_ROW = {
  query_id: 'hostile',
  query: HOSTILE,
  positive_passages: [{ docid: 'arabic', title: '', text: `مرحبا بالعالم ${HOSTILE}` }],
  negative_passages: [{ docid: 'endless', title: HOSTILE, text: 'x'.repeat(100_000) }],
}

interface Opening extends BrowserContextOptions {
  /** Of another server. */
  address?: string
}

export interface Studio {
  /** The address that the command printed. */
  address: string
  folder: string
  input: string
  cleaned: string
  /** Opens the page at an address, such as `?row=2`. */
  open(search?: string, options?: Opening): Promise<Page>
  /** Hosts that were asked for anything. */
  hosts: Set<string>
  /** What the pages complained about. */
  complaints: string[]
  close(): Promise<void>
}

/** Cleans the example's rows in a folder, draws a sample for an audit, and opens both in a browser. */
export async function openStudio(folder: string, items: number): Promise<Studio> {
  const [input, cleaned] = [join(folder, 'rows.jsonl'), join(folder, 'cleaned.jsonl')]
  writeFileSync(input, `${readFileSync(example('rows.jsonl'), 'utf8')}${JSON.stringify(HOSTILE_ROW)}\n`)
  await winnow('clean', input, '--out', cleaned, '--tasks', example('tasks.yaml'), ...models())
  await winnow('audit', 'sample', cleaned, '--n', `${items}`, '--assessors', 'anna,ben')
  const [server, browser] = await Promise.all([startServer(cleaned), launchChromium()])
  const hosts = new Set<string>()
  const complaints: string[] = []
  const open = async (search = '', { address = server.address, ...options }: Opening = {}) => {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, ...options })
    page.setDefaultTimeout(8000)
    page.on('request', (request) => void hosts.add(new URL(request.url()).host))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())))
    // The address that is printed lets the browser in; every other follows.
    await page.goto(address)
    if (search !== '') await page.goto(new URL(search, page.url()).href)
    return page
  }
  const close = async () => {
    await browser.close()
    await server.stop()
  }
  return { address: server.address, folder, input, cleaned, open, hosts, complaints, close }
}

const models = () =>
  ['screen', 'judge'].flatMap((stage) => [`--${stage}`, `replay:${example(`replies/${stage}.jsonl`)}`])

/** Runs a command that must work; rows without a decision are no failure. */
async function winnow(...args: string[]): Promise<void> {
  const { code, stderr } = await runWinnow(args)
  if (code !== 0 && code !== 1) throw new Error(stderr)
}

/** Starts `winnow studio` and waits for the address that it prints. */
export async function startServer(rows: string): Promise<{ address: string; stop: () => Promise<void> }> {
  const child = spawn(process.execPath, [join(root, 'bin/winnow.js'), 'studio', rows, '--no-open'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((done) => child.on('close', () => done()))
  const stop = async () => {
    child.kill()
    await ended
  }
  return { address: await printedAddress(child), stop }
}

function printedAddress(child: ChildProcess): Promise<string> {
  let said = ''
  return new Promise((done, fail) => {
    const listen = (part: Buffer) => {
      said += part.toString()
      const address = /http:\/\/\S+/.exec(said)?.[0]
      if (address !== undefined) done(address)
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', (part: Buffer) => (said += part.toString()))
    child.on('close', () => fail(new Error(`the studio ended: ${said}`)))
  })
}

/** What axe-core finds serious or critical, one line each. @param rules all, if none is named */
export async function faultsOf(page: Page, ...rules: string[]): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async (only) => {
    const { axe: checker } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: Violation[] }> }
    }
    const { violations } = await checker.run({ resultTypes: ['violations'], ...(only.length > 0 && { runOnly: only }) })
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    return grave.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
  }, rules)
}

interface Violation {
  id: string
  impact: string
  nodes: { html: string }[]
}
