import assert from 'node:assert/strict';
import { ask, colorAt, plain, state, tabTo, until, visit } from '../kit.mjs';

const panel = (page, name) => page.getByRole('region', { name, exact: true });
const you = async (page) => (await state(page)).scene.layers.find(({ key }) => key);
const middle = ({ x, y, width, height }) => [x + width / 2, y + height / 2];

export const cases = [
  ['another scene is shown, with the chosen transition', async ({ page, where }) => {
    await visit(page, where, 'scenes');
    await page.getByLabel('Transition').selectOption('wipe');
    await panel(page, 'Scenes').getByRole('button', { name: 'Hologram', exact: true }).click();
    await until('it is shown', async () => (await state(page)).scenes.shown, (now) => now === 'hologram');
    await until('its tile is marked', () => panel(page, 'Scenes').getByRole('button', { name: 'Hologram', exact: true }).getAttribute('aria-pressed'), (now) => now === 'true');
    await page.getByRole('status', { name: 'Status' }).waitFor();
  }],

  ['a scene is duplicated, renamed and removed', async ({ page, where }) => {
    await visit(page, where, 'scenes');
    const menu = async (name) => {
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await panel(page, 'Scenes').getByRole('button', { name: `Rename, duplicate or remove ${name}` }).click({ force: true });
    };
    const list = async () => (await state(page)).scenes.list.map(({ name }) => name);
    await menu('News');
    await page.getByRole('dialog').getByRole('button', { name: 'Duplicate' }).click();
    await until('there is a second', list, (now) => now.includes('news 2'));
    await menu('news 2');
    await page.getByLabel('New name').fill('Evening');
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await until('it has another name', list, (now) => now.includes('Evening') && !now.includes('news 2'));
    await menu('Evening');
    await page.getByLabel('New name').fill('hologram');
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('dialog').getByText('There is a scene \'hologram\' already').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await until('it is gone', list, (now) => !now.includes('Evening'));
  }],

  ['a layer is moved by mouse and keys, resized, and put back', async ({ page, where }) => {
    await visit(page, where, 'scenes');
    await plain(page);
    const id = (await you(page)).id;
    await ask(page, 'place-layer', { layer: id, place: { anchor: 'bottom-right', width: '40%', margin: '3%' } });
    await panel(page, 'Layers').getByRole('button', { name: /^(Person|Me|You)/ }).click();
    const box = page.getByRole('application');
    await box.waitFor();
    const before = await box.boundingBox();
    const [x, y] = middle(before);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 120, y - 60, { steps: 6 });
    await page.mouse.up();
    const moved = await until('the box moved', () => box.boundingBox(), (now) => now.x < before.x - 80);
    await box.focus();
    await page.keyboard.press('Shift+ArrowLeft');
    await until('keys move it on', () => box.boundingBox(), (now) => now.x < moved.x - 10);
    const width = (await box.boundingBox()).width;
    await page.keyboard.press('-');
    await until('minus makes it smaller', () => box.boundingBox(), (now) => now.width < width);
    await page.getByRole('button', { name: 'Done with the layer' }).click();
    await ask(page, 'set-layer', { layer: id, property: 'place', value: null });
  }],

  ['where a layer was put is told, and undo puts it back', async ({ page, where }) => {
    await visit(page, where, 'scenes');
    await plain(page);
    const { id } = await you(page);
    await ask(page, 'place-layer', { layer: id, place: { anchor: 'top-left', width: '30%' } });
    const first = await until('its box is told', async () => (await you(page)).area);
    await panel(page, 'Layers').locator('button.pick').first().click();
    // What follows at once would be undone with it.
    await page.waitForTimeout(1200);
    await page.getByRole('slider', { name: 'Width' }).fill('50');
    await until('it is wider', async () => (await you(page)).area[2], (now) => Math.abs(now - 50) < 2);
    await page.keyboard.press('Control+z');
    await until('undo puts it back', async () => (await you(page)).area[2], (now) => Math.abs(now - first[2]) < 2);
    await page.getByText('Crop', { exact: true }).first().click();
    const handle = await page.locator('.handle.w').boundingBox();
    await page.mouse.move(...middle(handle));
    await page.mouse.down();
    await page.mouse.move(handle.x + 60, handle.y, { steps: 4 });
    await page.mouse.up();
    await until('its left side is cut', async () => (await you(page)).form.crop?.left, (now) => parseFloat(now) > 3);
    await page.getByRole('button', { name: 'Done with the layer' }).click();
  }],

  ['layers are added, hidden, ordered and removed', async ({ page, where }) => {
    await visit(page, where, 'scenes');
    await plain(page);
    const layers = async () => (await state(page)).scene.layers;
    const count = (await layers()).length;
    await panel(page, 'Layers').getByRole('button', { name: 'Add a layer' }).click();
    await page.getByLabel('What it shows').selectOption('color');
    await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
    await until('there is one more', layers, (now) => now.length === count + 1 && now.at(-1).id === 'color');
    await panel(page, 'Layers').getByRole('button', { name: 'Hide Color' }).click();
    await until('it is hidden', async () => (await layers()).at(-1).visible, (now) => !now);
    await panel(page, 'Layers').getByRole('button', { name: 'Send Color back' }).click();
    await until('it is further back', async () => (await layers()).at(-2).id, (now) => now === 'color');
    await panel(page, 'Layers').getByRole('button', { name: 'Remove Color' }).click();
    await until('it is gone', layers, (now) => now.length === count);
  }],

  ['the colour of a green screen is picked on the picture, by keys too', async ({ page, where }) => {
    await visit(page, where, 'scenes');
    await plain(page);
    const { id } = await you(page);
    await panel(page, 'Layers').getByRole('button', { name: /^(Person|Me|You|Camera)/ }).click();
    await page.getByRole('radio', { name: 'Green screen', exact: true }).click();
    await page.getByRole('button', { name: 'Pick the colour on the picture' }).click();
    await page.getByText('Only you see this').waitFor();
    await until('the camera is seen', () => colorAt(page, [0, 0, 0.1, 0.1], 'canvas[data-view=camera]'), (now) => now.some((value) => value > 30));
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const key = await until('the key has it', async () => (await state(page)).scene.layers.find((layer) => layer.id === id).key, (now) => /color=#[0-9a-f]{6}/i.test(now));
    await ask(page, 'key', { layer: id, key: 'person' });
    await page.getByRole('button', { name: 'Done with the layer' }).click();
    return key;
  }],

  ['regions that always show are painted with the mouse and by keys, and hold once that is done', async ({ page, where }) => {
    await visit(page, where, 'scenes');
    await plain(page);
    const { id } = await you(page);
    for (const property of ['place', 'crop']) await ask(page, 'set-layer', { layer: id, property, value: null });
    const own = async () => (await state(page)).scene.layers.find((layer) => layer.id === id);
    const outside = () => colorAt(page, [0.06, 0.46, 0.08, 0.08], 'canvas[data-view=viewers]');
    await panel(page, 'Layers').getByRole('button', { name: /^(Person|Me|You|Camera)/ }).click();
    const before = await until('viewers see the background', outside, (now) => now.some((value) => value > 0));
    await page.getByRole('button', { name: 'Paint what always or never shows' }).click();
    await page.getByText('Only you see this').waitFor();
    await until('the camera is seen', () => colorAt(page, [0.05, 0.1, 0.1, 0.1], 'canvas[data-view=whole]'), (now) => now.some((value) => value > 30));
    const sheet = page.getByRole('button', { name: /^Painting area/ });
    const box = await sheet.boundingBox();
    const at = (x, y) => [box.x + x * box.width, box.y + y * box.height];
    await page.getByRole('radio', { name: 'Outline' }).check({ force: true });
    await page.mouse.move(...at(0.02, 0.3));
    await page.mouse.down();
    for (const corner of [[0.2, 0.3], [0.2, 0.7], [0.02, 0.7]]) await page.mouse.move(...at(...corner), { steps: 5 });
    await page.mouse.up();
    assert.equal((await own()).key, 'person', 'nothing holds before it is done');
    await page.getByRole('radio', { name: 'Never show' }).check({ force: true });
    await page.getByRole('radio', { name: 'Brush' }).check({ force: true });
    await sheet.focus();
    await page.keyboard.press('Space');
    for (let step = 0; step < 5; step += 1) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    const { key, painted } = await until('the key has both', own, (now) => /keep=[^,@]*,hide=6@/.test(now.key));
    assert.ok(painted[0] > 5 && painted[1] > 0.1, `${painted}`);
    await page.getByText(/% of the camera always shows/).waitFor();
    if (!where.isMock) await until('what is kept shows', outside, (now) => now.some((value, c) => Math.abs(value - before[c]) > 25));
    await ask(page, 'undo');
    await until('one step takes it back', own, (now) => now.key === 'person' && now.painted === null);
    await page.getByRole('button', { name: 'Done with the layer' }).click();
    return key;
  }],

  ['each virtual camera may show a scene of its own', async ({ page, where }) => {
    await visit(page, where, 'scenes');
    await page.getByLabel('Backlot (PipeWire)').selectOption('be-right-back');
    await until('it does', async () => (await state(page)).outputs[1].scene, (now) => now === 'be-right-back');
  }, { mockOnly: true }],

  ['a scene is shown by keys alone', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await tabTo(page, 'Scenes');
    await page.keyboard.press('Enter');
    await panel(page, 'Scenes').waitFor();
    await tabTo(page, 'Two of me');
    await page.keyboard.press('Enter');
    await until('it is shown', async () => (await state(page)).scenes.shown, (now) => now === 'two-of-me');
    await plain(page);
    assert.ok(true);
  }],
];
