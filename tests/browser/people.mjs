// Who comes in and what each one sees; reloads in the middle of a turn; settings, quick replies, files.
import { readFileSync } from 'node:fs'
import { arrive, given, newest, read, say, seen, shot, visitor } from './page.mjs'
import { settled, status, tools } from './touch.mjs'

/** Fills the login's form; the page goes on by itself where it is right. */
async function logIn(page, name, password) {
  await page.locator('#email').fill(name)
  await page.locator('#password').fill(password)
  await page.locator('form button[type="submit"]').click()
}

/** A page in a browser of its own where somebody is logged in. */
async function comeIn(browser, name) {
  const page = await visitor(browser)
  await page.goto(`${given.url}/login`)
  await logIn(page, name, given.password)
  await page.locator('#chat-input').waitFor()
  await arrive(page)
  return page
}

/** What the page lists at its side. */
async function sidebar(page) {
  await page.locator('#header #sidebar-trigger-button').click()
  await page.locator('[data-sidebar="content"]').waitFor()
  await page.waitForTimeout(800)
  return page.locator('[data-sidebar="content"]').innerText()
}

/** The next action of a page that names something: its body. */
const actionOf = async (page, what) => JSON.parse((await page.waitForRequest(
  (one) => one.url().endsWith('/project/action') && one.postData().includes(`"${what}"`),
)).postData())

/** Opens a link to a trip, made on the board by hand; gives it with what the page sent for it. */
async function share(page) {
  const asked = actionOf(page, 'share')
  await newest(page).getByRole('button', { name: 'Take along', exact: true }).click()
  await newest(page).getByRole('button', { name: 'Make a link to share', exact: true }).click()
  await newest(page).locator('.tb-share input').waitFor()
  const link = await newest(page).locator('.tb-share input').inputValue()
  return { link, sent: await asked }
}

/** A control of a board, sent by a page itself: status and answer. */
const post = (page, body) => page.evaluate(async (sent) => {
  const answer = await fetch('/project/action', {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(sent),
  })
  return { status: answer.status, told: await answer.json() }
}, body)

/** Ann makes a trip and shares it; Bob and a guest see what they may. */
export async function people(page) {
  const browser = page.context().browser()
  await page.goto(given.url)
  await page.locator('#password').waitFor()
  await shot(page, 'login')
  await logIn(page, 'Ann', 'wrong')
  await page.locator('[role="alert"], .text-destructive, .alert').first().waitFor()
  seen.refused = { path: new URL(page.url()).pathname, text: await page.locator('body').innerText() }
  await logIn(page, 'Ann', given.password)
  await page.locator('#chat-input').waitFor()
  await arrive(page)

  await say(page, given.ask)
  seen.boards.first = await read(page)
  await page.waitForTimeout(800) // the address
  seen.address = page.url()
  seen.anns_side = await sidebar(page)
  const anns = await share(page)
  seen.link = anns.link

  const bob = await comeIn(browser, 'Bob')
  await say(bob, given.other)
  await newest(bob).locator('.leaflet-marker-icon').first().waitFor()
  const bobs = await share(bob)
  seen.bobs_side = await sidebar(bob)

  // what Ann's board sends to remove a stop, from Bob's page: in her session, in his own, in none
  const { place } = await tools(page, 1, 0)
  const { action } = anns.sent
  const act = (sessionId) => ({
    sessionId, action: { ...action, payload: { ...action.payload, kind: 'act', what: 'remove', args: { place } } },
  })
  seen.place = place
  const element = await page.evaluate(async (thread) => {
    const { elements } = await (await fetch(`/project/thread/${thread}`)).json()
    return elements.find((one) => one.name === 'TripBoard').id
  }, seen.address.split('/').pop())
  seen.tried = {
    hers: await post(bob, act(anns.sent.sessionId)),
    his: await post(bob, act(bobs.sent.sessionId)),
    unknown: await post(bob, act(crypto.randomUUID())),
    board: await bob.evaluate(async ({ sessionId, element }) => (await fetch('/project/element', {
      method: 'PUT', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ sessionId, element: { id: element, type: 'custom', name: 'TripBoard', display: 'inline', props: {} } }),
    })).status, { sessionId: bobs.sent.sessionId, element }),
  }

  // Bob opens the address of Ann's thread
  await bob.goto(seen.address)
  await bob.waitForTimeout(2500)
  seen.stranger = { text: await bob.locator('body').innerText(), boards: await bob.locator('.tb').count() }
  await shot(bob, 'stranger')

  // a guest has the link alone
  const guest = await visitor(browser)
  await guest.goto(seen.link)
  seen.guest = await guest.locator('body').innerText()
  await shot(guest, 'shared')
  await guest.goto(given.url)
  await guest.locator('#password').waitFor()
  seen.guest_home = new URL(guest.url()).pathname

  await page.reload()
  seen.boards.after = await read(page)
  await newest(page).getByRole('button', { name: 'Take along', exact: true }).click()
  const ended = actionOf(page, 'unshare')
  await newest(page).getByRole('button', { name: 'Stop sharing', exact: true }).click()
  const ending = await ended
  await newest(page).getByRole('button', { name: 'Make a link to share', exact: true }).waitFor()
  await guest.goto(seen.link)
  seen.ended = await guest.locator('body').innerText()

  // from Ann's own page the same is done: it was refused for nothing else
  seen.herself = await post(page, act(ending.sessionId))
  await page.reload()
  seen.boards.herself = await read(page)
}

