import { expect, test } from 'vitest';
import { live } from './live.ts';
import type { World } from './world.ts';

const hourMs = 3_600_000;

/** Done by the store itself, at the moment it happens. */
function trigger(definition: string): (world: World) => void {
  return ({ state }) => state.db.exec(`CREATE TEMP TRIGGER IF NOT EXISTS planted ${definition}`);
}

/** Faults that amp could have: what finds none of them proves nothing. */
const planted: [invariant: string, what: string, sabotage: (world: World) => void][] = [
  [
    'I1',
    'a message counts as delivered before anybody took it',
    trigger(
      "AFTER INSERT ON outbox WHEN NEW.seq % 3 = 0 BEGIN UPDATE outbox SET state = 'delivered' WHERE seq = NEW.seq; END",
    ),
  ],
  [
    'I2',
    'a message is serialised again for its next attempt',
    trigger(
      `AFTER UPDATE OF attempts ON outbox WHEN NEW.state = 'pending' BEGIN
         UPDATE outbox_bodies SET body = CAST(CAST(body AS TEXT) || ' ' AS BLOB) WHERE seq = NEW.seq; END`,
    ),
  ],
  [
    'I3',
    'the watermark runs ahead of what was committed',
    ({ state, random }) => {
      if (random() < 0.2) state.db.exec(`UPDATE watermarks SET stamp_ms = stamp_ms + ${48 * hourMs}`);
    },
  ],
  [
    'I3',
    'the watermark goes back',
    ({ state, random }) => {
      if (random() < 0.1) state.db.exec(`UPDATE watermarks SET stamp_ms = stamp_ms - ${hourMs}`);
    },
  ],
  [
    'I4',
    'values are changed on their way',
    trigger(
      `AFTER INSERT ON outbox_bodies BEGIN
         UPDATE outbox_bodies SET body = CAST(replace(CAST(NEW.body AS TEXT), 'Account ', 'Acount ') AS BLOB) WHERE seq = NEW.seq; END`,
    ),
  ],
  [
    'I5',
    'an operation is set aside and nobody goes on with it',
    trigger("BEFORE UPDATE OF status ON operations WHEN NEW.action = 'schema' BEGIN SELECT RAISE(IGNORE); END"),
  ],
  [
    'I7',
    'a write is sent again although it was applied',
    ({ emulator: { org }, asked }) => {
      const name = asked.at(-1)?.name;
      if (name === undefined) return;
      org.commit({ userId: org.adminUserId, changeOrigin: '' }, (transaction) =>
        transaction.insert('Account', { Name: name }),
      );
    },
  ],
  [
    'I8',
    'a token is written into the log',
    ({ state, emulator }) => {
      state.db
        .prepare('INSERT INTO log_lines (source, at, severity, message) VALUES (1, 0, 20, ?)')
        .run(emulator.clientSecret);
    },
  ],
];

test.each(planted)(
  '%s is broken and found when %s',
  async (invariant, _what, sabotage) => {
    const found: string[] = [];
    for (let seed = 1; seed <= 12 && !found.some((finding) => finding.startsWith(invariant)); seed++)
      found.push(...(await live(seed, { days: 20, sabotage })).findings);
    expect(found.join('\n')).toContain(invariant);
  },
  120_000,
);
