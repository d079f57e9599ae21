import assert from 'node:assert/strict';
import { state, until, visit } from '../kit.mjs';

const set = (page, value) => page.evaluate((value) => fetch('/mock/set', { method: 'POST', body: JSON.stringify(value) }), value);

export const cases = [
  ['the first steps lead from the camera to the call', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await page.evaluate(() => localStorage.removeItem('backlot.panel'));
    await page.reload();
    const dialog = page.getByRole('dialog', { name: 'First steps' });
    for (const heading of ['Your camera', 'The virtual camera', 'Pick a look']) {
      await dialog.getByRole('heading', { name: heading }).waitFor();
      await dialog.getByRole('button', { name: 'Next' }).click();
    }
    await dialog.getByRole('heading', { name: 'Open your call' }).waitFor();
    await dialog.getByRole('button', { name: 'Begin' }).click();
    await page.reload();
    await page.locator('.app').waitFor();
    assert.equal(await page.getByRole('dialog').count(), 0);
  }],

  ['a missing virtual camera comes with the doctor\'s words, the command, and a button that runs it', async ({ page, where }) => {
    await set(page, { outputs: [] });
    await visit(page, where, 'looks');
    await page.getByRole('button', { name: 'Settings of this page' }).click();
    await page.getByRole('button', { name: 'First steps' }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    const dialog = page.getByRole('dialog', { name: 'First steps' });
    await dialog.getByText('loaded without exclusive_caps').waitFor();
    await dialog.getByText('pkexec /usr/bin/backlot install --system-only --yes --load').waitFor();
    await dialog.getByRole('button', { name: 'Run it with my password' }).click();
    await dialog.getByText('Other programs find a camera called').waitFor();
    await page.keyboard.press('Escape');
  }, { mockOnly: true }],

  ['a control of the camera is a slider', async ({ page, where }) => {
    await visit(page, where, 'devices');
    await page.getByRole('slider', { name: 'Brightness' }).fill('180');
    await until('the slider stays there', () => page.getByRole('slider', { name: 'Brightness' }).inputValue(), (now) => now === '180');
    await page.getByRole('button', { name: 'Brightness: default' }).click();
    await until('and goes back', () => page.getByRole('slider', { name: 'Brightness' }).inputValue(), (now) => now === '128');
    await page.getByText('Watched by Firefox').waitFor();
  }, { mockOnly: true }],

  ['the cameras and virtual cameras are told', async ({ page, where }) => {
    await visit(page, where, 'devices');
    const { cameras } = await state(page);
    await page.getByRole('region', { name: 'Camera', exact: true }).getByText(cameras[0].name, { exact: true }).first().waitFor();
    await page.getByRole('heading', { name: 'Virtual cameras' }).waitFor();
  }],

  ['the doctor tells its verdict', async ({ page, where }) => {
    await visit(page, where, 'doctor');
    return until('there is one', () => page.locator('.verdict').textContent(), (text) => text.length > 3 && !text.startsWith('Looking'));
  }],

  ['the meters move', async ({ page, where }) => {
    await visit(page, where, 'meters');
    const line = () => page.locator('figure path.line').first().getAttribute('d');
    const first = await until('there is a line', line, (d) => d.length > 10);
    await until('it goes on', line, (d) => d !== first);
    await until('a rate is told', () => page.locator('figure strong').first().textContent(), (text) => parseFloat(text) > 5);
  }],

  ['what the guard held back and what was lowered is told with its time', async ({ page, where }) => {
    await visit(page, where, 'meters');
    await set(page, { guard: { shielding: true, shielded: 12, reason: 'the matte is missing' } });
    await page.getByText('12 pictures shielded').waitFor();
    await page.getByText('The guard is holding back the picture').waitFor();
    await set(page, { guard: { shielding: false, shielded: 12, reason: 'the matte is missing' }, lowered: { network_every: 2, size: 'three quarters' } });
    await page.getByText('The network looks at every 2. picture').first().waitFor();
    await set(page, { guard: { shielding: false, shielded: 0, reason: null }, lowered: { network_every: 1, size: 'full size' } });
  }, { mockOnly: true }],

  ['the last recordings are listed with their time and size', async ({ page, where }) => {
    await visit(page, where, 'record');
    const list = page.getByRole('region', { name: 'Last recordings' });
    await list.getByText('Backlot 2026-11-27 15.15.00.mkv', { exact: true }).waitFor();
    await list.getByText(/48\.2 MB/).waitFor();
    assert.equal(await list.getByRole('listitem').count(), 2, 'each once');
  }, { mockOnly: true }],

  ['a recording has its clock and its file', async ({ page, where }) => {
    await visit(page, where, 'record');
    await page.locator('main').getByRole('button', { name: 'Record' }).click();
    const { recording } = await until('it runs', () => state(page), (now) => now.recording !== null);
    await page.getByText(recording.file).waitFor();
    await until('the clock goes', () => page.getByRole('timer').textContent(), (text) => text.trim() >= '00:01');
    await page.getByRole('button', { name: 'Stop' }).click();
    await until('it ended', async () => (await state(page)).recording, (now) => now === null);
    return recording.file;
  }],
];
