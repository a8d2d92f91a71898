// Pictures for people to look over: tests/browser/golden/README.md.
import { arrive, given, newest, read, say } from './page.mjs'
import { settled, tools } from './touch.mjs'

/** Writes a picture, if this scene is to give it. */
async function picture(page, what) {
  if (!given.wanted.includes(what)) return
  await page.mouse.move(0, 0)
  await page.waitForTimeout(700)
  await page.screenshot({ path: `${given.out}/${what}-${given.name}.png`, animations: 'disabled', caret: 'hide' })
}

const top = (page, selector) => newest(page).locator(selector).first().evaluate((one) => one.scrollIntoView({ block: 'start' }))

/** What a traveller sees, from the start to what others see of the trip. */
export async function pictures(page) {
  await arrive(page)
  await picture(page, 'start')
  await say(page, given.ask)
  await read(page)
  await top(page, '.tb-head')
  await picture(page, 'board')
  const { stop } = await tools(page, 1, 1)
  if (given.width < 600) await stop.evaluate((one) => one.scrollIntoView({ block: 'start' })) // below the map
  else await top(page, '[role="tablist"]')
  await picture(page, 'day')
  await stop.getByRole('button', { name: 'Swap', exact: true }).click()
  await stop.locator('.tb-suggestions li').first().waitFor()
  await stop.evaluate((one) => one.scrollIntoView({ block: 'start' }))
  await picture(page, 'swap')
  await stop.locator('.tb-suggestions button').first().click()
  await settled(page)
  await newest(page).getByRole('button', { name: 'Compare versions', exact: true }).click()
  await newest(page).locator('.tb-pair').first().waitFor()
  await top(page, '.tb-head')
  await picture(page, 'compare')
  await newest(page).getByRole('button', { name: 'Take along', exact: true }).click()
  await newest(page).getByRole('button', { name: 'Make a link to share', exact: true }).click()
  const field = newest(page).locator('.tb-share input')
  await field.waitFor()
  const link = await field.inputValue()
  await field.evaluate((one) => { one.value = 'http://127.0.0.1:8000/trip/AAAAAAAAAAAAAAAAAAAAAA' }) // it is random
  await top(page, '.tb-head')
  await picture(page, 'take')
  await page.locator('#chat-settings-open-modal').click()
  await page.getByRole('dialog').waitFor()
  await picture(page, 'settings')
  await page.goto(link)
  await picture(page, 'shared')
}

/** The page that asks who one is. */
export async function loginPicture(page) {
  await page.goto(given.url)
  await page.locator('#password').waitFor()
  await picture(page, 'login')
}
