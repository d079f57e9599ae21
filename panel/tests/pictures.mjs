// Pictures of the page, for people to look at: at three widths, dark and light.
// usage: node tests/pictures.mjs [FOLDER]          all sections into FOLDER, or into 'pictures'
//        node tests/pictures.mjs --readme FOLDER   the three of the README
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ask, open, site, until, visit } from './kit.mjs';

const SIZES = { narrow: [390, 844], middle: [1280, 800], wide: [1920, 1080] };
const SECTIONS = ['looks', 'scenes', 'devices', 'meters', 'record', 'doctor', 'small'];
const [first = 'pictures', second] = process.argv.slice(2);
const folder = second ?? first;
mkdirSync(folder, { recursive: true });
const where = await site();
const { page, close } = await open(where);

/** Shows a section, with all its pictures. */
async function show(section, size, colorScheme) {
  const [width, height] = SIZES[size];
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme });
  await visit(page, where, section);
  await until('the preview runs', () => page.locator('canvas').getAttribute('data-age'));
  if (section === 'meters') await page.waitForTimeout(4000);
  await page.waitForFunction(() => [...document.images].every((image) => image.complete || image.loading === 'lazy'));
  await page.waitForTimeout(600);
}

async function readme() {
  const picture = async (name) => {
    // Until the figures are those of a program at work.
    await page.waitForTimeout(5000);
    await page.screenshot({ path: join(folder, `panel-${name}.jpg`), type: 'jpeg', quality: 85 });
  };
  await ask(page, 'background', { value: 'aurora' });
  await show('looks', 'wide', 'dark');
  await picture('wide');
  await ask(page, 'show-scene', { scene: 'picture-in-picture', transition: 'cut' });
  await show('scenes', 'middle', 'light');
  await page.locator('button.pick').first().click();
  await page.waitForTimeout(800);
  await picture('middle');
  await ask(page, 'show-scene', { scene: 'hologram', transition: 'cut' });
  await show('looks', 'narrow', 'dark');
  await picture('narrow');
}

async function all() {
  for (const size of Object.keys(SIZES)) {
    for (const colorScheme of ['dark', 'light']) {
      for (const section of SECTIONS) {
        await show(section, size, colorScheme);
        await page.screenshot({ path: join(folder, `${section}-${size}-${colorScheme}.png`), fullPage: size === 'narrow' });
      }
    }
  }
}

await (first === '--readme' ? readme() : all());
await close();
where.close();
process.exit(0);
