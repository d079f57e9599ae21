// What the tests share: a browser, an address (the mock's, or the real program's), and waiting.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
export const PATIENCE_MS = 15_000;

/**
 * Where the page is: BACKLOT_PANEL_URL holds what `backlot panel --print` prints; without it the mock is started.
 * A code serves once, so the whole run is one browser.
 */
export async function site() {
  const given = process.env.BACKLOT_PANEL_URL;
  if (given) return { enter: () => given.trim(), origin: new URL(given).origin, isMock: false, close: () => {} };
  const { start } = await import('../mock/server.mjs');
  return { ...await start(), isMock: true };
}

/** A browser with a profile of its own that has entered the page. */
export async function open(where, options = {}) {
  const executablePath = process.env.BACKLOT_CHROMIUM ?? BROWSERS.find((path) => existsSync(path));
  if (!executablePath) throw new Error(`no Chromium at ${BROWSERS.join(', ')}: scripts/setup.sh --tests installs it`);
  const profile = mkdtempSync(join(tmpdir(), 'backlot-panel-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath, args: FLAGS, viewport: { width: 1280, height: 800 }, colorScheme: 'dark', ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const faults = watch(page);
  await page.goto(where.enter());
  await page.evaluate(() => localStorage.setItem('backlot.panel', JSON.stringify({ guided: true })));
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { context, page, faults, close };
}

/** Collects what a page should never do: errors, refusals by the content security policy, requests elsewhere. */
export function watch(page) {
  const faults = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // A picture or a connection that isn't there is handled by the page, and the browser notes it anyway.
    if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(message.text())) faults.push(`console: ${message.text()}`);
  });
  return faults;
}

/** Opens a section of the page anew. */
export async function visit(page, where, section) {
  await page.goto(`${where.origin}/#/${section}`);
  await page.reload();
  await page.locator('.app').waitFor();
}

/** Waits until something is so, and says what it was at last otherwise. */
export async function until(what, find, isFine = Boolean) {
  const end = Date.now() + PATIENCE_MS;
  let last;
  for (;;) {
    last = await find();
    if (isFine(last)) return last;
    if (Date.now() > end) throw new Error(`${what}: it stayed ${JSON.stringify(last)}`);
    await new Promise((done) => setTimeout(done, 60));
  }
}

/** The mean colour of a part of the preview, given in shares of it. */
export function colorAt(page, [x, y, width, height], selector = 'canvas') {
  return page.locator(selector).first().evaluate((canvas, [x, y, width, height]) => {
    const { data } = canvas.getContext('2d').getImageData(x * canvas.width, y * canvas.height, Math.max(1, width * canvas.width), Math.max(1, height * canvas.height));
    const sums = [0, 0, 0];
    for (let at = 0; at < data.length; at += 4) for (let c = 0; c < 3; c += 1) sums[c] += data[at + c];
    return sums.map((sum) => Math.round(sum / (data.length / 4)));
  }, [x, y, width, height]);
}

export const isNear = (color, wanted, within = 40) => color.every((value, at) => Math.abs(value - wanted[at]) <= within);

/** The program's state. */
export const state = (page) => page.evaluate(() => fetch('/api/v1/state').then((answer) => answer.json()));

/** Asks the program by HTTP, as another tab or a script would. */
export async function ask(page, request, fields = {}) {
  const answer = await page.evaluate(
    ([request, fields]) => fetch(`/api/v1/${request}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fields) }).then((answer) => answer.json()),
    [request, fields],
  );
  if (answer.error) throw new Error(answer.error);
  return answer.ok;
}

/** What is behind you, in whatever form the scene has. */
export async function behind(page) {
  const { background, layers: [first] } = (await state(page)).scene;
  return background ?? (first.source === 'camera' ? first.effects[0] : first.source);
}

/** A scene to begin with: you before a plain colour, nothing else. */
export async function plain(page) {
  const { mode, scenes } = await state(page);
  if (mode !== 'running') await ask(page, 'resume');
  if (scenes.shown === 'original' || scenes.shown === 'be-right-back') await ask(page, 'show-scene', { scene: 'hologram', transition: 'cut' });
  const you = async () => (await state(page)).scene.layers.find(({ key }) => key);
  for (let layer = await you(); layer?.effects.length; layer = await you()) await ask(page, 'remove-effect', { effect: 0, layer: layer.id });
  await ask(page, 'background', { value: '#305080' });
}

/** Presses a key until what has the focus has this name. */
export async function tabTo(page, name, { key = 'Tab', most = 120 } = {}) {
  for (let n = 0; n < most; n += 1) {
    await page.keyboard.press(key);
    const found = await page.evaluate(() => {
      const { activeElement: at } = document;
      return at?.getAttribute('aria-label') ?? at?.labels?.[0]?.textContent ?? at?.textContent ?? '';
    });
    if (found.replace(/\s+/g, ' ').trim().startsWith(name)) return;
  }
  throw new Error(`${most} times ${key} don't lead to '${name}'`);
}
