// The studio's page in Chromium, over the example's rows and a row that attacks it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readJsonl, sharedDir, type Json } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { describeWithChromium } from './support/chromium.ts'
import { faultsOf, HOSTILE, openStudio, startServer, type Studio } from './support/studio.ts'

const ITEMS = 16

const parameters = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams)
const text = (page: Page, selector: string) => page.locator(selector).first().innerText()
const line = (page: Page) => page.locator('.item.open .row-button').getAttribute('data-line')

describeWithChromium('the page of the studio', () => {
  const folder = sharedDir()
  let studio: Studio
  beforeAll(async () => {
    studio = await openStudio(folder, ITEMS)
  }, 60_000)
  afterAll(() => studio?.close())

  test('opens at a row that changed, and says from what to what and why', async () => {
    const page = await studio.open()
    await page.locator('.passage.moved').first().waitFor()
    expect(await text(page, '.item.open .item-query')).toBe('Why should I salt the water when I cook pasta?')
    expect(await text(page, '.outcome-line')).toContain('1 negative became a positive')
    expect(await text(page, '.passage.moved .move')).toMatch(/negative → positive/)
    expect(await text(page, '.passage.moved mark')).toMatch(/^With salt in the water/)
    expect(await text(page, '.passage.moved .why')).toContain('Gives the same reason as the ground truth')
    expect(await text(page, '.total')).toBe('23 rows found')
    await page.close()
  })

  test('is walked by keys, and its address is its state', async () => {
    const page = await studio.open()
    await page.locator('.passage').first().waitFor()
    await page.keyboard.press('j')
    await expect.poll(() => line(page)).toBe('2')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    await expect.poll(() => parameters(page)).toEqual({ outcome: 'changed', row: '2' })
    await page.keyboard.press('u')
    await expect.poll(() => text(page, '.total')).toBe('1 row found')
    await page.goBack()
    await expect.poll(() => line(page)).toBe('2')
    await page.keyboard.press('/')
    await page.keyboard.type('moon')
    await expect.poll(() => parameters(page)['text']).toBe('moon')
    await page.keyboard.press('Escape')
    await expect.poll(() => text(page, '.item-query')).toContain('Moon')
    const found = await text(page, '.total')
    await page.reload()
    await expect.poll(() => text(page, '.total')).toBe(found)
    await page.keyboard.press('?')
    expect(await text(page, '.help h2')).toBe('Keys')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('.help:visible').count()).toBe(0)
    await page.keyboard.press('x')
    await expect.poll(() => text(page, '.total')).toBe('49 rows')
    await page.close()
  })

  test('shows which values a filter has, and offers to clear filters that nothing passes', async () => {
    const page = await studio.open('?text=nothing-has-this-word')
    await page.getByRole('button', { name: 'Clear all filters' }).first().click()
    await expect.poll(() => text(page, '.total')).toBe('49 rows')
    await page
      .locator('.side')
      .getByLabel(/cooking/)
      .check()
    await expect.poll(() => parameters(page)).toEqual({ dataset: 'cooking' })
    await expect.poll(() => text(page, '.total')).toBe('8 rows found')
    await page.close()
  })

  test('says so when the server is gone, and tries again', async () => {
    const page = await studio.open()
    await page.locator('.passage').first().waitFor()
    await page.route('**/api/rows/*', (route) => route.abort(), { times: 1 })
    await page.keyboard.press('j')
    await page.getByText('The server no longer answers.').waitFor()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: /black sunken patch/ }).waitFor()
    await page.close()
  })

  test('shows hostile texts as texts', async () => {
    const page = await studio.open('?row=49')
    await page.locator('.query').waitFor()
    const written = HOSTILE.replace('\u202e', '\\u202e').replace('\u202c', '\\u202c').replace('\u001b', '\\u001b')
    expect(await text(page, '.query')).toBe(written)
    expect(await text(page, '.passage h4')).toBe(written)
    expect(await text(page, '.passage .text')).toContain('مرحبا')
    expect(await page.locator('#page img, #page script').count()).toBe(0)
    expect(await page.title()).toContain('Winnow')
    await page.getByRole('button', { name: 'Show all 100,000 characters' }).click()
    expect(await page.locator('.passage .text').nth(1).innerText()).toHaveLength(100_000)
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    await page.close()
  })

  test('tries another policy, and writes what apply writes', async () => {
    const page = await studio.open('?view=what-if')
    await page.locator('.control select').first().waitFor()
    await page.getByLabel('--preset').selectOption('rlhn-text')
    await expect.poll(() => parameters(page)['if.preset']).toBe('rlhn-text')
    await page.getByText('would come out otherwise.').waitFor()
    await page.getByLabel(/Name of the file/).fill('tried.jsonl')
    await page.getByRole('button', { name: 'Write', exact: true }).click()
    expect(await text(page, '.copy pre')).toMatch(/winnow apply .*--preset rlhn-text/)
    const applied = join(folder, 'applied.jsonl')
    await runWinnow([
      'apply',
      studio.input,
      '--out',
      applied,
      '--preset',
      'rlhn-text',
      '--ledger',
      join(folder, '.winnow/ledger.db'),
    ])
    expect(readFileSync(join(folder, 'tried.jsonl'), 'utf8')).toBe(readFileSync(applied, 'utf8'))
    await page.getByRole('button', { name: /^Show/ }).click()
    await expect.poll(() => parameters(page)).toEqual({ whatIf: '1', 'if.preset': 'rlhn-text' })
    await expect.poll(() => text(page, '.total')).toBe('11 rows found')
    await page.getByText('1 passage would come out otherwise').waitFor()
    expect(await page.locator('.move.tried').allInnerTexts()).toEqual(['what if: negative'])
    // A link brings the policy with it, also to a server that has not tried it.
    const { href, search } = new URL(page.url())
    await page.goto(href.replace(search, '?view=what-if&if.worse=relabel'))
    await page.getByText('would come out otherwise.').waitFor()
    await page.goto(href)
    await expect.poll(() => text(page, '.total')).toBe('11 rows found')
    await page.close()
  })

  test('draws pictures', async () => {
    const page = await studio.open('?view=pictures')
    await page.locator('.picture svg').first().waitFor()
    expect(await page.locator('.picture h2').allInnerTexts()).toContain('False negatives per dataset')
    await page.close()
  })

  test('lets two people judge, over a reload and an answer that is lost', async () => {
    const page = await studio.open('?view=audit&sample=cleaned')
    await page.getByRole('button', { name: /anna/ }).click()
    const judge = async (key: string, done: number) => {
      await page.locator('.judged').waitFor()
      await page.keyboard.press(key)
      await page.getByText(`${done} of ${ITEMS}`).or(page.getByText('All passages are judged')).first().waitFor()
    }
    for (let done = 1; done <= 10; done++) await judge(`${1 + (done % 4)}`, done)
    const seen = await text(page, '.judged')
    await page.reload()
    await page.locator('.judged').waitFor()
    expect(await text(page, '.judged')).toBe(seen)
    await page.keyboard.press('z')
    await page.getByText(`9 of ${ITEMS}`).waitFor()
    await page.route('**/api/judgements', (route) => route.abort(), { times: 1 })
    await page.keyboard.press('1')
    await page.getByText('Not saved').waitFor()
    expect(await text(page, '.judging-progress')).toContain(`9 of ${ITEMS}`)
    await page.getByRole('button', { name: 'Send it again' }).click()
    await page.getByText(`10 of ${ITEMS}`).waitFor()
    for (let done = 11; done <= ITEMS; done++) await judge(done === 14 ? 'u' : '2', done)
    await page.getByText('All passages are judged').waitFor()
    await page.getByRole('button', { name: 'Assessors' }).click()
    await page.getByRole('button', { name: /ben/ }).click()
    for (let done = 1; done <= ITEMS; done++) await judge(done === 5 ? 's' : '2', done)
    await page.getByRole('button', { name: 'See the agreement' }).click()
    await page.getByRole('heading', { name: 'Two people' }).waitFor()
    expect(await text(page, '.agreement')).toContain("Cohen's kappa")
    await page.close()
    const given = (who: string) => judgements().filter((each) => each['who'] === who)
    // One was taken back and given again.
    expect([given('anna'), given('ben')].map((lines) => lines.length)).toEqual([ITEMS + 2, ITEMS])
    expect(new Set(given('anna').map(({ item }) => item)).size).toBe(ITEMS)
    expect(given('ben').every(({ seconds }) => Number(seconds) > 0)).toBe(true)
    const report = await runWinnow(['audit', 'report', join(folder, 'cleaned.audit.jsonl'), '--json'])
    const { pairs } = JSON.parse(report.stdout) as { pairs: { items: number }[] }
    expect(pairs.map(({ items }) => items)).toEqual([ITEMS - 2])
  })

  /** The judgements on the disk. */
  const judgements = () => readJsonl<Json>(join(folder, 'cleaned.judgements.jsonl'))

  test('shows a comparison, and both rankings of a query', async () => {
    const training = ['--dimensions', '16', '--threads', '1', '--epochs', '2', '--batch', '16', '--seeds', '5']
    const collection = join(import.meta.dirname, '../examples/collection')
    const compared = [
      'compare',
      studio.input,
      studio.cleaned,
      '--eval',
      collection,
      '--no-controls',
      ...training,
      '--json',
    ]
    const { stdout } = await runWinnow(compared, { env: { WINNOW_CACHE: join(folder, 'cache') } })
    const path = join(folder, 'compare.json')
    writeFileSync(path, stdout)
    const server = await startServer(path)
    const page = await studio.open('', { address: server.address })
    await page.locator('.query-bars svg').waitFor()
    const bars = await page.locator('.query-sheet').boundingBox()
    await page.locator('.query-sheet').click({ position: { x: (bars?.width ?? 0) - 14, y: 100 } })
    await page.locator('.movers [aria-current]').waitFor()
    expect(await page.locator('.ranking').count()).toBe(2)
    expect(await text(page, '.query-view .outcome-line')).toMatch(/▼ nDCG@10 −/)
    const shown = await text(page, '.query-view')
    await page.reload()
    await page.locator('.query-view').waitFor()
    expect(await text(page, '.query-view')).toBe(shown)
    expect(await faultsOf(page)).toEqual([])
    await page.close()
    await server.stop()
  })

  test('has no serious fault for those who cannot see it well, light and dark', async () => {
    const views = ['', '?row=49', '?view=what-if', '?view=pictures', '?view=audit&assessor=anna', '?view=agreement']
    const page = await studio.open('', { colorScheme: 'light' })
    for (const view of views) {
      await page.goto(new URL(`./${view}`, page.url()).href)
      await page.waitForFunction(() => document.querySelector('main > *') && !document.querySelector('.waiting-state'))
      expect.soft(await faultsOf(page), view).toEqual([])
      await page.emulateMedia({ colorScheme: 'dark' })
      expect.soft(await faultsOf(page, 'color-contrast'), `${view}, dark`).toEqual([])
      await page.emulateMedia({ colorScheme: 'light' })
    }
    await page.close()
  })

  test('is one column on a phone', async () => {
    const page = await studio.open('', { viewport: { width: 375, height: 760 } })
    await page.locator('.row-button').first().click()
    await page.getByText('← Rows').waitFor()
    expect(await page.locator('.list-column').isVisible()).toBe(false)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375)
    await page.getByText('← Rows').click()
    await expect.poll(() => page.locator('.list-column').isVisible()).toBe(true)
    await page.close()
  })

  test('asks no other machine for anything, and complains of nothing', () => {
    expect([...studio.hosts].filter((host) => !/^(127\.0\.0\.1|\[::1\]):\d+$/.test(host))).toEqual([])
    expect(studio.complaints.filter((words) => !words.includes('ERR_FAILED'))).toEqual([])
  })
})
