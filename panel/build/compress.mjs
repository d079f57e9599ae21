// Puts a brotli and a gzip form beside each file of dist/, and holds the whole to its size.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const MOST_BYTES = 150_000;
const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}

let brotli = 0;
let gzip = 0;
for (const path of files(dist).filter((path) => !/\.(br|gz)$/.test(path))) {
  const bytes = readFileSync(path);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const forms = { br: brotliCompressSync(bytes, { params }), gz: gzipSync(bytes, { level: 9 }) };
  for (const [ending, form] of Object.entries(forms)) writeFileSync(`${path}.${ending}`, form);
  brotli += forms.br.length;
  gzip += forms.gz.length;
}
console.log(`panel: ${brotli} bytes as brotli, ${gzip} as gzip`);
if (gzip > MOST_BYTES) {
  console.error(`panel: more than ${MOST_BYTES} bytes as gzip: find out what grew`);
  process.exit(1);
}
