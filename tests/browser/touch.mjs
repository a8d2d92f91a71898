// The board by hand: every control, mixed with talking; by keyboard alone; in two tabs; audited by axe.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arrive, given, newest, read, say, seen, shot, watch } from './page.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe-core finds at fault, serious or worse, on all of the page. */
async function audit(page, where) {
  await page.evaluate(axe)
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  seen.audit ??= {}
  seen.audit[where] = found.violations.map((one) => ({
    id: one.id, impact: one.impact, help: one.help,
    nodes: one.nodes.slice(0, 6).map((node) => `${node.target.join(' ')}: ${node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? ''} ${node.html.slice(0, 300)}`), count: one.nodes.length,
  }))
}

/** Waits until the control's turn is over. */
export async function settled(page) {
  await page.locator('.tb[data-newest="true"][aria-busy="false"]').waitFor()
}

export const status = (page) => newest(page).locator('.tb-status').innerText()

/** Opens the tools of a day's n-th sight (from 0) or meal, and gives its place. */
export async function tools(page, day, n, kind = ':not(.tb-meal)') {
  const board = newest(page)
  await board.getByRole('tab', { name: `Day ${day}` }).click()
  const stop = board.locator(`.tb-stop${kind}[data-place]`).nth(n)
  const place = await stop.getAttribute('data-place')
  if (!(await stop.locator('.tb-tools').count())) await stop.locator('.tb-more').click()
  return { stop: board.locator(`.tb-stop[data-place="${place}"]`), place }
}

export const order = (page) => newest(page).locator('.tb-stop[data-place]').evaluateAll((all) => all.map((one) => one.dataset.place))

