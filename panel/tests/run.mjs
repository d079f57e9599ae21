// Runs the tests: node tests/run.mjs [WORD…] runs those whose names hold one of the words.
// BACKLOT_PANEL_URL=$(backlot panel --print) runs them against the program instead of the mock.
import assert from 'node:assert/strict';
import { open, site } from './kit.mjs';

const FILES = ['preview', 'looks', 'effects', 'scenes', 'safety', 'sections', 'access', 'link', 'program'];
const wanted = process.argv.slice(2);
const where = await site();
const { context, page, faults, close } = await open(where);
let failed = 0;

for (const file of FILES) {
  const { cases } = await import(`./cases/${file}.mjs`);
  for (const [name, work, { mockOnly = false, programOnly = false } = {}] of cases) {
    if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) continue;
    if (where.isMock ? programOnly : mockOnly) continue;
    if (programOnly && !process.env.BACKLOT_PROGRAM) {
      console.log(`skip  ${name}: BACKLOT_PROGRAM names no program`);
      continue;
    }
    try {
      faults.length = 0;
      const told = await work({ context, page, where });
      assert.deepEqual(faults, []);
      console.log(`ok    ${name}${told ? `: ${told}` : ''}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${name}\n${error.stack}`, faults);
      await page.screenshot({ path: `/tmp/backlot-panel-${failed}.png` }).catch(() => {});
    }
  }
}
await close();
where.close();
if (failed > 0) console.log(`${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
