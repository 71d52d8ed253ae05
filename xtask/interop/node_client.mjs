// A client over node's http2: `get URL OUT`, or `post URL OUT FILE NAME VALUE` with a trailer; prints the trailers.
import { createReadStream, createWriteStream } from 'node:fs';
import http2 from 'node:http2';
import { pipeline } from 'node:stream/promises';

const [mode, address, out, file, name, value] = process.argv.slice(2);
const url = new URL(address);
const session = http2.connect(url.origin, {
  rejectUnauthorized: false,
  settings: { initialWindowSize: 4 * 1024 * 1024 },
});
session.on('error', fail);
session.on('connect', () => session.setLocalWindowSize(8 * 1024 * 1024));

const head = { ':path': url.pathname + url.search, ':method': mode === 'post' ? 'POST' : 'GET' };
const stream = session.request(head, { endStream: mode !== 'post', waitForTrailers: mode === 'post' });
stream.on('response', (response) => {
  if (response[':status'] !== 200) fail(new Error(`status ${response[':status']}`));
});
stream.on('trailers', (trailers) => {
  for (const [key, text] of Object.entries(trailers)) console.log(`${key}: ${text}`);
});
stream.on('wantTrailers', () => stream.sendTrailers({ [name]: value }));

try {
  const content = pipeline(stream, createWriteStream(out));
  if (mode === 'post') createReadStream(file).pipe(stream);
  await content;
  session.close();
} catch (error) {
  fail(error);
}

function fail(error) {
  console.error(String(error));
  process.exit(1);
}
