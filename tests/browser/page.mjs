// What scenes share: saying something, reading the board, watching what the page asks for.
import { join } from 'node:path'

/** Settings of this drive, and what it saw. */
export const given = JSON.parse(process.argv[2])
export const seen = {}

/** Begins a scene: what is given for it alone, and nothing seen yet. */
export function begin(scene) {
  Object.assign(given, scene)
  for (const key of Object.keys(seen)) delete seen[key]
  Object.assign(seen, { name: given.name, requests: [], errors: [], boards: {} })
}

export const shot = (page, what) =>
  page.screenshot({ path: join(given.out, `${given.name}-${what}.png`) })

export const newest = (page) => page.locator('.tb[data-newest="true"]')

export function watch(page) {
  page.on('request', (request) => seen.requests.push(request.url()))
  page.on('websocket', (socket) => seen.requests.push(socket.url()))
  page.on('console', (line) => line.type() === 'error' && seen.errors.push(`${line.text()} ${line.location().url}`))
  page.on('pageerror', (error) => seen.errors.push(String(error)))
}

/** A page in a browser of its own: no cookies, no login; by default as the drive is given it. */
export async function visitor(browser, more = {}) {
  const { width, height, theme, locale } = { ...given, ...more }
  const context = await browser.newContext({
    viewport: { width, height }, deviceScaleFactor: 1, hasTouch: width < 600, isMobile: width < 600, locale: locale || 'en-US',
  })
  context.setDefaultTimeout(60000) // of two cores that do other things, too
  await context.addInitScript((wanted) => localStorage.setItem('vite-ui-theme', wanted), theme)
  const page = await context.newPage()
  watch(page)
  return page
}

/** Opens a new chat and waits until it can be used: before the socket is there, Enter does nothing. */
export async function arrive(page) {
  await page.goto(given.url)
  await page.locator('#chat-input').waitFor()
  await page.locator('img[src*="/public/starters/"]').first().waitFor()
  await page.waitForTimeout(900) // they fade in
}

/** Says something and waits until it is answered: a new message with words, and nothing runs. */
export async function say(page, words) {
  const answers = page.locator('[data-step-type="assistant_message"] .message-content')
  const before = await answers.count()
  await page.locator('#chat-input').click()
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
  await answers.nth(before).waitFor()
  await page.locator('#stop-button').waitFor({ state: 'detached' })
  return answers.nth(before).innerText()
}

/** The board as a traveller sees it: its days with their stops, its pins, its ways. */
export async function read(page) {
  const board = newest(page)
  await board.locator('.leaflet-marker-icon').first().waitFor()
  // of a conversation that is loaded anew each board is the newest until the next one is there
  await page.waitForFunction(() => document.querySelectorAll('.tb[data-newest="true"]').length === 1)
  await board.getByRole('tab', { name: 'All days' }).click()
  return board.evaluate((element) => ({
    title: element.querySelector('h3').textContent,
    cost: element.querySelector('.tb-cost').textContent,
    tabs: [...element.querySelectorAll('[role="tab"]')].map((tab) => [...tab.childNodes].find((node) => node.nodeType === 3).textContent),
    days: [...element.querySelectorAll('.tb-day')].map((day) =>
      [...day.querySelectorAll('.tb-row')].map((row) => `${row.querySelector('time').textContent} ${row.querySelector('.tb-name').textContent}`)),
    pins: element.querySelectorAll('.tb-pin').length,
    ways: element.querySelectorAll('path.tb-way').length,
    changed: [...element.querySelectorAll('.tb-changed li')].map((line) => line.textContent),
    foot: element.querySelector('.tb-foot').textContent,
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  }))
}
