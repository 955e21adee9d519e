import type { InjectedEvent } from '../events/event-bus.ts';
import { namedFaults } from '../faults/catalogue.ts';
import type { NewFault } from '../faults/faults.ts';
import { readLedger } from '../ledger.ts';
import type { NewApp } from '../oauth/apps.ts';
import { findUser, loadUser } from '../oauth/users.ts';
import { type CustomField, type DuplicateRule, SalesforceFault, type ValidationRule } from '../org.ts';
import { type Answer, type Call, jsonBody, objectBody, objectList } from '../server/call.ts';
import { renderJson } from '../server/json.ts';
import { open, type Route } from '../server/router.ts';
import { defaultSettings, type Settings } from '../settings.ts';
import type { World } from '../world.ts';
import { type ChangeOptions, changeRecords, type RecordChange } from './record-changes.ts';

/**
 * `/__emulator/…`: what a test or `amp emulator …` does to the org from outside. No page in a browser may reach it: calls with
 * an Origin and changes that are not JSON are refused.
 */
const admin = (method: string, path: string, handle: (call: Call, world: World) => Answer | Promise<Answer>): Route =>
  open(method, `/__emulator${path}`, (call, world) => {
    const site = call.headers['sec-fetch-site'];
    if (call.headers.origin !== undefined || (site !== undefined && site !== 'none')) {
      throw new SalesforceFault(403, 'FORBIDDEN', 'Not available to web pages');
    }
    if (call.body.length > 0 && !/^application\/json\b/.test(call.headers['content-type'] ?? '')) {
      throw new SalesforceFault(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send application/json');
    }
    return handle(call, world);
  });

const ok = (json: unknown): Answer => ({ status: 200, json });

export const adminRoutes: Route[] = [
  admin('GET', '/status', (_call, world) => ok(describeWorld(world))),
  admin('GET', '/credentials', (_call, world) => ok(signInData(world))),
  admin('POST', '/records', (call, world) => ok({ ids: changeRecords(world.org, ...readChanges(call, world)) })),
  admin('POST', '/transactions', (call, world) => ok(world.held.begin(...readChanges(call, world)))),
  admin('GET', '/transactions', (_call, world) => ok(world.held.list())),
  admin('POST', '/transactions/:id/commit', (call, world) => ok({ ids: world.held.commit(call.params.id!) })),
  admin('POST', '/clock', (call, world) => {
    const { advanceMs } = objectBody(call);
    if (typeof advanceMs !== 'number') throw new SalesforceFault(400, 'INVALID_INPUT', 'advanceMs must be a number');
    world.org.clock.advance(advanceMs);
    return ok({ now: new Date(world.org.clock.now()).toISOString() });
  }),
  admin('GET', '/faults', (_call, world) => ok({ active: world.faults.list(), available: listAvailable() })),
  admin('POST', '/faults', (call, world) => {
    const body = jsonBody<unknown>(call);
    const faults = objectList<NewFault>(Array.isArray(body) ? body : [body], 'faults');
    return ok(faults.map((fault) => world.faults.add(fault)));
  }),
  admin('DELETE', '/faults', (_call, world) => {
    world.faults.clear();
    return { status: 204 };
  }),
  admin('DELETE', '/faults/:id', (call, world) => {
    if (world.faults.remove(call.params.id!)) return { status: 204 };
    throw new SalesforceFault(404, 'NOT_FOUND', `There is no fault ${call.params.id}`);
  }),
  admin('GET', '/ledger', (call, world) => ({
    status: 200,
    headers: { 'content-type': 'application/x-ndjson' },
    chunks: () => ledgerLines(world, Number(call.query.get('after') ?? 0)),
  })),
  admin('PATCH', '/settings', (call, world) => ok(changeSettings(world, objectBody(call)))),
  admin('POST', '/schema', (call, world) => ok(changeSchema(world, objectBody(call)))),
  admin('POST', '/apps', (call, world) => ok(publicApp(world.apps.register(objectBody(call) as unknown as NewApp)))),
  admin('POST', '/sessions', (call, world) => {
    const { token, user } = objectBody(call);
    const userId = userIdOf(world, user);
    const session =
      typeof token === 'string'
        ? world.sessions.adopt(token, userId)
        : world.sessions.start({ userId, clientId: 'admin', scope: 'api web' });
    return ok({ accessToken: session.token, instanceUrl: world.instanceUrl(), userId });
  }),
  admin('DELETE', '/sessions', (_call, world) => {
    const ended = world.sessions.end(() => true);
    world.bayeux.recheck();
    return ok({ ended });
  }),
  admin('DELETE', '/grants', (_call, world) => ok({ revoked: world.grants.revokeAll(() => true) })),
  admin('POST', '/events', (call, world) =>
    ok({ replayId: world.events.inject(objectBody(call) as unknown as InjectedEvent).replayId }),
  ),
  admin('POST', '/instance', async (_call, world) => ok({ instanceUrl: await world.moveInstance() })),
  admin('GET', '/ca', (_call, world) => {
    if (!world.certificateAuthority) throw new SalesforceFault(404, 'NOT_FOUND', 'The emulator runs without TLS');
    return { status: 200, headers: { 'content-type': 'application/x-pem-file' }, bytes: world.certificateAuthority };
  }),
  admin('POST', '/stop', (_call, world) => ({
    status: 202,
    json: { stopping: true },
    sent: () => world.requestStop(),
  })),
];

function readChanges(call: Call, world: World): [RecordChange[], ChangeOptions] {
  const { changes, user, changeOrigin, automation, auditFields } = objectBody(call);
  const options = {
    userId: userIdOf(world, user),
    changeOrigin: typeof changeOrigin === 'string' ? changeOrigin : '',
    ...(automation === true && { automation }),
    ...(auditFields === true && { auditFields }),
  };
  return [objectList<RecordChange>(changes, 'changes'), options];
}

/** The administrator unless a username is given. */
function userIdOf(world: World, username: unknown): string {
  if (username === undefined) return world.org.adminUserId;
  const user = findUser(world.org, String(username));
  if (!user) throw new SalesforceFault(400, 'INVALID_INPUT', `There is no user ${username}`);
  return user.id;
}

function describeWorld(world: World) {
  return {
    orgId: world.org.orgId,
    instanceUrl: world.instanceUrl(),
    now: new Date(world.org.clock.now()).toISOString(),
    settings: world.settings,
    apiCalls: world.usage.total,
    sessions: world.sessions.list().length,
    grants: world.grants.list().length,
    rotations: world.grants.rotations,
    selfInflictedRevocations: world.grants.selfInflicted,
    bulkJobs: world.bulk.list().length,
    faults: world.faults.list().length,
    changes: world.org.log.lastSequence,
  };
}

/** What `amp org login --emulator` signs in with; all of it fake. */
function signInData(world: World) {
  const app = world.apps.list().find(({ clientSecret, runAs }) => clientSecret !== undefined && runAs !== undefined);
  return {
    clientId: app?.clientId,
    clientSecret: app?.clientSecret,
    username: loadUser(world.org, world.org.adminUserId).username,
    password: world.password,
    securityToken: world.securityToken,
  };
}

const listAvailable = () => Object.entries(namedFaults).map(([name, { summary }]) => ({ name, summary }));

const publicApp = ({ clientSecret, ...app }: { clientSecret?: string }) => ({
  ...app,
  confidential: clientSecret !== undefined,
});

function* ledgerLines(world: World, after: number): Iterable<Buffer> {
  let lines: string[] = [];
  for (const entry of readLedger(world.org, after)) {
    lines.push(renderJson(entry));
    if (lines.length < 500) continue;
    yield Buffer.from(`${lines.join('\n')}\n`);
    lines = [];
  }
  if (lines.length > 0) yield Buffer.from(`${lines.join('\n')}\n`);
}

function changeSettings(world: World, changes: Record<string, unknown>): Settings {
  for (const [name, value] of Object.entries(changes)) {
    const known = defaultSettings[name as keyof Settings];
    if (known === undefined) throw new SalesforceFault(400, 'INVALID_INPUT', `There is no setting ${name}`);
    if (typeof value !== typeof known) {
      throw new SalesforceFault(400, 'INVALID_INPUT', `Setting ${name} must be a ${typeof known}`);
    }
  }
  return Object.assign(world.settings, changes);
}

interface SchemaChange {
  objects?: { name: string; label?: string; fields?: CustomField[] }[];
  fields?: (CustomField & { object: string })[];
  /** Custom fields as they are from now on; their rows stay. */
  changed?: (CustomField & { object: string })[];
  remove?: { object: string; field: string }[];
  validationRules?: ValidationRule[];
  duplicateRules?: DuplicateRule[];
  access?: { object: string; field: string; user?: string; readable: boolean; editable: boolean }[];
}

function changeSchema(world: World, change: SchemaChange) {
  const { schema } = world.org;
  const list = <Name extends keyof SchemaChange>(name: Name) =>
    objectList<NonNullable<SchemaChange[Name]>[number]>(change[name] ?? [], name);
  for (const object of list('objects')) schema.createObject(object);
  for (const { object, ...field } of list('fields')) schema.createField(object, field);
  for (const { object, ...field } of list('changed')) schema.changeField(object, field);
  for (const rule of list('validationRules')) schema.setValidationRule(rule);
  for (const rule of list('duplicateRules')) schema.setDuplicateRule(rule);
  for (const { object, field } of list('remove')) schema.deleteField(object, field);
  for (const { object, field, user, readable, editable } of list('access')) {
    schema.setFieldAccess(object, field, userIdOf(world, user), { readable, editable });
  }
  return { changed: true };
}
