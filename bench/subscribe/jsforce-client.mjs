// The usual way: jsforce's streaming client, counting events. `jsforce-client.mjs <url> <events>`.
import jsforce from 'jsforce';
import streaming from 'jsforce/lib/api/streaming.js';

const [url, wanted] = process.argv.slice(2);
const connection = new jsforce.Connection({ instanceUrl: url, accessToken: 'bench', version: '66.0' });
const replay = new streaming.StreamingExtension.Replay('/data/ContactChangeEvent', -2);
const client = connection.streaming.createClient([replay]);
let seen = 0;
client.subscribe('/data/ContactChangeEvent', () => {
  if (++seen >= Number(wanted)) process.exit(0);
});
