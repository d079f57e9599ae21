import assert from 'node:assert/strict';
import jpeg from 'jpeg-js';
import { ask, behind, colorAt, isNear, plain, state, until, visit } from '../kit.mjs';

const CORNER = [0.02, 0.04, 0.06, 0.06];
const picture = ([r, g, b]) => {
  const data = Buffer.alloc(320 * 180 * 4, 255);
  for (let at = 0; at < data.length; at += 4) [data[at], data[at + 1], data[at + 2]] = [r, g, b];
  return jpeg.encode({ data, width: 320, height: 180 }, 90).data;
};
const corner = (page, wanted) => until(`the corner becomes ${wanted}`, () => colorAt(page, CORNER), (color) => isNear(color, wanted));
const gallery = (page) => page.getByRole('region', { name: 'Background', exact: true });

export const cases = [
  ['one click puts a background behind you, and undo takes it back', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await plain(page);
    await corner(page, [0x30, 0x50, 0x80]);
    await gallery(page).getByRole('button', { name: 'Green screen', exact: true }).click();
    await corner(page, [0, 0xb1, 0x40]);
    await until('its tile is marked', () => gallery(page).getByRole('button', { name: 'Green screen', exact: true }).first().getAttribute('aria-pressed'), (now) => now === 'true');
    await page.getByRole('button', { name: 'Undo' }).click();
    await corner(page, [0x30, 0x50, 0x80]);
    await page.getByRole('button', { name: 'Redo' }).click();
    await corner(page, [0, 0xb1, 0x40]);
    assert.ok(await page.locator('[data-group=recent]').getByText('Green screen').isVisible());
  }],

  ['each tile has a small picture, which follows the edits of its scene', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await plain(page);
    const images = page.locator('.thumb img');
    await until('all that are seen are there', () => images.evaluateAll((all) => all.filter(({ loading, complete, naturalWidth }) => loading === 'lazy' && complete && naturalWidth > 0).length), (n) => n >= 6);
    assert.equal(await images.evaluateAll((all) => all.filter(({ alt }) => alt !== '').length), 0);
    await visit(page, where, 'scenes');
    const name = (await state(page)).scenes.shown;
    const address = () => page.locator(`.thumb img[src*="scene=${encodeURIComponent(name)}"]`).first().getAttribute('src');
    const before = await address();
    await ask(page, 'background', { value: '#802040' });
    await until('another address', address, (now) => now !== before);
  }],

  ['sets and the blurred room are one click away', async ({ page, where }) => {
    await visit(page, where, 'looks');
    for (const [title, value] of [['Aurora', 'aurora'], ['Blur, strong', 'blur'], ['Mosaic', 'mosaic']]) {
      await gallery(page).getByRole('button', { name: title, exact: true }).last().click();
      await until(`${title} is behind you`, () => behind(page), (now) => now?.startsWith(value));
    }
  }],

  ['a picture is brought in by the file dialog and by dropping it', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await plain(page);
    await page.locator('input[type=file]').setInputFiles({ name: 'magenta wall.jpg', mimeType: 'image/jpeg', buffer: picture([200, 20, 160]) });
    await corner(page, [200, 20, 160]);
    const transfer = await page.evaluateHandle((bytes) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], 'orange.jpg', { type: 'image/jpeg' }));
      return transfer;
    }, [...picture([240, 130, 20])]);
    await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
    await page.getByText('Drop it to put it behind you').waitFor();
    await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
    await corner(page, [240, 130, 20]);
    const own = page.locator('[data-group=own]');
    await own.getByText('Orange').waitFor();
    await plain(page);
    // One after the other: what follows moves up, and a click that is forced goes where it was.
    for (const name of ['Orange', 'Magenta wall']) {
      const bin = own.getByRole('button', { name: `Remove ${name}` });
      await bin.click({ force: true });
      await until(`${name} is gone`, () => bin.count(), (n) => n === 0);
    }
  }],

  ['a video is brought in, and is told to be prepared meanwhile', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await plain(page);
    const buffer = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom'), Buffer.alloc(1000)]);
    await page.locator('input[type=file]').setInputFiles({ name: 'sea.mp4', mimeType: 'video/mp4', buffer });
    await corner(page, [20, 150, 160]);
    const own = page.locator('[data-group=own]');
    await own.getByText('Sea').waitFor();
    await plain(page);
    await own.getByRole('button', { name: 'Remove Sea' }).click({ force: true });
    await until('it is gone', () => own.getByRole('button', { name: /^Remove/ }).count(), (n) => n === 0);
  }, { mockOnly: true }],

  ['what is no picture is refused in a sentence', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await page.locator('input[type=file]').setInputFiles({ name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') });
    const alert = gallery(page).getByRole('alert').filter({ hasText: /\w/ });
    await alert.waitFor();
    return await alert.textContent();
  }],

  ['a second tab and the program agree', async ({ page, where, context }) => {
    await visit(page, where, 'looks');
    await plain(page);
    const other = await context.newPage();
    await other.goto(`${where.origin}/#/looks`);
    await gallery(other).getByRole('button', { name: 'Dusk', exact: true }).click();
    await until('the first tab marks it', () => gallery(page).getByRole('button', { name: 'Dusk', exact: true }).last().getAttribute('aria-pressed'), (now) => now === 'true');
    await ask(page, 'background', { value: 'gradient:#d8e6e4,#6c9a95' });
    for (const tab of [page, other]) {
      await until('both mark what was asked for elsewhere', () => gallery(tab).getByRole('button', { name: 'Mist', exact: true }).last().getAttribute('aria-pressed'), (now) => now === 'true');
    }
    await other.close();
  }],

  ['favourites are in the small view', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await plain(page);
    await gallery(page).getByRole('button', { name: 'Sand in the small view' }).click({ force: true });
    await page.goto(`${where.origin}/#/small`);
    await page.getByRole('region', { name: 'Favourites' }).getByRole('button', { name: 'Sand', exact: true }).click();
    await until('it is behind you', () => behind(page), (now) => now?.toLowerCase().startsWith('gradient:#f6d5b8'));
    assert.equal(await page.getByRole('region', { name: 'Favourites' }).getByRole('button').count(), 6);
  }],
];
