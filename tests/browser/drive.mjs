// Drives Chromium through one scene and prints what was seen as JSON.
//   node drive.mjs '{"url", "out", "chromium", "width", "height", "theme", "name", "scene", ...}'
// Or through several, one after the other, each in a browser context of its own:
//   "scenes": [{"name", "scene", ...}, ...] -> {"scenes": {name: what was seen, ...}}
// The server answers from a script (test_chat.py), so the words typed here are only words.
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import * as account from './account.mjs'
import { begin, given, seen, visitor } from './page.mjs'
import * as people from './people.mjs'
import * as pictures from './pictures.mjs'
import * as tiles from './tiles.mjs'
import * as touch from './touch.mjs'
import * as visit from './visit.mjs'

const browser = await chromium.launch({
  executablePath: given.chromium,
  headless: true,
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
  ],
})

const SCENES = { ...account, ...tiles, ...visit, ...touch, ...people, ...pictures }
const played = {}

try {
  for (const one of given.scenes || [given]) {
    begin(one)
    const page = await visitor(browser)
    await SCENES[given.scene](page)
    played[given.name] = { ...seen }
    if (given.scenes) await page.context().close()
  }
} catch (error) {
  // what went wrong on somebody else's machine is known from this alone
  seen.failed = String(error?.stack || error)
  const pages = browser.contexts().flatMap((context) => context.pages())
  for (const [i, page] of pages.entries()) {
    await page.screenshot({ path: join(given.out, `${given.name}-failed-${i}.png`) }).catch(() => {})
    const text = await page.locator('body').innerText({ timeout: 2000 }).catch(String)
    seen.failed += `\n${page.url()}: ${text.slice(-600)}`
  }
  seen.failed += `\n${seen.errors.join('\n')}`
} finally {
  await browser.close()
}
console.log(JSON.stringify(given.scenes && !seen.failed ? { scenes: played } : seen))
