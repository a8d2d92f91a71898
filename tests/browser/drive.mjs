// Drives Chromium through one scene and prints what was seen as JSON.
//   node drive.mjs '{"url", "out", "chromium", "width", "height", "theme", "name", "scene", ...}'
// The server answers from a script (test_chat.py), so the words typed here are only words.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { given, seen, watch } from './page.mjs'
import * as account from './account.mjs'
import * as tiles from './tiles.mjs'
import * as touch from './touch.mjs'
import * as visit from './visit.mjs'

const home = mkdtempSync(join(tmpdir(), 'tripwright-chromium-'))

const browser = await chromium.launchPersistentContext(home, {
  executablePath: given.chromium,
  headless: true,
  viewport: { width: given.width, height: given.height },
  deviceScaleFactor: 1,
  hasTouch: given.width < 600,
  isMobile: given.width < 600,
  locale: given.locale || 'en-US',
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
  ],
})
browser.setDefaultTimeout(30000)
await browser.addInitScript((theme) => localStorage.setItem('vite-ui-theme', theme), given.theme)

try {
  const page = browser.pages()[0] || (await browser.newPage())
  watch(page)
  await { ...account, ...tiles, ...visit, ...touch }[given.scene](page)
} catch (error) {
  seen.failed = String(error?.stack || error)
  for (const [i, page] of browser.pages().entries()) {
    await page.screenshot({ path: join(given.out, `${given.name}-failed-${i}.png`) }).catch(() => {})
  }
} finally {
  await browser.close()
  rmSync(home, { recursive: true, force: true })
}
console.log(JSON.stringify(seen))
