// A smoke test in Firefox, which is steered by the standard protocol (WebDriver BiDi) as it is: node tests/firefox.mjs
// BACKLOT_PANEL_URL=$(backlot panel --print) runs it before the program instead of the mock.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { isNear, PATIENCE_MS, site, until } from './kit.mjs';

const BROWSERS = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];
const START_MS = 60_000;
/** What keeps a new profile from talking to anybody else. */
const QUIET = {
  'app.normandy.enabled': false, 'app.update.disabledForTesting': true, 'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false, 'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false, 'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false, 'services.settings.server': '', 'toolkit.telemetry.reportingpolicy.firstRun': false,
};

/** A Firefox with a profile of its own, and one page in it. */
class Firefox {
  #waiting = new Map();
  #next = 1;
  faults = [];

  async start(program) {
    this.profile = mkdtempSync(join(tmpdir(), 'backlot-firefox-'));
    writeFileSync(join(this.profile, 'user.js'), Object.entries(QUIET).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`).join(''));
    this.process = spawn(program, ['--headless', '--no-remote', '--profile', this.profile, '--remote-debugging-port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const address = await new Promise((found, failed) => {
      let said = '';
      setTimeout(() => failed(new Error(`Firefox doesn't listen: ${said}`)), START_MS).unref();
      this.process.on('exit', (status) => failed(new Error(`Firefox ended with ${status}: ${said}`)));
      this.process.stderr.on('data', (data) => {
        said += data;
        const [, address] = /BiDi listening on (ws:\S+)/.exec(said) ?? [];
        if (address) found(`${address}/session`);
      });
    });
    this.socket = new WebSocket(address);
    await new Promise((opened, failed) => this.socket.on('open', opened).on('error', failed));
    this.socket.on('message', (data) => this.#read(JSON.parse(data)));
    await this.ask('session.new', { capabilities: {} });
    await this.ask('session.subscribe', { events: ['log.entryAdded'] });
    this.context = (await this.ask('browsingContext.getTree', {})).contexts[0].context;
    await this.ask('browsingContext.setViewport', { context: this.context, viewport: { width: 1280, height: 800 } });
  }

  #read({ id, method, params, type, result, message }) {
    if (method === 'log.entryAdded' && params.level === 'error') this.faults.push(params.text);
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (type === 'success') waiting?.done(result);
    else if (type === 'error') waiting?.failed(new Error(message));
  }

  ask(method, params) {
    const id = this.#next++;
    this.socket.send(JSON.stringify({ id, method, params }));
    return new Promise((done, failed) => this.#waiting.set(id, { done, failed }));
  }

  visit(url) {
    return this.ask('browsingContext.navigate', { context: this.context, url, wait: 'complete' });
  }

  /** What an expression is in the page, as JSON can hold it. */
  async evaluate(expression) {
    const told = await this.ask('script.evaluate', {
      expression: `(async () => JSON.stringify(await (${expression})) ?? null)()`, target: { context: this.context }, awaitPromise: true,
    });
    if (told.type === 'exception') throw new Error(told.exceptionDetails.text);
    return told.result.value === undefined ? undefined : JSON.parse(told.result.value);
  }

  /** Clicks in the middle of what an expression finds. */
  async click(expression) {
    const [x, y] = await until(`${expression} is there`, () => this.evaluate(
      `(() => { const at = ${expression}; at?.scrollIntoView({ block: 'center' }); const box = at?.getBoundingClientRect(); return box && [box.x + box.width / 2, box.y + box.height / 2].map(Math.round); })()`,
    ));
    const actions = [{ type: 'pointerMove', x, y }, { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }];
    await this.ask('input.performActions', { context: this.context, actions: [{ type: 'pointer', id: 'mouse', actions }] });
  }

  close() {
    this.socket?.close();
    this.process.removeAllListeners('exit');
    return new Promise((closed) => {
      this.process.on('exit', () => {
        rmSync(this.profile, { recursive: true, force: true, maxRetries: 10 });
        closed();
      });
      this.process.kill();
    });
  }
}

const button = (name) => `[...document.querySelectorAll('button')].find((at) => (at.getAttribute('aria-label') ?? at.textContent).trim().startsWith(${JSON.stringify(name)}))`;
const CORNER = `(() => { const at = document.querySelector('canvas'); return [...at.getContext('2d').getImageData(at.width * 0.04, at.height * 0.06, 1, 1).data].slice(0, 3); })()`;
const PICTURE = `document.querySelector('canvas[data-age]')?.toDataURL('image/jpeg', 0.5)`;

async function smoke(firefox, where) {
  await firefox.visit(where.enter());
  await firefox.evaluate(`localStorage.setItem('backlot.panel', JSON.stringify({ guided: true }))`);
  await firefox.visit(`${where.origin}/#/looks`);
  await firefox.evaluate('location.reload()');
  await until('the page is there', () => firefox.evaluate(`document.querySelector('.app') !== null && document.title`), (title) => title === 'Looks · Backlot');
  const first = await until('a picture is drawn', () => firefox.evaluate(PICTURE));
  await until('the picture moves', () => firefox.evaluate(PICTURE), (now) => now && now !== first);
  const { scenes } = await firefox.evaluate(`fetch('/api/v1/state').then((answer) => answer.json())`);
  assert.ok(scenes.list.length > 0);
  await firefox.click(button('Green screen'));
  const color = await until('the background is behind you', () => firefox.evaluate(CORNER), (color) => isNear(color, [0, 0xb1, 0x40]));
  assert.deepEqual(firefox.faults, []);
  return color;
}

const program = process.env.BACKLOT_FIREFOX ?? BROWSERS.find((path) => existsSync(path));
if (!program) {
  console.log(`skip  Firefox: there is none at ${BROWSERS.join(', ')}`);
  process.exit(0);
}
const where = await site();
const firefox = new Firefox();
let status = 0;
try {
  await firefox.start(program);
  console.log(`ok    Firefox shows the page and a moving preview, and one click applies a look: ${await smoke(firefox, where)}`);
} catch (error) {
  status = 1;
  console.log(`FAIL  Firefox, within ${PATIENCE_MS} ms a step\n${error.stack}`, firefox.faults);
} finally {
  await firefox.close();
  where.close();
}
process.exit(status);