/** Every control once, with the mouse. */
export async function touch(page) {
  await arrive(page)
  seen.answers = [await say(page, given.ask)]
  seen.boards.first = await read(page)
  await audit(page, 'chat and board')
  seen.icon = await page.evaluate(async () => {
    const icon = document.createElement('button')
    icon.innerHTML = '<svg class="lucide-arrow-down"></svg>'
    document.body.append(icon)
    await Promise.resolve() // before anything is painted or read aloud
    const name = icon.getAttribute('aria-label')
    icon.remove()
    return name
  })

  // fix and let go
  let { stop, place } = await tools(page, 2, 0)
  await stop.getByRole('button', { name: 'Fix here', exact: true }).click()
  await settled(page)
  seen.fixed = [await status(page), await stop.locator('.tb-tags').innerText()]
  await tools(page, 2, 0)
  await stop.getByRole('button', { name: 'Let it move', exact: true }).click()
  await settled(page)
  seen.loosened = await status(page)

  // why, with the source
  await tools(page, 2, 0)
  await stop.getByRole('button', { name: 'Why here?', exact: true }).click()
  await stop.locator('.tb-details').waitFor()
  seen.why = await stop.locator('.tb-details').innerText()
  await shot(page, 'why')

  // another instead, of three
  await stop.getByRole('button', { name: 'Swap', exact: true }).click()
  await stop.locator('.tb-suggestions li').first().waitFor()
  seen.suggestions = await stop.locator('.tb-suggestions li').allInnerTexts()
  await audit(page, 'tools')
  await shot(page, 'swap')
  await stop.locator('.tb-suggestions button').first().click()
  await settled(page)
  seen.swapped = { place, told: await status(page), after: await order(page) }

  // earlier, later: the order of the first two
  seen.shifts = []
  for (const [n, name] of [[1, 'Earlier'], [0, 'Later']]) {
    const before = await order(page)
    const one = await tools(page, 2, n)
    await one.stop.getByRole('button', { name, exact: true }).click()
    await settled(page)
    seen.shifts.push({ place: one.place, name, before, after: await order(page), told: await status(page) })
  }

  // another day
  for (const n of [0, 1, 2]) {  // one may be closed on that day, which the board says
    ;({ stop, place } = await tools(page, 2, n))
    await stop.getByRole('button', { name: /^Other day/ }).click()
    await stop.getByRole('button', { name: /^Day 3/ }).click()
    await settled(page)
    seen.moved = { place, told: await status(page) }
    if (seen.moved.told.includes('to day 3')) break
  }
  await newest(page).getByRole('tab', { name: 'Day 3' }).click()
  seen.moved.there = (await order(page)).includes(place)

  // kept for later, and back from the ideas
  ;({ stop, place } = await tools(page, 1, 0))
  await stop.getByRole('button', { name: 'Keep for later', exact: true }).click()
  await settled(page)
  seen.idea = { place, told: await status(page), ideas: await newest(page).locator('.tb-ideas [data-place]').evaluateAll((all) => all.map((one) => one.dataset.place)), day: await order(page) }
  await shot(page, 'idea')
  await newest(page).locator(`.tb-ideas [data-place="${place}"]`).getByRole('button', { name: /^Add / }).click()
  await settled(page)
  seen.idea.left = await newest(page).locator('.tb-ideas').count()

  // removed, undone, redone; and undone by word
  ;({ stop, place } = await tools(page, 1, 0))
  await stop.getByRole('button', { name: 'Remove', exact: true }).click()
  await settled(page)
  seen.removed = { place, told: await status(page), after: await order(page) }
  await newest(page).getByRole('button', { name: 'Undo', exact: true }).click()
  await settled(page)
  seen.removed.undone = await order(page)
  await newest(page).getByRole('button', { name: 'Redo', exact: true }).click()
  await settled(page)
  seen.removed.redone = await order(page)

  // a place looked for, and added
  await newest(page).getByRole('button', { name: 'Add a place', exact: true }).click()
  await newest(page).locator('.tb-candidate').first().waitFor()
  await newest(page).getByRole('searchbox').fill(given.look_for)
  await newest(page).locator('.tb-candidate', { hasText: given.found }).first().waitFor()
  seen.found = await newest(page).locator('.tb-panel .tb-candidate b').allInnerTexts()
  await shot(page, 'add')
  await audit(page, 'add')
  const candidate = newest(page).locator('.tb-panel .tb-candidate').filter({ has: page.getByRole('button', { name: /^Add / }) }).first()
  seen.wanted = await candidate.locator('b').innerText()
  await candidate.getByRole('button', { name: `Add ${seen.wanted}`, exact: true }).click()
  await settled(page)
  seen.added = await status(page)

  // compared with the first plan
  await newest(page).getByRole('button', { name: 'Compare versions', exact: true }).click()
  await newest(page).locator('.tb-pair').first().waitFor()
  const versions = newest(page).locator('.tb-compare select option')
  seen.compared = { versions: await versions.allInnerTexts() }
  const summary = newest(page).locator('.tb-compare > .tb-quiet')
  const of_last = await summary.innerText()
  await newest(page).locator('.tb-compare select').selectOption({ label: 'The first plan' })
  await summary.filter({ hasNotText: of_last }).waitFor() // the marks of the version before are still there
  seen.compared.told = await newest(page).locator('.tb-compare .tb-told li').allInnerTexts()
  seen.compared.marks = await newest(page).locator('.tb-compare em').allInnerTexts()
  await shot(page, 'compare')
  await audit(page, 'compare')
  await newest(page).locator('.tb-compare select').selectOption({ label: '1 change ago' })
  await newest(page).getByRole('button', { name: 'Back to this version', exact: true }).click()
  await settled(page)
  seen.compared.back = { told: await status(page), open: await newest(page).locator('.tb-compare').count(), problems: await newest(page).locator('.tb-problem').count() }
  await newest(page).getByRole('button', { name: 'Redo', exact: true }).click()
  await settled(page)

  // files and the link
  await newest(page).getByRole('button', { name: 'Take along', exact: true }).click()
  seen.files = {}
  for (const button of await newest(page).locator('.tb-formats button').all()) {
    const name = await button.innerText()
    const [file] = await Promise.all([page.waitForEvent('download'), button.click()])
    await file.saveAs(`${given.out}/${file.suggestedFilename()}`)
    seen.files[name] = file.suggestedFilename()
  }
  await newest(page).getByRole('button', { name: 'Make a link to share', exact: true }).click()
  await newest(page).locator('.tb-share input').waitFor()
  seen.link = await newest(page).locator('.tb-share input').inputValue()
  await shot(page, 'take')
  await audit(page, 'take')

  // words after hands: the model undoes what hands did
  seen.boards.by_hand = await read(page)
  seen.answers.push(await say(page, given.undo))
  seen.boards.undone = await read(page)
  await page.waitForTimeout(800)
  seen.address = page.url()
  await page.reload()
  seen.boards.reloaded = await read(page)

  // who has the link sees the trip and no conversation, without a login
  const guest = await page.context().browser()?.newContext?.() ?? page.context()
  const other = await guest.newPage()
  watch(other)
  await other.goto(seen.link)
  seen.guest = await other.locator('body').innerText()
  await shot(other, 'shared')
  await other.close()
}

/** The main path by keyboard alone: ask, open a day, open a stop's tools, remove it, undo. */
export async function keyboard(page) {
  await arrive(page)
  await page.locator('#chat-input').focus()
  await page.keyboard.type(given.ask)
  await page.keyboard.press('Enter')
  await newest(page).locator('.leaflet-marker-icon').first().waitFor()
  await page.locator('#stop-button').waitFor({ state: 'detached' })
  /** Tabs on until the focused element answers the question. */
  const tab = async (wanted, most = 90) => {
    for (let i = 0; i < most; i++) {
      const found = await page.evaluate((text) => {
        const one = document.activeElement
        return new RegExp(text).test(one?.getAttribute('aria-label') || one?.innerText || '')
      }, wanted)
      if (found) return
      await page.keyboard.press('Tab')
    }
    throw new Error(`the keyboard never came to ${wanted}`)
  }
  await page.evaluate(() => document.querySelector('.tb[data-newest="true"] .tb-toolbar').previousElementSibling.scrollIntoView())
  await page.evaluate(() => { document.activeElement.blur(); const s = getSelection(); s.removeAllRanges(); const r = document.createRange(); r.setStart(document.querySelector('.tb[data-newest="true"] h3'), 0); s.addRange(r) })
  await tab('^All days')
  await page.keyboard.press('ArrowRight')
  await newest(page).locator('.tb-timeline').waitFor()
  seen.before = await order(page)
  await tab('^Change ')
  await page.keyboard.press('Enter')
  await newest(page).locator('.tb-tools').waitFor()
  await tab('^Remove$')
  seen.outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle)
  await shot(page, 'keyboard')
  await page.keyboard.press('Enter')
  await settled(page)
  seen.after = await order(page)
  seen.focus = await page.evaluate(() => document.activeElement.className)
  await page.keyboard.press('Shift+Tab')
  await page.evaluate(() => document.querySelector('.tb[data-newest="true"] .tb-tool').focus())
  await tab('^Undo$')
  await page.keyboard.press('Enter')
  await settled(page)
  seen.undone = await order(page)
  await tab('^Change ')
  await page.keyboard.press('Enter')
  await newest(page).locator('.tb-tools').waitFor()
  await page.keyboard.press('Escape')
  seen.closed = await newest(page).locator('.tb-tools').count()
}

