// One's own data: from the chat to /account, a link taken back, the file, everything deleted.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arrive, given, newest, say, seen, shot } from './page.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe-core finds at fault on the page, as "impact rule: where". */
async function audit(page, where) {
  await page.evaluate(axe)
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  seen.audit ??= {}
  seen.audit[where] = found.violations.flatMap((one) => one.nodes.map((node) => `${one.impact} ${one.id}: ${node.target.join(' ')}`))
}

/** The status of a page that somebody without a login asks for. */
const asGuest = async (address) => (await fetch(address)).status

export async function account(page) {
  await arrive(page)
  await say(page, given.ask)
  await newest(page).getByRole('button', { name: 'Take along' }).click()
  await newest(page).getByRole('button', { name: 'Make a link to share', exact: true }).click()
  await newest(page).locator('.tb-share input').waitFor()
  seen.link = new URL(await newest(page).locator('.tb-share input').inputValue(), given.url).href
  seen.linked = [await asGuest(seen.link)]

  // by keyboard from the chat's head
  const way = page.locator('#account-link')
  seen.way = await way.getAttribute('aria-label')
  seen.box = await way.boundingBox()
  await shot(page, '1-chat')
  await way.focus()
  await page.keyboard.press('Enter')
  await page.locator('#data').waitFor()
  seen.path = new URL(page.url()).pathname
  seen.shown = await page.locator('#data').innerText()
  seen.dark = await page.evaluate(() => getComputedStyle(document.body).colorScheme)
  seen.wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  await audit(page, 'account')
  await shot(page, '2-account')

  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('#download').click()])
  seen.file = `${given.out}/${file.suggestedFilename()}`
  await file.saveAs(seen.file)

  await page.getByRole('button', { name: /^Stop sharing 3 days in Lisbon/ }).click()
  await page.locator('#none').waitFor()
  seen.ended = await page.locator('#said').innerText()
  seen.linked.push(await asGuest(seen.link))

  // asked twice: the first answer is to keep everything
  await page.locator('#delete').click()
  seen.focus = await page.evaluate(() => document.activeElement.id)
  await audit(page, 'sure?')
  await shot(page, '3-sure')
  await page.keyboard.press('Enter')
  await page.locator('#sure').waitFor({ state: 'hidden' })
  await page.reload()
  seen.kept = await page.locator('#kept').innerText()

  await page.locator('#delete').click()
  await page.locator('#delete-now').click()
  await page.locator('#gone').waitFor()
  seen.gone = await page.locator('main').innerText()
  seen.focus_gone = await page.evaluate(() => document.activeElement.tagName)
  await audit(page, 'gone')
  await shot(page, '4-gone')
  await page.getByRole('link', { name: 'To the start page' }).click()
  await page.locator('#chat-input').waitFor()
  await page.goto(`${given.url}/account`)
  seen.after = await page.locator('#kept').innerText()
  await page.locator('#back').click()
  await page.locator('#chat-input').waitFor()
}

/** The way there and the page in another language. */
export async function accountAbroad(page) {
  await page.goto(given.url)
  await page.locator('#account-link').waitFor()
  seen.way = await page.locator('#account-link').getAttribute('aria-label')
  await page.locator('#account-link').click()
  await page.locator('#data').waitFor()
  seen.language = await page.evaluate(() => document.documentElement.lang)
  seen.shown = await page.locator('body').innerText()
  await page.locator('#delete').click()
  seen.asked = await page.locator('#sure').innerText()
  await shot(page, 'account')
}
