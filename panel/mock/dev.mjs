// The page with Vite's instant updates before the mock server: `npm run dev`.
import { createServer } from 'vite';
import { start } from './server.mjs';

const mock = await start(4470);
const vite = await createServer();
await vite.listen();
console.log(`open ${mock.enter().replace(mock.origin, vite.resolvedUrls?.local[0]?.replace(/\/$/, '') ?? '')}`);
