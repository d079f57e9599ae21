import assert from 'node:assert/strict';
import { colorAt, plain, state, tabTo, until, visit } from '../kit.mjs';

const BODY = [0.44, 0.85, 0.12, 0.1];
const you = async (page) => (await state(page)).scene.layers.find(({ key }) => key);
const names = async (page) => (await you(page)).effects.map((text) => text.split(':')[0]);
const differs = (a, b) => a.some((value, at) => Math.abs(value - b[at]) > 12);
const panel = (page) => page.getByRole('region', { name: 'Effects', exact: true });

export const cases = [
  ['two effects are stacked, a slider changes pixels while it moves, and the order is changed by a button', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await plain(page);
    await page.waitForTimeout(500);
    const before = await colorAt(page, BODY);
    await panel(page).getByRole('button', { name: 'Add Invert' }).click();
    const inverted = await until('the colours turn', () => colorAt(page, BODY), (now) => differs(now, before));
    await panel(page).getByRole('button', { name: 'Add Gain' }).click();
    await until('both are there', () => names(page), (now) => now.join() === 'invert,gain');
    await panel(page).getByRole('slider', { name: 'Saturation' }).fill('0');
    await until('it is grey', () => colorAt(page, BODY), ([r, g, b]) => Math.abs(r - b) < 12 && Math.abs(g - b) < 12);
    assert.match((await you(page)).effects[1], /saturation=0/);
    await panel(page).getByRole('button', { name: 'Gain: earlier' }).click();
    await until('the order turned', () => names(page), (now) => now.join() === 'gain,invert');
    await page.keyboard.press('Control+z');
    await until('undo turns it back', () => names(page), (now) => now.join() === 'invert,gain');
    await panel(page).getByRole('button', { name: 'Remove Gain' }).click();
    await panel(page).getByRole('button', { name: 'Remove Invert' }).click();
    await until('none is left', () => names(page), (now) => now.length === 0);
    return `${before} became ${inverted}`;
  }],

  ['effects are reordered by dragging', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await plain(page);
    for (const name of ['Hologram', 'Invert', 'Mirror']) {
      await panel(page).getByRole('button', { name: `Add ${name}` }).click();
      await until(`${name} is there`, () => names(page), (now) => now.includes(name.toLowerCase()));
    }
    const grips = page.locator('.grip');
    await grips.first().scrollIntoViewIfNeeded();
    const [from, to] = [await grips.nth(2).boundingBox(), await grips.nth(0).boundingBox()];
    await page.mouse.move(from.x + 8, from.y + 8);
    await page.mouse.down();
    await page.mouse.move(to.x + 8, to.y + 4, { steps: 8 });
    await page.mouse.up();
    await until('the last is first', () => names(page), (now) => now.join() === 'mirror,hologram,invert');
    await plain(page);
  }],

  ['effects of what is behind you and of everything are their own', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await plain(page);
    await panel(page).getByRole('radio', { name: 'Background', exact: true }).click();
    await panel(page).getByRole('button', { name: 'Add Invert' }).click();
    await until('the background is inverted', () => colorAt(page, [0.02, 0.04, 0.06, 0.06]), ([r, , b]) => r > 170 && b < 160);
    assert.deepEqual((await you(page)).effects, []);
    await panel(page).getByRole('button', { name: 'Remove Invert' }).click();
    await panel(page).getByRole('radio', { name: 'Everything', exact: true }).click();
    await panel(page).getByRole('button', { name: 'Add Invert' }).click();
    await until('everything is', async () => (await state(page)).scene.effects, (now) => now.join() === 'invert');
    await panel(page).getByRole('button', { name: 'Remove Invert' }).click();
  }],

  ['an effect is added and set by keys alone', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await plain(page);
    await page.locator('.skip').focus();
    await page.keyboard.press('Enter');
    await tabTo(page, 'Add Hologram');
    await page.keyboard.press('Enter');
    await until('it is there', () => names(page), (now) => now.join() === 'hologram');
    await tabTo(page, 'Tint', { key: 'Shift+Tab' });
    for (let n = 0; n < 4; n += 1) await page.keyboard.press('ArrowLeft');
    await until('its slider moved', async () => (await you(page)).effects[0], (now) => /tint=0\.8/.test(now));
    await tabTo(page, 'Remove Hologram', { key: 'Shift+Tab' });
    await page.keyboard.press('Enter');
    await until('it is gone', () => names(page), (now) => now.length === 0);
  }],
];
