// What takes the program itself: its command line, and its end. BACKLOT_PROGRAM names it.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { behind, colorAt, isNear, plain, state, until, visit } from '../kit.mjs';

const CORNER = [0.02, 0.04, 0.06, 0.06];
const command = (...words) => execFileSync(process.env.BACKLOT_PROGRAM, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const corner = (page, wanted) => until(`the corner becomes ${wanted}`, () => colorAt(page, CORNER), (color) => isNear(color, wanted));
const picture = (page) => page.locator('canvas').first().evaluate((canvas) => canvas.toDataURL());

async function moves(page) {
  const first = await picture(page);
  await until('the preview goes on', () => picture(page), (now) => now !== first);
}

const isGone = () => {
  try {
    command('status');
    return false;
  } catch {
    return true;
  }
};

/** Starts the program as it ran before, and sees to it that the page comes back by itself. */
async function comesBack(page, note) {
  await page.getByText(note).waitFor();
  // What ends may take a moment, in which another one would say that it runs already.
  await until('it is gone', isGone);
  spawn(process.env.BACKLOT_PROGRAM, ['run', '--camera', 'presenter', '--output', 'none', '--quiet'], { detached: true, stdio: ['ignore', 'ignore', 'inherit'] }).unref();
  await until('the page is back', () => page.getByText(note).count(), (n) => n === 0);
  await moves(page);
}

export const cases = [
  ['command line and page agree', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await plain(page);
    command('background', '#a02040');
    await corner(page, [0xa0, 0x20, 0x40]);
    command('effect', 'add', 'hologram');
    await page.getByRole('region', { name: 'Effects', exact: true }).getByRole('button', { name: 'Remove Hologram' }).click();
    const effects = () => JSON.parse(command('status', '--json')).scene.layers.find(({ key }) => key).effects;
    await until('the effect is gone', effects, (now) => now.length === 0);
    command('panic');
    await page.getByText('without one pixel of the camera').waitFor();
    await page.getByRole('button', { name: 'Go on' }).first().click();
    await until('it runs again', () => JSON.parse(command('status', '--json')).mode, (mode) => mode === 'running');
    command('undo');
    assert.equal(await behind(page), '#a02040');
  }, { programOnly: true }],

  ['a program that is killed is missed, and the page comes back by itself', async ({ page, where }) => {
    await visit(page, where, 'looks');
    process.kill((await state(page)).process, 'SIGKILL');
    await comesBack(page, 'The connection to Backlot is lost');
  }, { programOnly: true }],

  ['the page ends the program after a question, and comes back with it', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await page.getByRole('button', { name: 'Settings of this page' }).click();
    await page.getByRole('button', { name: 'End Backlot' }).click();
    await page.getByRole('dialog', { name: 'End Backlot?' }).getByRole('button', { name: 'End Backlot' }).click();
    await comesBack(page, 'Backlot has ended');
  }, { programOnly: true }],
];
