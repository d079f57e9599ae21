import assert from 'node:assert/strict';
import { colorAt, isNear, plain, state, until, visit } from '../kit.mjs';

const CORNER = [0.02, 0.04, 0.06, 0.06];
const hash = (page) => page.locator('canvas').first().evaluate((canvas) => canvas.toDataURL('image/jpeg', 0.5));

export const cases = [
  ['the preview shows a picture that moves, and knows its age', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await plain(page);
    const first = await hash(page);
    await until('the picture moves', () => hash(page), (now) => now !== first);
    const age = await until('the age is told', () => page.locator('canvas').getAttribute('data-age'));
    return `${age} ms from finished to drawn`;
  }],

  ['a camera that is on for the preview alone is told', async ({ page, where }) => {
    if (where.isMock) await page.evaluate(() => fetch('/mock/set', { method: 'POST', body: JSON.stringify({ outputs: [] }) }));
    await visit(page, where, 'looks');
    await page.getByText('Camera on for this preview').waitFor();
    if (where.isMock) await page.evaluate(() => fetch('/mock/reset', { method: 'POST' }));
  }],

  ['the matte is white where you are and black where you are not', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await page.getByRole('radio', { name: 'Matte', exact: true }).click();
    await until('the corner is black', () => colorAt(page, CORNER, 'canvas[data-view=matte]'), (color) => isNear(color, [0, 0, 0], 30));
    await until('the middle is white', () => colorAt(page, [0.47, 0.85, 0.06, 0.1], 'canvas[data-view=matte]'), (color) => isNear(color, [255, 255, 255], 40));
    await page.getByRole('radio', { name: 'Viewers', exact: true }).click();
  }],

  ['the uncut camera and the comparison take consent, and end with the page', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await page.getByRole('radio', { name: 'Camera', exact: true }).click();
    assert.equal(await page.locator('canvas[data-view=camera]').count(), 0);
    await page.getByRole('button', { name: 'Show it to me' }).click();
    await page.locator('canvas[data-view=camera]').waitFor();
    await page.getByText('Only you see this').waitFor();
    await page.getByRole('radio', { name: 'Compare', exact: true }).click();
    await page.getByRole('slider', { name: 'Where before ends' }).fill('0.3');
    assert.equal(await page.locator('canvas').count(), 2);
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await page.locator('canvas[data-view=viewers]').waitFor();
    assert.equal(await page.locator('canvas').count(), 1);
    await page.evaluate(() => {
      delete document.visibilityState;
      document.dispatchEvent(new Event('visibilitychange'));
    });
  }],

  ['a preview that nobody can see has no connection', async ({ page, where }) => {
    const sockets = new Set();
    const count = (socket) => {
      if (!socket.url().includes('/preview')) return;
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    };
    page.on('websocket', count);
    await visit(page, where, 'looks');
    await until('one preview is open', () => sockets.size, (size) => size === 1);
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await until('none is while the page is hidden', () => sockets.size, (size) => size === 0);
    await page.evaluate(() => {
      delete document.visibilityState;
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await until('it is back', () => sockets.size, (size) => size === 1);
    page.off('websocket', count);
  }],

  ['previews that may not open the camera ask first', async ({ page, where }) => {
    const set = (value) => page.evaluate((value) => fetch('/mock/set', { method: 'POST', body: JSON.stringify(value) }), value);
    const { outputs } = await state(page);
    await set({ outputs: [], preview: { opens_camera: false } });
    await visit(page, where, 'looks');
    await page.getByText('The camera is closed: nobody watches').waitFor();
    await page.getByRole('button', { name: 'Look now' }).click();
    await page.getByText('Camera on for this preview').waitFor();
    await set({ outputs, preview: { opens_camera: true } });
  }, { mockOnly: true }],

  ['the preview is mirrored for the eye alone', async ({ page, where }) => {
    await visit(page, where, 'looks');
    const before = (await state(page)).scene.mirror;
    await page.getByRole('button', { name: 'Mirror for me' }).click();
    assert.equal(await page.locator('canvas').evaluate((canvas) => getComputedStyle(canvas).transform), 'matrix(-1, 0, 0, 1, 0, 0)');
    assert.equal((await state(page)).scene.mirror, before);
    await page.getByRole('button', { name: 'Mirror for me' }).click();
  }],
];
