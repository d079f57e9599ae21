import { state, until, visit } from '../kit.mjs';

const post = (page, path, value) => page.evaluate(([path, value]) => fetch(path, { method: 'POST', body: JSON.stringify(value) }), [path, value]);

export const cases = [
  ['a program that ends is told, and comes back by itself', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await post(page, '/mock/restart', { ms: 2500, quit: true });
    await page.getByText('Backlot has ended').waitFor();
    await until('it is back', () => page.getByText('Backlot has ended').count(), (n) => n === 0);
    const first = await page.locator('canvas').first().evaluate((canvas) => canvas.toDataURL());
    await until('the preview goes on', () => page.locator('canvas').first().evaluate((canvas) => canvas.toDataURL()), (now) => now !== first);
  }, { mockOnly: true }],

  ['a connection that breaks is told, too', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await post(page, '/mock/restart', { ms: 2500 });
    await page.getByText('The connection to Backlot is lost').waitFor();
    await until('it is back', () => page.getByText('The connection to Backlot is lost').count(), (n) => n === 0);
  }, { mockOnly: true }],

  ['the page ends the program after a question', async ({ page, where }) => {
    await visit(page, where, 'looks');
    await page.getByRole('button', { name: 'Settings of this page' }).click();
    await page.getByRole('button', { name: 'End Backlot' }).click();
    await page.getByRole('dialog', { name: 'End Backlot?' }).getByRole('button', { name: 'End Backlot' }).click();
    await page.getByText('Backlot has ended').waitFor();
    await until('it is back', async () => (await state(page).catch(() => null))?.mode, (mode) => mode === 'running');
  }, { mockOnly: true }],

  ['a browser that isn\'t signed in learns how', async ({ page, where, context }) => {
    await visit(page, where, 'looks');
    const cookies = await context.cookies();
    await context.clearCookies();
    await page.reload().catch(() => undefined);
    await page.goto(`${where.origin}/api/v1/state`);
    await page.getByText('backlot panel').waitFor();
    await context.addCookies(cookies);
    await visit(page, where, 'looks');
    await post(page, '/mock/restart', { ms: 1200 });
    await context.clearCookies();
    await page.getByText('This browser isn’t signed in').waitFor();
    await context.addCookies(cookies);
    await until('it is back', () => page.getByText('This browser isn’t signed in').count(), (n) => n === 0);
  }, { mockOnly: true }],
];
