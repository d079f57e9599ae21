import { ask, plain, state, tabTo, until, visit } from '../kit.mjs';

const mode = (page, wanted) => until(`the mode becomes ${wanted}`, async () => (await state(page)).mode, (now) => now === wanted);

export const cases = [
  ['panic and pause are one click away on each page, and say what viewers see', async ({ page, where }) => {
    for (const section of ['looks', 'meters', 'small']) {
      await visit(page, where, section);
      await page.getByRole('button', { name: 'Panic' }).click();
      await mode(page, 'panic');
      await page.getByText('without one pixel of the camera').waitFor();
      await page.getByRole('button', { name: 'Go on' }).first().click();
      await mode(page, 'running');
      await page.getByRole('button', { name: 'Pause' }).click();
      await mode(page, 'paused');
      await page.getByRole('button', { name: 'Go on' }).first().click();
      await mode(page, 'running');
    }
  }],

  ['panic and pause by keys, which can be switched off', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await page.keyboard.press('F9');
    await mode(page, 'panic');
    await page.keyboard.press('F8');
    await mode(page, 'running');
    await tabTo(page, 'Settings of this page');
    await page.keyboard.press('Enter');
    await page.getByRole('switch', { name: 'Use these keys' }).click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('F9');
    await page.waitForTimeout(300);
    await mode(page, 'running');
    await page.getByRole('button', { name: 'Settings of this page' }).click();
    await page.getByRole('switch', { name: 'Use these keys' }).click();
    await page.keyboard.press('Escape');
  }],

  ['an edit is marked as changed, and saved under a name', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await plain(page);
    await ask(page, 'save');
    await ask(page, 'background', { value: '#808010' });
    await page.getByText('(changed)').waitFor();
    await page.getByRole('button', { name: 'Save as…' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Mustard');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('region', { name: 'The look' }).getByText('Mustard').waitFor();
    await until('it is kept', () => page.getByText('(changed)').count(), (n) => n === 0);
  }],
];
