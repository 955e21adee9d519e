import type { ChannelMember } from '../events/channel-members.ts';
import { SalesforceFault } from '../org.ts';
import { type Answer, type Call, notFound, objectBody } from '../server/call.ts';
import { data, type Route } from '../server/router.ts';
import type { World } from '../world.ts';
import {
  changeCustomField,
  createCustomField,
  deleteCustomField,
  listCustomFields,
  listEntities,
  listFieldDefinitions,
} from './custom-fields.ts';
import { queryTooling, type ToolingRows } from './tooling-query.ts';

const created = (id: string): Answer => ({
  status: 201,
  json: { id, success: true, errors: [], warnings: [], infos: [] },
});

/** Tooling objects this org keeps, by lower-case name. */
function tableOf(world: World, object: string): { name: string; rows: ToolingRows } | undefined {
  switch (object.toLowerCase()) {
    case 'platformeventchannelmember':
      return { name: 'PlatformEventChannelMember', rows: world.events.members.list().map(memberRow) };
    case 'customfield':
      return { name: 'CustomField', rows: listCustomFields(world) };
    case 'entitydefinition':
      return { name: 'EntityDefinition', rows: listEntities(world) };
    case 'fielddefinition':
      return { name: 'FieldDefinition', rows: listFieldDefinitions(world) };
    case 'sandboxprocess':
      return { name: 'SandboxProcess', rows: [] };
    default:
      return undefined;
  }
}

function memberRow({ id, fullName, eventChannel, selectedEntity, enrichedFields, filterExpression }: ChannelMember) {
  return {
    Id: id,
    DeveloperName: fullName,
    FullName: fullName,
    MasterLabel: fullName,
    EventChannel: eventChannel,
    SelectedEntity: selectedEntity,
    FilterExpression: filterExpression,
    Metadata: {
      eventChannel,
      selectedEntity,
      enrichedFields: enrichedFields.map((name) => ({ name })),
      filterExpression,
    },
  };
}

interface MemberMetadata {
  eventChannel?: string;
  selectedEntity?: string;
  enrichedFields?: { name: string }[] | null;
  filterExpression?: string | null;
}

function createMember(call: Call, world: World): Answer {
  const { FullName, Metadata } = objectBody(call) as { FullName?: string; Metadata?: MemberMetadata };
  const { eventChannel, selectedEntity, enrichedFields, filterExpression } = Metadata ?? {};
  if (!eventChannel || !selectedEntity || !FullName) {
    const missing = !FullName ? 'FullName' : !eventChannel ? 'eventChannel' : 'selectedEntity';
    throw new SalesforceFault(400, 'REQUIRED_FIELD_MISSING', `Required fields are missing: [${missing}]`, [missing]);
  }
  const member = world.events.members.add(
    {
      fullName: FullName,
      eventChannel,
      selectedEntity,
      enrichedFields: (enrichedFields ?? []).map(({ name }) => name),
      filterExpression: filterExpression ?? null,
    },
    world.bulk.newId('0v8'),
  );
  return created(member.id);
}

/** Channel and entity never change; enriched fields and the filter may. */
function changeMember(call: Call, world: World): Answer {
  const { Metadata = {} } = objectBody(call) as { Metadata?: MemberMetadata };
  const member = world.events.members.find(call.params.id!);
  const fixed = (['eventChannel', 'selectedEntity'] as const).find(
    (name) => Metadata[name] !== undefined && Metadata[name] !== member[name],
  );
  if (fixed)
    throw new SalesforceFault(400, 'FIELD_INTEGRITY_EXCEPTION', `Cannot change ${fixed} of a channel member`, [fixed]);
  world.events.members.change(member.id, {
    ...(Metadata.enrichedFields === undefined
      ? {}
      : { enrichedFields: (Metadata.enrichedFields ?? []).map(({ name }) => name) }),
    ...(Metadata.filterExpression === undefined ? {} : { filterExpression: Metadata.filterExpression }),
  });
  return { status: 204 };
}

function createChannel(call: Call, world: World): Answer {
  const { FullName } = objectBody(call);
  world.events.members.addChannel(String(FullName));
  return created(world.bulk.newId('0YL'));
}

function runToolingQuery(call: Call, world: World): Answer {
  const soql = call.query.get('q') ?? '';
  return { status: 200, json: queryTooling(soql, call.version, (object) => tableOf(world, object)) };
}

function showRow(call: Call, world: World): Answer {
  const table = tableOf(world, call.params.object!);
  const row = table?.rows.find(({ Id }) => String(Id).slice(0, 15) === call.params.id!.slice(0, 15));
  if (!table || !row) throw notFound();
  const url = `/services/data/v${call.version}/tooling/sobjects/${table.name}/${String(row.Id)}`;
  return { status: 200, json: { attributes: { type: table.name, url }, ...row } };
}

export const toolingRoutes: Route[] = [
  data('GET', '/tooling/query', runToolingQuery),
  data('POST', '/tooling/sobjects/PlatformEventChannelMember', createMember),
  data('PATCH', '/tooling/sobjects/PlatformEventChannelMember/:id', changeMember),
  data('DELETE', '/tooling/sobjects/PlatformEventChannelMember/:id', (call, world) => {
    world.events.members.remove(call.params.id!);
    return { status: 204 };
  }),
  data('POST', '/tooling/sobjects/PlatformEventChannel', createChannel),
  data('POST', '/tooling/sobjects/CustomField', (call, world) => created(createCustomField(world, objectBody(call)))),
  data('PATCH', '/tooling/sobjects/CustomField/:id', (call, world) => {
    changeCustomField(world, call.params.id!, objectBody(call));
    return { status: 204 };
  }),
  data('DELETE', '/tooling/sobjects/CustomField/:id', (call, world) => {
    deleteCustomField(world, call.params.id!);
    return { status: 204 };
  }),
  data('GET', '/tooling/sobjects/:object/:id', showRow),
];
