import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { until, visit } from '../kit.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SECTIONS = ['looks', 'scenes', 'devices', 'meters', 'record', 'doctor', 'small'];
const DIALOGS = [
  ['looks', 'Settings of this page', null],
  ['looks', 'Save as…', null],
  ['scenes', 'Add a layer', null],
];

async function check(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const found = violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).slice(0, 3).join(' | ')}`);
  assert.deepEqual(found, []);
}

export const cases = [
  ['axe finds nothing on any page, dark and light', async ({ page, where }) => {
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme });
      for (const section of SECTIONS) {
        await visit(page, where, section);
        await until('a picture is there', () => page.locator('canvas').getAttribute('data-age'));
        await page.waitForTimeout(300);
        await check(page, `${section}, ${colorScheme}`);
      }
    }
    await page.emulateMedia({ colorScheme: 'dark' });
  }],

  ['the page itself stays where it is, whatever is brought into view', async ({ page, where }) => {
    for (const section of SECTIONS.filter((name) => name !== 'small')) {
      await visit(page, where, section);
      await page.evaluate(() => { for (const each of document.querySelectorAll('.app *')) each.scrollIntoView({ block: 'center' }); });
      const { top, over } = await page.evaluate(() => ({ top: document.scrollingElement.scrollTop, over: document.scrollingElement.scrollHeight - innerHeight }));
      assert.deepEqual([top, over], [0, 0], section);
    }
  }],

  ['axe finds nothing in dialogs and beside a chosen layer', async ({ page, where }) => {
    for (const [section, button] of DIALOGS) {
      await visit(page, where, section);
      const opener = page.getByRole('button', { name: button });
      if (await opener.count() === 0) continue;
      await opener.click();
      await page.getByRole('dialog').waitFor();
      await page.waitForTimeout(200);
      await check(page, button);
    }
    await visit(page, where, 'scenes');
    await page.locator('button.pick').first().click();
    await page.getByRole('application').waitFor();
    await check(page, 'a chosen layer');
    await page.getByRole('button', { name: 'Panic' }).click();
    await page.getByText('without one pixel of the camera').waitFor();
    await check(page, 'panic');
    await page.getByRole('button', { name: 'Go on' }).first().click();
  }],

  ['nothing is wider than the window, from 360 to 2560 pixels', async ({ page, where }) => {
    for (const width of [360, 768, 1024, 2560]) {
      await page.setViewportSize({ width, height: 800 });
      for (const section of SECTIONS) {
        await visit(page, where, section);
        await page.waitForTimeout(150);
        const over = await page.evaluate(() => {
          const wide = document.documentElement.scrollWidth - innerWidth;
          const inner = [...document.querySelectorAll('main, .side, .stage, .card')].filter((element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'contents');
          return wide > 0 || inner.length > 0 ? `${wide} px, ${inner.map((element) => element.className).join()}` : null;
        });
        assert.equal(over, null, `${section} at ${width}`);
      }
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  }],

  ['colours follow the system, or the user\'s choice', async ({ page, where }) => {
    await visit(page, where, 'looks');
    const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
    assert.equal(await scheme(), 'dark');
    await page.emulateMedia({ colorScheme: 'light' });
    assert.equal(await scheme(), 'light');
    await page.getByRole('button', { name: 'Settings of this page' }).click();
    await page.getByRole('radio', { name: 'Dark', exact: true }).click();
    assert.equal(await scheme(), 'dark');
    await page.getByRole('radio', { name: 'As the system', exact: true }).click();
    await page.keyboard.press('Escape');
    await page.emulateMedia({ colorScheme: 'dark' });
  }],
];