/** All that a page shows of a conversation, in order: what kind of step, and its first line. */
const conversation = (page) => page.locator('[data-step-type]').evaluateAll((all) => all.map((one) =>
  [one.dataset.stepType, one.innerText.trim().split('\n')[0]]))

/** Says something and doesn't wait. */
async function begin(page, words) {
  await page.locator('#chat-input').click()
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
}

const over = (page) => page.locator('#stop-button').waitFor({ state: 'detached' })

/** Reloads in the middle of a turn. Chainlit shows its stop button for an instant while it resumes a
 *  thread; the one that stays comes after the thread is there. */
async function comeBack(page) {
  await page.reload()
  await page.locator('[data-step-type="user_message"]').first().waitFor()
  await page.locator('#stop-button').waitFor()
}

/** Reloads while it is planned, while an answer is streamed, and once more stops after a reload. */
export async function reload(page) {
  await arrive(page)
  await begin(page, given.slow)
  await page.locator('[data-step-type="tool"]').waitFor()
  await page.waitForURL('**/thread/*')
  await comeBack(page)
  seen.during = { conversation: await conversation(page), boards: await page.locator('.tb').count() }
  await shot(page, 'during')
  await over(page)
  seen.planned = await conversation(page)
  seen.boards.planned = await read(page)
  await page.reload()
  seen.boards.planned_again = await read(page)
  seen.planned_again = await conversation(page)

  await begin(page, given.slow_words)
  await page.getByText('It is two days').waitFor()
  seen.words_before = await page.locator('[data-step-type="assistant_message"]').last().innerText()
  await comeBack(page)
  await over(page)
  seen.worded = await conversation(page)
  seen.boards.worded = await read(page)
  await page.reload()
  seen.boards.worded_again = await read(page)
  seen.worded_again = await conversation(page)

  // what is said next is answered, and can be stopped by a page that came back
  await say(page, given.change)
  seen.boards.changed = await read(page)
  await begin(page, given.slow)
  await page.locator('[data-step-type="tool"]').nth(2).waitFor()
  await comeBack(page)
  await page.locator('#stop-button').click()
  await page.getByText('Stopped. Your trip is as it was before.').waitFor()
  await over(page)
  seen.boards.stopped = await read(page)
  seen.stopped = await conversation(page)
  seen.answer = await say(page, given.undo)
  seen.boards.undone = await read(page)

  // while it takes long a list says what is done
  await begin(page, given.slow)
  await page.locator('[data-step-type="tool"]').last().waitFor()
  const wide = () => widthOf(page, '.tb[data-newest="true"]')
  const board = await wide()
  const list = page.locator('.tasklist')
  seen.tasks_at_once = await list.count()
  await list.getByText('Writing the answer').waitFor()
  seen.tasks = (await list.innerText()).split('\n').filter(Boolean)
  seen.tasks_narrow = board - await wide()
  await shot(page, 'tasks')
  await over(page)
  await list.waitFor({ state: 'detached' })
  seen.tasks_after = await page.locator('.tasklist, .tasklist-mobile').count()
}

