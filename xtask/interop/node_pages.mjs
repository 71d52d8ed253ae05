// `node_pages.mjs ORIGIN FOLDER NAME…`: asks for all files at once and gives every second one up with its first octets;
// then asks for all again, the later the more urgent. Prints what became of them.
import { createHash } from 'node:crypto';
import http2 from 'node:http2';

const [origin, folder, ...names] = process.argv.slice(2);
const session = http2.connect(origin);
const failed = [];
session.on('error', (error) => failed.push(`session: ${error}`));
session.on('goaway', (code) => failed.push(`GOAWAY ${code}`));

let cancelled = 0;
const digests = {};

function fetch(name, urgency, giveUp) {
  const stream = session.request({ ':path': `/${folder}/${name}`, priority: `u=${urgency}` });
  return new Promise((resolve) => {
    const hash = createHash('sha256');
    let gone = false;
    stream.on('data', (data) => {
      hash.update(data);
      if (giveUp && !gone) {
        gone = true;
        cancelled += 1;
        stream.close(http2.constants.NGHTTP2_CANCEL);
      }
    });
    stream.on('response', (head) => {
      if (head[':status'] !== 200) failed.push(`${name}: status ${head[':status']}`);
    });
    stream.on('error', (error) => failed.push(`${name}: ${error}`));
    stream.on('end', () => {
      if (!gone) digests[name] = hash.digest('hex');
    });
    stream.on('close', () => {
      if (!gone && stream.rstCode !== 0) failed.push(`${name}: reset with ${stream.rstCode}`);
      resolve();
    });
  });
}

await Promise.all(names.map((name, at) => fetch(name, 3, at % 2 === 1)));
for (const name of Object.keys(digests)) delete digests[name];
await Promise.all(names.map((name, at) => fetch(name, 7 - Math.floor((8 * at) / names.length), false)));
session.close();
console.log(JSON.stringify({ failed, cancelled, digests }));
