import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// While developing, the page comes from Vite and everything else from the mock server or the real program.
const program = process.env['BACKLOT_PANEL'] ?? 'http://127.0.0.1:4470';

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    // An inlined picture would be a data: address, and each file has to have an address of its own anyway.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': { target: program, ws: true }, '/enter': program } },
});