/** How wide an element is: looked up and measured at once, since Chainlit mounts elements anew while a turn runs. */
async function widthOf(page, selector) {
  const found = await page.waitForFunction((one) => document.querySelector(one)?.getBoundingClientRect().width, selector)
  return found.jsonValue()
}

/** Chooses in the settings panel: of lists by value's label, of switches on, of diets by name. */
async function choose(page, { lists = {}, on = [], diets = [] }) {
  await page.locator('#chat-settings-open-modal').click()
  const panel = page.getByRole('dialog')
  await panel.waitFor()
  for (const [id, label] of Object.entries(lists)) {
    await panel.locator(`#${id}`).click()
    await page.getByRole('option', { name: label, exact: true }).click()
  }
  for (const id of on) await panel.locator(`#${id}`).click()
  for (const name of diets) {
    await panel.locator('[cmdk-input]').click()
    await page.locator('[cmdk-item]', { hasText: name }).first().click()
  }
  await shot(page, `settings-${Object.keys(lists).length}`)
  await panel.locator('#confirm').click()
  await panel.waitFor({ state: 'detached' })
}

/** What the panel says now. */
async function panel(page) {
  await page.locator('#chat-settings-open-modal').click()
  const shown = page.getByRole('dialog')
  await shown.waitFor()
  const found = await shown.evaluate((element) => ({
    lists: Object.fromEntries([...element.querySelectorAll('button[role="combobox"]')].map((one) => [one.id, one.innerText.trim()])),
    on: [...element.querySelectorAll('[role="switch"][aria-checked="true"]')].map((one) => one.id),
    text: element.innerText,
  }))
  await page.keyboard.press('Escape')
  await shown.waitFor({ state: 'detached' })
  return found
}

/** The whole board as text: all days, and the first day with its ways. */
async function written(page) {
  const board = await read(page)
  const head = await newest(page).innerText()
  await newest(page).getByRole('tab', { name: 'Day 1' }).click()
  await newest(page).locator('.tb-timeline').waitFor()
  return { ...board, head, day: await newest(page).innerText(), pinned: await newest(page).locator('.tb-tags', { hasText: 'Fixed' }).count() }
}

/** Settings change the trip, hold after a reload and for the next trip, and leave what is fixed. */
export async function settings(page) {
  await page.goto(given.url)
  await page.locator('#password').waitFor()
  await logIn(page, given.user, given.password)
  await page.locator('#chat-input').waitFor()
  await arrive(page)
  await say(page, given.ask)
  seen.boards.first = await written(page)
  const { stop, place } = await tools(page, 1, 0)
  await stop.getByRole('button', { name: 'Fix here', exact: true }).click()
  await settled(page)
  seen.fixed = { place, told: await status(page), name: await stop.locator('.tb-name').innerText() }
  await choose(page, {
    lists: { pace: 'relaxed pace', max_walk_minutes: 'Up to 20 min', currency: 'USD', units: 'Miles' },
    on: ['good_for_kids'], diets: ['Vegetarian'],
  })
  await newest(page).locator('.tb-cost', { hasText: '≈' }).waitFor()
  seen.boards.chosen = await written(page)
  seen.kept = await newest(page).locator(`.tb-stop[data-place="${place}"] .tb-tags`).innerText()
  seen.panel = await panel(page)
  await page.reload()
  seen.boards.reloaded = await written(page)
  seen.panel_reloaded = await panel(page)

  await choose(page, { lists: { pace: 'packed pace' } })
  await newest(page).locator('.tb-head', { hasText: 'packed pace' }).waitFor()
  seen.boards.packed = await written(page)
  seen.kept_again = await newest(page).locator(`.tb-stop[data-place="${place}"] .tb-tags`).innerText()

  await page.locator('#header #new-chat-button').click()
  const confirm = page.getByRole('dialog').getByRole('button', { name: 'Confirm' })
  await page.waitForTimeout(500)
  if (await confirm.count()) await confirm.click()
  await page.locator('.tb').waitFor({ state: 'detached' })
  await page.waitForTimeout(900)
  seen.panel_new = await panel(page)
  await say(page, given.other)
  seen.boards.next = await written(page)
}

