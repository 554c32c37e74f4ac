// The pages for a file (--html of clean, apply, grow, compare, prune, diagnose and judges): what the terminal says they say, too; nothing is
// loaded, no text becomes markup, and they can be read on a phone, in the dark, on paper and without a mouse.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import { parseHTML } from 'linkedom'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Manifest } from '../src/job/manifest.ts'
import { describeWithChromium, launchChromium } from './support/chromium.ts'
import { sharedDir } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { EVIL, reportPages, type ReportPage } from './support/report-pages.ts'

const NAMES = ['clean', 'apply', 'grow', 'compare', 'prune', 'diagnose', 'judges', 'hostile']
const folder = sharedDir()
let pages: Map<string, ReportPage>

beforeAll(async () => {
  pages = new Map((await reportPages(folder)).map((each) => [each.name, each]))
}, 120_000)

const pageOf = (name: string) => pages.get(name) as ReportPage

/** Numbers as people read them: signs, thousands, points and percents belong to them. */
const figuresIn = (text: string) => text.match(/[−+<]?(?:\d{1,3}(?:,\d{3})+|\d*\.\d+|\d+)%?/g) ?? []

/** What is read on a page, each part of it set off from the next. */
function textOf({ page }: ReportPage): string {
  const { document } = parseHTML(page)
  for (const hidden of document.querySelectorAll('style, svg')) hidden.remove()
  return document.body.innerHTML.replaceAll(/<[^>]*>/g, ' ').replaceAll('&lt;', '<')
}