/** Two tabs of one trip: what one changes the other shows; a tab that is behind changes nothing. */
export async function twoTabs(page) {
  await arrive(page)
  await say(page, given.ask)
  await newest(page).locator('.leaflet-marker-icon').first().waitFor()
  await page.waitForTimeout(900)
  const other = await page.context().newPage()
  watch(other)
  await other.goto(page.url())
  seen.boards.other_before = await read(other)
  const { stop, place } = await tools(page, 1, 0)
  await stop.getByRole('button', { name: 'Remove', exact: true }).click()
  await settled(page)
  await other.waitForTimeout(500)
  seen.boards.here = await read(page)
  seen.boards.there = await read(other)
  seen.place = place
  // what is said in one tab is shown on the other's board, and its link, too
  await say(page, given.change)
  seen.boards.said = await read(page)
  await other.waitForTimeout(500)
  seen.boards.said_there = await read(other)
  await newest(other).getByRole('button', { name: 'Take along', exact: true }).click()
  await newest(other).getByRole('button', { name: 'Make a link to share', exact: true }).click()
  await newest(other).locator('.tb-share input').waitFor()
  await page.waitForTimeout(500)
  seen.boards.shared = await read(page)
  seen.earlier = await page.locator('.tb-earlier').count()
  // one that heard nothing is behind: its control is refused, its tools are of the same place, and it is renewed
  await other.evaluate(() => window.tripBoards.set('a newer board, which none is', '9999')) // so that it does not listen
  await say(page, given.change)
  seen.boards.changed = await read(page)
  const late = await tools(other, 2, 0)
  await late.stop.getByRole('button', { name: 'Remove', exact: true }).click()
  await settled(other)
  seen.refused = await status(other)
  seen.boards.renewed = await read(other)
}

/** The interface in another language. */
export async function abroad(page) {
  await arrive(page)
  await page.locator('#starters button').first().click() // a kind of trip; its starters show below
  await page.locator('#starters [id^="starter-"]').first().waitFor()
  seen.starters = await page.locator('#starters button').allInnerTexts()
  await shot(page, 'start')
  await page.locator('#chat-input').click()
  await page.keyboard.type(given.ask)
  await page.keyboard.press('Enter')
  await newest(page).locator('.leaflet-marker-icon').first().waitFor()
  await newest(page).locator('.tb-more').first().click()
  await newest(page).locator('.tb-tools').waitFor()
  seen.text = await newest(page).innerText()
  await page.locator('#stop-button').waitFor({ state: 'detached' })
  const step = page.locator('[data-step-type="tool"]').first()
  await step.locator('button').first().click()
  await page.waitForTimeout(300)
  seen.step = await step.innerText()
  seen.replies = await page.locator('[data-step-type="assistant_message"] button').allInnerTexts()
  await shot(page, 'step')
  await page.locator('#readme-button').click()
  seen.help = await page.getByRole('dialog').innerText()
  await shot(page, 'help')
  await page.keyboard.press('Escape')
  seen.placeholder = await page.locator('#chat-input').getAttribute('placeholder') ?? await page.locator('#chat-input').getAttribute('data-placeholder')
  await shot(page, 'board')
}

/** A long trip: how long its board takes from its data to the screen. */
export async function long(page) {
  await page.addInitScript(() => {
    window.drawn = []
    new MutationObserver(() => {
      if (document.querySelector('.tb .tb-pin')) window.drawn.push(performance.now())
    }).observe(document, { childList: true, subtree: true })
  })
  await arrive(page)
  await say(page, given.ask)
  await newest(page).locator('.tb-pin').first().waitFor()
  seen.days = await newest(page).locator('.tb-day').count()
  // from one day to all and back: the list and all pins are drawn anew
  seen.draws = await newest(page).evaluate(async (board) => {
    const times = []
    const tab = (name) => [...board.querySelectorAll('[role="tab"]')].find((one) => one.innerText.startsWith(name))
    for (let i = 0; i < 5; i++) {
      tab('Day 1').click()
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
      const began = performance.now()
      tab('All days').click()
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
      times.push(performance.now() - began)
    }
    return times
  })
  await shot(page, 'long')
}
