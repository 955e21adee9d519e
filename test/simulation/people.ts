import { createDestinationStore } from '../../src/destinations/destination-store.ts';
import { pauseInstallation, resumeInstallation } from '../../src/installations/pause.ts';
import type { World } from './world.ts';
import { askToWrite } from './writes.ts';

const hourMs = 3_600_000;

/** What people, the customer's admins, the network and chance do to a world, each with how often it happens. */
type Act = (world: World) => void | Promise<void>;

const acts: [weight: number, name: string, act: Act][] = [
  [30, 'change', changeRecords],
  [4, 'hold', holdTransaction],
  [8, 'write', askToWrite],
  [8, 'fault', addFault],
  [4, 'calm', (world) => world.emulator.faults.clear()],
  [3, 'receiver', (world) => void Object.assign(world.receiver, { downUntil: awhileOf(world) })],
  [3, 'network', (world) => void Object.assign(world, { offlineUntil: awhileOf(world) })],
  [3, 'disk full', (world) => void Object.assign(world, { diskFullUntil: awhileOf(world) })],
  [10, 'kill', planKill],
  [3, 'kill now', (world) => world.life.kill()],
  [4, 'restart', restart],
  [5, 'deploy', (world) => world.deploy()],
  [5, 'schema', changeSchema],
  [2, 'hide', hideField],
  [3, 'pause', pause],
  [3, 'resume', resume],
  [2, 'sign out', (world) => world.signOut()],
  [4, 'sign in', (world) => world.signIn()],
];
const total = acts.reduce((sum, [weight]) => sum + weight, 0);

export async function actAtRandom(world: World): Promise<void> {
  let lot = world.random() * total;
  for (const [weight, name, act] of acts) {
    lot -= weight;
    if (lot >= 0) continue;
    world.trace.push(`${world.time.now} ${name}`);
    await act(world);
    return;
  }
}

const pick = <Item>(world: World, items: readonly Item[]): Item | undefined =>
  items[Math.floor(world.random() * items.length)];

function idsOf(world: World, object: string): string[] {
  const { org } = world.emulator;
  const cursor = org.query(`SELECT Id FROM ${object} ORDER BY Id`, { userId: org.adminUserId, apiVersion: '66.0' });
  const ids = cursor.read(0, cursor.totalSize).map(({ Id }) => String(Id));
  cursor.close();
  return ids;
}

/** Somebody works in the org for a while. */
export function changeRecords(world: World): void {
  const { org } = world.emulator;
  const object = world.random() < 0.6 ? 'Account' : 'Contact';
  const ids = idsOf(world, object);
  const rounds = 1 + Math.floor(world.random() * 4);
  const text = `${object} ${world.trace.length}`;
  const values =
    object === 'Account' ? { Name: text } : { LastName: text, Email: `p${world.trace.length}@example.com` };
  org.commit({ userId: org.adminUserId, changeOrigin: '' }, (transaction) => {
    for (let round = 0; round < rounds; round++) {
      const lot = world.random();
      const id = pick(world, ids);
      if (lot < 0.5 || id === undefined) transaction.insert(object, values);
      else if (lot < 0.85) transaction.update(object, id, values);
      else transaction.delete(object, id);
    }
  });
}

/** A transaction that began and commits later, with rows stamped at its beginning. */
function holdTransaction(world: World): void {
  const { held } = world.emulator.world;
  const [open] = held.list();
  if (open) held.commit(open.id);
  else held.begin([{ change: 'create', object: 'Account', values: { Name: `late ${world.trace.length}` } }]);
}

/** Mostly for an hour or two, now and then for half a day. */
function awhileOf({ random, time }: World): number {
  return time.now + (random() < 0.1 ? 12 : 2) * hourMs * random();
}

