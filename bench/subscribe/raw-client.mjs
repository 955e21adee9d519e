// The floor: a long poll on node:http and JSON.parse, nothing kept, nothing repeated. `raw-client.mjs <url> <events> [print]`: counts
// the events, or writes each one as a line.
import { Agent, request } from 'node:http';

const [url, wanted, mode] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const channel = '/data/ContactChangeEvent';

function post(messages) {
  const body = JSON.stringify(messages);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    request(`${url}/cometd/66.0`, { method: 'POST', agent, headers }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
      answer.on('error', reject);
    })
      .on('error', reject)
      .end(body);
  });
}

const [{ clientId }] = await post([{ channel: '/meta/handshake', version: '1.0', ext: { replay: true } }]);
await post([{ channel: '/meta/subscribe', clientId, subscription: channel, ext: { replay: { [channel]: -2 } } }]);
for (let seen = 0; seen < Number(wanted); ) {
  const answer = await post([{ channel: '/meta/connect', clientId, connectionType: 'long-polling' }]);
  let text = '';
  for (const message of answer) {
    if (message.channel !== channel) continue;
    seen++;
    if (mode === 'print') text += `${JSON.stringify(message.data.payload)}\n`;
  }
  if (text !== '') process.stdout.write(text);
}
agent.destroy();