describe('pages for a file', () => {
  test.each(NAMES.filter((name) => name !== 'hostile'))('%s: every figure of the terminal is on the page', (name) => {
    const report = pageOf(name)
    const shown = new Set(figuresIn(textOf(report)))
    const printed = report.printed.split(/\n(?:next|\d+ of \d+ changes)\b/)[0] as string
    const told = figuresIn(printed.replaceAll(/^note: .*$/gm, ''))
    expect(told.length).toBeGreaterThan(15)
    expect(told.filter((figure) => !shown.has(figure))).toEqual([])
  })

  test.each([
    [
      'clean',
      'The judge calls 39 of 329 negatives relevant: 21 became positives, 10 were removed, 8 went with dropped rows',
    ],
    ['grow', '17 written passages were added to 7 of 8 rows as hard negatives'],
    ['compare', /^No difference can be told between rows and 2 other files$/],
    ['prune', /^No dataset can be shown to harm; 3 of 7 are undecided$/],
    ['diagnose', 'Generated negatives can be told from mined ones by their text'],
    ['judges', /^Take replay:judge\.jsonl as the judge: F1 \.988$/],
  ])('%s: the title is the verdict', (name, title) => {
    const { document } = parseHTML(pageOf(name).page)
    expect(document.querySelector('h1')?.textContent).toMatch(title)
    expect(document.title).toMatch(new RegExp(` · winnow ${name}$`))
  })

  test.each(NAMES)('%s: holds no script, loads nothing and forbids both', (name) => {
    const { page } = pageOf(name)
    const { document } = parseHTML(page)
    const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content')
    expect(policy).toMatch(/^default-src 'none'; style-src 'unsafe-inline';/)
    expect(document.querySelectorAll('script, img, link, iframe, object, form, a[href], [src]')).toHaveLength(0)
    expect(
      [...document.querySelectorAll('*')].filter((each) =>
        [...each.attributes].some((one) => one.name.startsWith('on')),
      ),
    ).toEqual([])
    expect(page).not.toMatch(/NaN|undefined|\[object|url\(/)
    expect(page.length).toBeLessThan(400_000)
  })

  test('texts of rows stay texts, and reorder nothing', () => {
    const { page } = pageOf('hostile')
    const { document } = parseHTML(page)
    expect(document.querySelector('h3[dir=auto]')?.textContent).toContain(
      EVIL.replace('\u202e', '\\u202e').replace('\u001b', '\\u001b'),
    )
    expect(page).not.toContain('\u202e')
    expect(page).not.toContain('\u001b')
    expect(document.querySelectorAll('b').length).toBe(5)
    expect(document.querySelector('svg')?.textContent).toContain('<script>')
  })

  test('is refused before anything is asked where it cannot be written', async () => {
    const clean = (html: string, out = 'refused.jsonl') =>
      runWinnow(`clean examples/rows.jsonl --out ${out} --judge replay:nowhere.jsonl --html ${html}`.split(' '), {
        cwd: folder,
      })
    const said = async (html: string) => (await clean(html)).stderr
    expect(await said('examples/rows.jsonl')).toMatch(/--html examples\/rows\.jsonl is an input of this command/)
    expect(await said('refused.jsonl')).toMatch(/--html refused\.jsonl is another output of this command/)
    expect(await said('refused.changes.jsonl')).toMatch(/--html refused\.changes\.jsonl is another output/)
    expect(await said('examples')).toMatch(/cannot write examples: it is a folder/)
  })

  test('is named in the manifest, and written again by it', async () => {
    const manifest = JSON.parse(readFileSync(join(folder, 'cleaned.manifest.json'), 'utf8')) as Manifest
    expect(manifest.outputs['html']).toBe('clean.html')
    expect(manifest.options['html']).toBe('clean.html')
    expect(pageOf('clean').page).toContain('winnow clean examples/rows.jsonl --recipe cleaned.manifest.json')
    const ran = await runWinnow(
      ['clean', 'examples/rows.jsonl', '--recipe', 'cleaned.manifest.json', '--html', 'again.html'],
      { cwd: folder },
    )
    expect(ran.code, ran.stderr).toBe(0)
    const titles = [pageOf('clean').page, readFileSync(join(folder, 'again.html'), 'utf8')].map(
      (page) => /<h1>.*<\/h1>/.exec(page)?.[0],
    )
    expect(titles[1]).toBe(titles[0])
  })

  test('the counts of clean add up', () => {
    const { document } = parseHTML(pageOf('clean').page)
    const [all = 0, ...parts] = [...document.querySelectorAll('.tile-row b')].map((each) => Number(each.textContent))
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(all)
    const table = document.querySelector('table')
    const cells = [...(table?.querySelectorAll('tbody tr') ?? [])].map((row) =>
      [...row.querySelectorAll('td')].slice(0, 2).map((cell) => Number(cell.textContent?.replace('−', '-'))),
    )
    for (const column of [0, 1]) {
      const values = cells.map((row) => row[column] as number)
      expect(values.slice(0, -1).reduce((sum, value) => sum + value, 0)).toBe(values.at(-1))
    }
    const shares = document.querySelector('svg[aria-label="Negatives found relevant, per dataset"]')
    const found = [...(shares?.querySelectorAll('text') ?? [])].flatMap(
      (each) => /^(\d+) of (\d+) \(/.exec(each.textContent ?? '') ?? [],
    )
    expect(found.length).toBeGreaterThan(6)
    const sum = (group: number) =>
      found.filter((_, at) => at % 3 === group).reduce((total, value) => total + Number(value), 0)
    expect([sum(1), sum(2)]).toEqual([39, 329])
  })
})

describeWithChromium('pages for a file in a browser', () => {
  let browser: Browser
  const asked: string[] = []
  beforeAll(async () => {
    browser = await launchChromium()
  }, 30_000)
  afterAll(() => browser?.close())

  const opened = async (name: string, width: number, colorScheme: 'light' | 'dark') => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true })
    page.on('request', (request) => void asked.push(request.url()))
    await page.goto(pathToFileURL(pageOf(name).path).href)
    return page
  }

  test.each(NAMES)('%s: no fault that axe finds, on a phone in light and on a desk in the dark', async (name) => {
    const page = await opened(name, 375, 'light')
    for (const [width, colorScheme] of [
      [375, 'light'],
      [1600, 'dark'],
    ] as const) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme })
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), `${width}`).toBeLessThanOrEqual(
        0,
      )
      expect(await faultsIn(page), `${width} ${colorScheme}`).toEqual([])
    }
    await page.close()
  })

  test('nothing is asked for but the file itself', () => {
    expect(asked.length).toBeGreaterThanOrEqual(NAMES.length)
    expect(asked.filter((url) => !url.startsWith('file:'))).toEqual([])
  })

  test('what is wider than a phone is scrolled by keys', async () => {
    const page = await opened('judges', 375, 'light')
    const wide = page.getByRole('region', { name: 'how often judges are right' })
    await wide.focus()
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => wide.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0)
    await page.close()
  })
})

async function faultsIn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[]
  }
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary}`)
}
