// The map's basemap: tiles seen, or said to be missing; whom the page may ask, and whom not.
import { arrive, given, newest, say, seen, shot } from './page.mjs'

/** How many tiles show something, and the colour in the middle of one that is drawn here. */
const drawn = (board) => board.locator('.leaflet-tile-pane').evaluate((pane) => {
  const images = [...pane.querySelectorAll('img.leaflet-tile-loaded, .leaflet-tile-loaded img')].filter((one) => one.naturalWidth)
  const canvases = [...pane.querySelectorAll('canvas.leaflet-tile-loaded')].filter((one) => one.width)
  const pixel = canvases[0]?.getContext('2d').getImageData(canvases[0].width / 2, canvases[0].height / 2, 1, 1).data
  return { images: images.length, canvases: canvases.length, pixel: pixel && [...pixel] }
})

/** What became of an image and of a request for data, at an address. */
const asked = (page, url) => page.evaluate(async (address) => {
  const image = await new Promise((done) => {
    const one = new Image()
    one.onload = () => done('shown')
    one.onerror = () => done('refused')
    one.src = address
  })
  const data = await fetch(address, { mode: 'no-cors' }).then(() => 'had', () => 'refused')
  return { image, data }
}, url)

export async function tiles(page) {
  await arrive(page)
  seen.answers = [await say(page, given.ask)]
  const board = newest(page)
  await board.locator('.leaflet-marker-icon').first().waitFor()
  await board.locator('.tb-map').scrollIntoViewIfNeeded()
  if (given.missing) await board.locator('.tb-tiles-missing:not(:empty)').waitFor()
  else await board.locator('.leaflet-tile-loaded').first().waitFor({ state: 'attached' })
  await page.waitForTimeout(1500)
  seen.drawn = await drawn(board)
  seen.credit = await board.locator('.tb-credit').innerText()
  seen.note = await board.locator('.tb-tiles-missing').textContent()
  seen.dimmed = await board.locator('.leaflet-tile-pane').evaluate((pane) => getComputedStyle(pane).filter)
  seen.grid = await board.locator('path.tb-grid').count()
  await shot(page, 'near')

  // as far as it goes: the coast, under the tiles or alone; and back
  const fit = board.getByRole('button', { name: 'Fit', exact: true })
  seen.fit = { text: (await fit.innerText()).trim(), icons: await fit.locator('svg').count() }
  const pins = () => board.locator('.tb-pin').evaluateAll((all) => all.map((one) => one.style.transform).join())
  const before = await pins()
  for (let i = 0; i < 9; i++) {
    await board.locator('.leaflet-control-zoom-out').click()
    await page.waitForTimeout(250)
  }
  await board.locator('path.tb-land').first().waitFor({ state: 'attached' })
  await page.waitForTimeout(800)
  seen.far = await drawn(board)
  seen.note_far = await board.locator('.tb-tiles-missing').textContent()
  await shot(page, 'far')
  const away = await pins()
  await fit.click()
  await page.waitForTimeout(1000)
  seen.fit.moved = before !== away
  seen.fit.back = (await pins()) === before

  seen.errors_of_map = [...seen.errors]
  if (given.allowed) seen.allowed = await asked(page, given.allowed)
  if (given.other) seen.other = await asked(page, given.other)
}
