import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startTailWorld, type TailWorld } from '../subscribe/tail-world.ts';

let world: TailWorld;
beforeAll(async () => {
  world = await startTailWorld();
  const { schema } = world.emulator.org;
  schema.createObject({ name: 'Deal__c', label: 'Deal' });
  schema.createObject({ name: 'Parcel__e', label: 'Parcel' });
  schema.createField('Parcel__e', { name: 'Weight__c', type: 'string' });
}, 60_000);
afterAll(() => world.stop());

let receivers: Server[] = [];
afterEach(() => {
  for (const server of receivers) {
    server.closeAllConnections();
    server.close();
  }
  receivers = [];
});

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('SUB-1 handshake, subscribe and connect run on standard, custom and platform events, with sign-in and replay extension', async () => {
  const tail = world.tail('account', 'Deal__c', 'Parcel__e', '--select', '--json', '--max', '1', '--from', 'earliest');
  await tail.says('Following');
  const session = world.emulator.signIn();
  const published = await fetch(`${session.instanceUrl}/services/data/v66.0/sobjects/Parcel__e`, {
    method: 'POST',
    headers: { authorization: `Bearer ${session.accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ Weight__c: '12 kg' }),
  });
  expect(published.status).toBe(201);
  expect(await tail.ended).toBe(0);
  const messages = world.heard.flatMap(({ body }) => JSON.parse(body));
  expect(messages[0]).toMatchObject({ channel: '/meta/handshake', ext: { replay: true } });
  const subscribed = messages.filter(({ channel }) => channel === '/meta/subscribe');
  expect(subscribed.map(({ subscription }) => subscription).sort()).toEqual([
    '/data/AccountChangeEvent',
    '/data/Deal__ChangeEvent',
    '/event/Parcel__e',
  ]);
  for (const { subscription, ext } of subscribed) expect(ext.replay).toEqual({ [subscription]: -2 });
  expect(messages.at(-1)).toMatchObject({ channel: '/meta/connect', connectionType: 'long-polling' });
  for (const { path, authorization } of world.heard) {
    expect(path).toMatch(/^\/cometd\/\d\d\.0$/);
    expect(authorization).toMatch(/^Bearer ./);
  }
  expect(lines(tail.stdout)[0]).toMatchObject({
    subscribeEventType: 'other',
    providerEventType: 'Parcel__e',
    rawEvent: { Weight__c: '12 kg' },
  });
});

test('SUB-24 it says that it waits, since when, and that a new subscription can take ten minutes', async () => {
  const tail = world.tail('contact', '--select');
  await tail.says(/Waiting for events since \d\d:\d\d:\d\d\. A new subscription can take up to ten minutes/);
  expect(tail.stdout).toBe('');
  await tail.interrupt();
});

describe('SUB-26 amp tail', () => {
  test('SUB-26 prints a readable line an event and ends clean on Ctrl-C with 130', async () => {
    const tail = world.tail('contact', '--select');
    await tail.says('Following');
    const id = world.createContact('Okafor');
    world.updateContact(id, { Phone: '0049' });
    await tail.says('Phone');
    expect(await tail.interrupt()).toBe(130);
    const [created, updated] = tail.stdout.trim().split('\n');
    expect(created).toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\d {2}\\+ Contact {2}${id}`));
    expect(updated).toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\d {2}~ Contact {2}${id} {2}.*Phone.*by 005`));
    expect(tail.stderr).toContain('Go on from here with --from stored');
  });

  test('SUB-26 prints whole entries as NDJSON, only of the objects named, and goes on from where it was', async () => {
    const first = world.tail('contact', '--select', '--json', '--max', '1');
    await first.says('Following');
    world.emulator.org.commit({ userId: world.emulator.org.adminUserId, changeOrigin: '' }, (transaction) => {
      transaction.insert('Account', { Name: 'Another object' });
    });
    world.createContact('First');
    expect(await first.ended).toBe(0);
    world.createContact('While nobody looked');
    const second = world.tail('contact', '--json', '--from', 'stored', '--max', '1');
    expect(await second.ended).toBe(0);
    const [event, summary] = lines(second.stdout);
    expect(event).toMatchObject({
      type: 'event',
      subscribeEventType: 'create',
      raw: { LastName: 'While nobody looked' },
      rawEvent: { ChangeEventHeader: { entityName: 'Contact', recordId: event.raw.Id } },
    });
    expect(summary).toMatchObject({ type: 'summary', events: 1, replayId: expect.stringMatching(/^\d+$/) });
    expect(lines(first.stdout)[0]).toMatchObject({ raw: { LastName: 'First' } });
  });

  test('SUB-26 killed between two answers it repeats nothing that it showed and skips nothing', async () => {
    const first = world.tail('contact', '--select', '--json');
    await first.says('Following');
    for (const name of ['k1', 'k2', 'k3']) world.createContact(name);
    await first.says('"k3"');
    await first.kill();
    for (const name of ['k4', 'k5']) world.createContact(name);
    const second = world.tail('contact', '--json', '--from', 'stored');
    await second.says('"k5"');
    await second.interrupt();
    const names = [...lines(first.stdout), ...lines(second.stdout)]
      .filter(({ type }) => type === 'event')
      .map(({ raw }) => raw.LastName as string)
      // Killed before its first place was kept, the second begins where an earlier tail of this org had stopped.
      .filter((name) => name.startsWith('k'));
    expect([...new Set(names)]).toEqual(['k1', 'k2', 'k3', 'k4', 'k5']);
  });

  test('SUB-26 --max 2 of an event of three records shows two, and --from stored the third', async () => {
    const first = world.tail('contact', '--select', '--json', '--max', '2');
    await first.says('Following');
    const ids = ['m1', 'm2', 'm3'].map((name) => world.createContact(name));
    expect(await first.ended).toBe(0);
    const names = (text: string) =>
      lines(text)
        .filter(({ type }) => type === 'event')
        .map(({ raw }) => raw.LastName);
    expect(names(first.stdout)).toEqual(['m1', 'm2']);
    const second = world.tail('contact', '--json', '--from', 'stored', '--max', '1');
    await second.ended;
    expect(names(second.stdout)).toEqual(['m3']);
    world.emulator.org.commit({ userId: world.emulator.org.adminUserId, changeOrigin: '' }, (transaction) => {
      for (const id of ids) transaction.update('Contact', id, { Phone: '1' });
    });
    const third = world.tail('contact', '--json', '--from', 'stored', '--max', '2');
    await third.ended;
    const fourth = world.tail('contact', '--json', '--from', 'stored', '--max', '1');
    await fourth.ended;
    expect([...names(third.stdout), ...names(fourth.stdout)].sort()).toEqual(['m1', 'm2', 'm3']);
  });
});

test('SUB-2 stopped before the first event, --from stored begins where the first one did', async () => {
  const own = await startTailWorld();
  try {
    const first = own.tail('contact', '--select', '--json');
    await first.says('Following');
    await first.kill();
    own.createContact('between two runs');
    const second = own.tail('contact', '--json', '--from', 'stored', '--max', '1');
    expect(await second.ended).toBe(0);
    expect(lines(second.stdout)[0]).toMatchObject({ raw: { LastName: 'between two runs' } });
  } finally {
    await own.stop();
  }
});

test('SUB-7 a line that breaks again and again costs no event', async () => {
  const tail = world.tail('contact', '--select', '--json');
  await tail.says('Following');
  for (const name of ['c1', 'c2', 'c3']) {
    world.cut();
    world.createContact(name);
    await tail.says(`"${name}"`);
  }
  expect(await tail.interrupt()).toBe(130);
  const names = lines(tail.stdout).flatMap(({ raw }) => (raw ? [raw.LastName] : []));
  expect(names).toEqual(['c1', 'c2', 'c3']);
  expect(tail.stderr).toContain('Trying again in');
});

test('several tails of one org do not take each other’s events', async () => {
  const first = world.tail('contact', '--select', '--json');
  await first.says('Following');
  const second = world.tail('contact', '--json');
  await second.says('Another amp tail runs here');
  await second.says('Following');
  for (const name of ['both 1', 'both 2', 'both 3']) world.createContact(name);
  await Promise.all([first.says('both 3'), second.says('both 3')]);
  await Promise.all([first.interrupt(), second.interrupt()]);
  for (const tail of [first, second]) {
    const names = lines(tail.stdout).flatMap(({ raw }) => (raw ? [raw.LastName] : []));
    expect(names).toEqual(['both 1', 'both 2', 'both 3']);
  }
});

describe('SUB-31 --forward-to', () => {
  test('SUB-31 an app that is down: tail says so, goes on, and hands over everything when it is back', async () => {
    const port = await freePort();
    const tail = world.tail('contact', '--select', '--forward-to', `http://127.0.0.1:${port}/hook`);
    await tail.says('Following');
    for (const name of ['f1', 'f2']) world.createContact(name);
    await tail.says(/✖ .*waiting, again in/);
    world.createContact('f3');
    const received: string[] = [];
    await listen(port, (body) => {
      received.push(...namesIn(body));
      return [200, 'ok'];
    });
    await tail.says('your app is back');
    await until(() => received.length >= 3);
    expect(received).toEqual(['f1', 'f2', 'f3']);
    expect(tail.stdout.trim().split('\n')).toHaveLength(3);
    expect(await tail.interrupt()).toBe(130);
  });

  test('SUB-31 an app that answers garbage: status and body are shown, the event comes again', async () => {
    const port = await freePort();
    const received: string[] = [];
    let answers = 0;
    await listen(port, (body) => {
      if (++answers === 1) return [500, '<html>oops \u001b[31m'];
      received.push(...namesIn(body));
      return [200, ''];
    });
    const tail = world.tail('contact', '--select', '--forward-to', `http://127.0.0.1:${port}/hook`, '--max', '1');
    await tail.says('Following');
    world.createContact('garbage');
    expect(await tail.ended).toBe(0);
    expect(tail.stderr).toMatch(/500.*oops/);
    expect(tail.stderr).not.toContain('\u001b');
    expect(received).toEqual(['garbage']);
  });

  test('SUB-31 one of several apps that is down holds up no other, and one may take a single object', async () => {
    const [up, down] = [await freePort(), await freePort()];
    const received: string[] = [];
    const address = `http://127.0.0.1:${up}`;
    await listen(up, (body) => {
      received.push(...namesIn(body));
      return [200, ''];
    });
    const tail = world.tail(
      'contact',
      '--select',
      '--forward-to',
      `http://127.0.0.1:${down}/a`,
      '--forward-to',
      `Contact=${address}/b`,
    );
    await tail.says('Following');
    world.createContact('held');
    await until(() => received.length > 0);
    world.createContact('free');
    await until(() => received.length > 1);
    expect(received).toEqual(['held', 'free']);
    await tail.says(`✖ http://127.0.0.1:${down}/a: connection failed`);
    expect(await tail.interrupt()).toBe(130);
    expect(tail.stderr).toContain('2 messages not forwarded yet');
    for (const wrong of ['localhost:3000', `acount=${address}`]) {
      const refused = world.tail('contact', '--forward-to', wrong);
      expect(await refused.ended).toBe(64);
    }
  });

  test('SUB-31 stopped while the app is down, the events come with --from stored', async () => {
    const port = await freePort();
    const first = world.tail('contact', '--select', '--forward-to', `http://127.0.0.1:${port}/hook`);
    await first.says('Following');
    world.createContact('undelivered');
    await first.says(/✖ .*waiting, again in/);
    expect(await first.interrupt()).toBe(130);
    expect(first.stderr).toContain('1 message not forwarded yet');
    const received: string[] = [];
    await listen(port, (body) => {
      received.push(...namesIn(body));
      return [200, ''];
    });
    const second = world.tail(
      'contact',
      '--from',
      'stored',
      '--forward-to',
      `http://127.0.0.1:${port}/hook`,
      '--max',
      '1',
    );
    expect(await second.ended).toBe(0);
    expect(received).toEqual(['undelivered']);
  });
});

const namesIn = (body: string): string[] =>
  JSON.parse(body).result.map(({ raw }: { raw: { LastName: string } }) => raw.LastName);

async function listen(port: number, answer: (body: string) => [number, string]): Promise<void> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const [status, text] = answer(body);
      response.writeHead(status).end(text);
    });
  });
  receivers.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
