// One request over node's http2: `URL OCTETS MILLISECONDS`; prints the status and `whole` or `short`, or how it failed.
import http2 from 'node:http2';

const [address, octets, patience] = process.argv.slice(2);
const url = new URL(address);
const names = Object.fromEntries(
  Object.entries(http2.constants).filter(([name]) => name.startsWith('NGHTTP2_')).map(([name, value]) => [value, name]),
);
const tell = (text) => {
  console.log(text);
  process.exit(0);
};
const failed = (error) => {
  const name = /code (NGHTTP2_\w+)/.exec(error.message)?.[1].replace('NGHTTP2_', '');
  tell(name ? `${error.code} ${name}` : error.code ?? error.message);
};
setTimeout(() => tell('timeout'), Number(patience));
const session = http2.connect(url.origin);
session.on('error', failed);
const stream = session.request({ ':path': url.pathname });
let status, count = 0;
stream.on('response', (head) => { status = head[':status']; });
stream.on('data', (data) => { count += data.length; });
stream.on('error', failed);
stream.on('end', () => {
  if (status !== undefined && stream.rstCode === 0) tell(`${status} ${count === Number(octets) ? 'whole' : 'short'}`);
});
stream.on('close', () => tell(stream.rstCode ? `closed ${names[stream.rstCode]}` : 'closed'));