const buttons = (page) => page.locator('button').evaluateAll((all) => all.map((one) => one.innerText.trim()).filter(Boolean))

/** Quick replies: there, said when pressed, and gone from old answers. */
export async function replies(page) {
  await arrive(page)
  const [first, second] = Object.keys(given.quick)
  seen.answers = [await say(page, given.ask)]
  const button = (name) => page.getByRole('button', { name, exact: true })
  await button(first).waitFor()
  seen.offered = await buttons(page)
  const answers = page.locator('[data-step-type="assistant_message"]')
  const asked = actionOf(page, 'say')
  const before = await answers.count()
  await button(first).click()
  const pressed = await asked
  await answers.nth(before).waitFor()
  await over(page)
  await button('Undo that').waitFor()
  seen.pressed = await conversation(page)
  seen.left = await buttons(page)
  seen.boards.pressed = await read(page)
  // a page that is behind presses an old one all the same
  seen.old = await post(page, pressed)
  await page.waitForTimeout(700)
  seen.after_old = await conversation(page)
  // typing something takes them away, too
  await say(page, given.look)
  await page.waitForTimeout(300)
  seen.typed = await buttons(page)
  await page.reload()
  await read(page)
  seen.reloaded = (await conversation(page)).filter(([kind]) => kind === 'user_message')
  seen.second = second
  // a page that comes back offers what it offered, and it works
  await say(page, given.quick[first])
  await button('Undo that').waitFor()
  await page.reload()
  await button('Undo that').click()
  await page.getByText('Taken back.').waitFor()
  await over(page)
  seen.came_back = (await conversation(page)).slice(-3)
}

/** A trip saved as a file is opened; a broken file changes nothing; a copy is a trip of its own. */
export async function files(page) {
  await arrive(page)
  await say(page, given.ask)
  seen.boards.first = await read(page)
  await newest(page).getByRole('button', { name: 'Take along', exact: true }).click()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    newest(page).getByRole('button', { name: 'Tripwright file (JSON)', exact: true }).click(),
  ])
  const saved = `${given.out}/saved.json`
  await file.saveAs(saved)
  seen.address = page.url()

  // dropped into a new chat
  const drop = async (name, content) => {
    const answers = page.locator('[data-step-type="assistant_message"]')
    const before = await answers.count()
    await page.locator('input[type="file"]').first().setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) })
    await page.locator('#chat-submit:not([disabled])').click()
    await answers.nth(before).waitFor()
    await over(page)
    return answers.nth(before).innerText()
  }
  await arrive(page)
  seen.opened = await drop('lisbon.json', readFileSync(saved))
  seen.boards.opened = await read(page)
  await page.waitForTimeout(800)
  seen.opened_address = page.url()
  await shot(page, 'opened')
  seen.broken = []
  for (const content of ['{"version": 1, "days": [', '{"hello": "world"}', '\u0000\u0001']) {
    seen.broken.push(await drop('broken.json', content))
  }
  seen.boards.unharmed = await read(page)
  await page.reload()
  seen.boards.opened_again = await read(page)

  // a copy, changed
  await page.goto(seen.address)
  await read(page)
  await newest(page).getByRole('button', { name: 'Take along', exact: true }).click()
  await newest(page).getByRole('button', { name: 'Duplicate this trip', exact: true }).click()
  await page.waitForURL((url) => url.pathname.startsWith('/thread/') && url.href !== seen.address)
  seen.copy_address = page.url()
  seen.boards.copy = await read(page)
  const { stop, place } = await tools(page, 1, 0)
  seen.removed = place
  await stop.getByRole('button', { name: 'Remove', exact: true }).click()
  await settled(page)
  await say(page, given.change)
  seen.boards.copy_changed = await read(page)
  await page.goto(seen.address)
  seen.boards.original = await read(page)
  seen.side = await sidebar(page)
}
