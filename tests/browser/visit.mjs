// One traveller's visit by talking: ask, see, change, reload, a second tab, stop.
import { arrive, given, newest, read, say, seen, shot, watch } from './page.mjs'

/** Asks for a trip, changes it, reloads it, and opens it in a second tab. */
export async function visit(page) {
  await arrive(page)
  await shot(page, '1-start')

  const started = Date.now()
  seen.answers = [await say(page, given.ask)]
  seen.first_answer_ms = Date.now() - started
  seen.boards.first = await read(page)
  await newest(page).locator('.tb-head').scrollIntoViewIfNeeded()
  await page.waitForTimeout(400)
  await shot(page, '2-board')
  seen.steps = await page.locator('[data-step-type="tool"]').count()
  await page.locator('[data-step-type="tool"] button').first().click()
  await page.waitForTimeout(300)
  seen.step = await page.locator('[data-step-type="tool"]').first().innerText()
  await page.locator('[data-step-type="tool"]').first().scrollIntoViewIfNeeded()
  await shot(page, '3-step')
  await page.locator('[data-step-type="tool"] button').first().click()

  // one day; by keyboard from the first tab, and list and map linked both ways
  const board = newest(page)
  await board.getByRole('tab', { name: 'All days' }).focus()
  await page.keyboard.press('ArrowRight')
  await board.locator('.tb-timeline').waitFor()
  seen.day = await board.evaluate((element) => ({
    stops: [...element.querySelectorAll('.tb-stop .tb-name')].map((name) => name.textContent),
    legs: [...element.querySelectorAll('.tb-leg')].map((leg) => leg.textContent),
    pins: element.querySelectorAll('.tb-pin').length,
  }))
  await board.locator('.tb-pin').nth(1).focus()
  await page.keyboard.press('Enter')
  seen.linked = [await board.locator('li.tb-active').getAttribute('data-stop')]
  await board.locator('.tb-place').first().click()
  await page.mouse.move(2, 2) // what was picked stays marked without the mouse
  seen.linked.push(await board.locator('.tb-pin.tb-active').getAttribute('data-stop'))
  await board.locator('.tb-head').scrollIntoViewIfNeeded()
  await page.waitForTimeout(500)
  await shot(page, '4-day')
  await board.locator('.tb-foot').scrollIntoViewIfNeeded()
  await shot(page, '5-foot')

  await page.waitForTimeout(800) // the address
  seen.address_first = page.url()
  await page.reload()
  seen.boards.reloaded_first = await read(page)

  seen.answers.push(await say(page, given.change))
  await page.locator('.tb-earlier').waitFor()
  seen.boards.changed = await read(page)
  await newest(page).locator('.tb-head').scrollIntoViewIfNeeded()
  await page.waitForTimeout(400)
  await shot(page, '6-changed')

  seen.address = page.url()
  await page.reload()
  seen.boards.reloaded = await read(page)
  seen.earlier = await page.locator('.tb-earlier').count()
  seen.address_reloaded = page.url()
  await shot(page, '7-reloaded')

  // a second tab on the same thread, where something is said, and the first one after it
  const other = await page.context().newPage()
  watch(other)
  await other.goto(seen.address)
  seen.boards.other = await read(other)
  seen.answers.push(await say(other, given.export))
  const link = other.locator('a[download]').last()
  await link.waitFor()
  seen.file = await link.getAttribute('download')
  await shot(other, '8-file')
  await other.reload()
  await other.locator('a[download]').last().waitFor()
  seen.file_reloaded = (await other.locator('a[download]').last().getAttribute('href')).slice(0, 32)
  await page.reload()
  seen.boards.first_tab_after = await read(page)

  // zoomed out: the coast
  await newest(page).locator('.tb-map').scrollIntoViewIfNeeded()
  for (let i = 0; i < 9; i++) {
    await newest(page).locator('.leaflet-control-zoom-out').click()
    await page.waitForTimeout(250)
  }
  await page.waitForTimeout(800)
  seen.land = await newest(page).locator('path.tb-land').count()
  await shot(page, '9-coast')
}

/** Comes back to a thread, after a restart of the server, and says what can't be answered. */
export async function comeBack(page) {
  await page.goto(given.url + given.path)
  seen.boards.returned = await read(page)
  seen.refused = await say(page, given.foreign)
}

/** Asks, stops it while it is planned, and asks again. */
export async function stop(page) {
  await page.goto(given.url)
  await page.locator('#chat-input').click()
  await page.keyboard.type(given.ask)
  await page.keyboard.press('Enter')
  await page.locator('[data-step-type="tool"]').waitFor()
  await page.locator('#stop-button').click()
  await page.getByText('Stopped. Your trip is as it was before.').waitFor()
  await page.locator('#stop-button').waitFor({ state: 'detached' })
  seen.boards_after_stop = await page.locator('.tb').count()
  await shot(page, 'stopped')
  seen.answers = [await say(page, given.ask)]
  seen.boards.again = await read(page)
}