const faults = [
  { name: 'error-503-html', count: 2 },
  { name: 'server-unavailable', rate: 0.3 },
  { name: 'session-expired' },
  { name: 'sessions-end' },
  { name: 'daily-limit', count: 3 },
  { match: { path: '/query' }, effect: { kind: 'cut', at: 40, by: 'rst' } as const },
  { match: { path: '/query' }, effect: { kind: 'cut', at: -1, by: 'fin' } as const },
  { match: { path: '/services/data' }, effect: { kind: 'hang' } as const },
  { match: { path: '/services/data' }, effect: { kind: 'stall', at: 10 } as const },
  { match: { path: '/services/data' }, effect: { kind: 'slow-answer', ms: 30_000 } as const },
  { match: { path: '/query' }, effect: { kind: 'page', rows: 1 } as const, count: 3 },
  { name: 'error-500-html', match: { path: '/describe' }, count: 8 },
  { match: { method: 'POST', path: '/services/data' }, effect: { kind: 'cut', at: 5, by: 'rst' } as const, count: 2 },
  { match: { method: 'POST', path: '/services/data' }, effect: { kind: 'slow-answer', ms: 200_000 } as const },
];

function addFault(world: World): void {
  world.emulator.faults.add(pick(world, faults)!);
}

function planKill(world: World): void {
  world.life.planKill(1 + Math.floor(world.random() * 12), world.random() < 0.5);
}

async function restart(world: World): Promise<void> {
  await world.end();
  await world.time.runTo(world.time.now + world.random() * 2 * hourMs);
  world.begin();
}

function changeSchema(world: World): void {
  const { schema } = world.emulator.org;
  const name = `Extra${Math.floor(world.random() * 3)}__c`;
  const lot = world.random();
  const described = schema.describe('Account', '', '66.0') as { fields: { name: string }[] };
  const exists = described.fields.some((field) => field.name === name);
  if (exists && lot < 0.5) schema.deleteField('Account', name);
  else schema.createField('Account', { name, label: `Extra ${Math.floor(lot * 5)}`, type: 'text', length: 20 });
}

/** An admin hides a field that some manifests read, or shows it again. */
function hideField(world: World): void {
  const { schema } = world.emulator.org;
  const isShown = world.random() < 0.6;
  schema.setFieldAccess('Contact', 'Tier__c', world.emulator.userId, { readable: isShown, editable: isShown });
}

function pause(world: World): void {
  const { installation } = world;
  const at = new Date(world.time.now).toISOString();
  const objects = world.random() < 0.5 ? [] : ['account'];
  if (installation.status === 'active')
    world.save(pauseInstallation(installation, world.project.integrationOf(installation), { objects, at }));
}

function resume(world: World): void {
  const { installation } = world;
  const at = new Date(world.time.now).toISOString();
  world.save(resumeInstallation(installation, world.project.integrationOf(installation), { objects: [], at }));
}

/** Whoever looks after the project acts within a few days: what stands still longer loses deletions from the org's bin. */
export async function attend(world: World): Promise<void> {
  const { installation, time } = world;
  const isWell = installation.status === 'active' && installation.pausedObjects.length === 0;
  if (isWell) world.unwellSince = undefined;
  else world.unwellSince ??= time.now;
  if (world.unwellSince === undefined || time.now - world.unwellSince < 4 * 24 * hourMs) return;
  world.trace.push(`${time.now} attend`);
  showTier(world);
  await world.signIn();
  makeActive(world);
}

function showTier({ emulator }: World): void {
  emulator.org.schema.setFieldAccess('Contact', 'Tier__c', emulator.userId, { readable: true, editable: true });
}

function makeActive(world: World): void {
  const at = new Date(world.time.now).toISOString();
  world.save({ ...world.installation, status: 'active', pausedObjects: [], updatedAt: at });
}

/** Everything works again, and people have done what they were asked to. */
export async function healEverything(world: World): Promise<void> {
  const { emulator, receiver, state, time } = world;
  emulator.faults.clear();
  for (const { id } of emulator.world.held.list()) emulator.world.held.commit(id);
  showTier(world);
  world.offlineUntil = 0;
  world.diskFullUntil = 0;
  receiver.downUntil = 0;
  receiver.isQuiet = true;
  const store = createDestinationStore(state.db, () => time.now);
  const crm = store.require('crm');
  if (crm.state === 'disabled') store.enable(crm.id);
  await world.signIn();
  if (!world.life.isDead) await time.settle();
  makeActive(world);
}
