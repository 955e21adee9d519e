import { AmpError } from '../../../errors/amp-error.ts';
import type { SalesforceClient } from '../rest/client.ts';
import { textLiteral } from '../soql/literal.ts';

/**
 * Which objects an org publishes change events for: members of the channel `ChangeEvents`, kept by the Tooling API
 * (PlatformEventChannelMember). Without the add-on an org selects five objects over all channels.
 */
const standardChannel = 'ChangeEvents';

/** `Account` → `AccountChangeEvent`, `Touchpoint__c` → `Touchpoint__ChangeEvent`. */
export function changeEventOf(object: string): string {
  return object.endsWith('__c') ? `${object.slice(0, -1)}ChangeEvent` : `${object}ChangeEvent`;
}

export type SelectionState = 'selected' | 'not-selected' | 'unknown';

/** `unknown` when this user may not look (Customize Application is missing): the stream itself will tell. */
export async function fetchSelection(
  client: SalesforceClient,
  object: string,
  signal: AbortSignal,
): Promise<SelectionState> {
  const selections = await fetchSelections(client, [object], signal);
  if (!selections) return 'unknown';
  return selections.has(object) ? 'selected' : 'not-selected';
}

/** Ids of the members that select each object, by its name; undefined when this user may not look. Throws `org-…`. */
export async function fetchSelections(
  client: SalesforceClient,
  objects: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string[]> | undefined> {
  const byEntity = new Map(objects.map((object) => [changeEventOf(object), object]));
  const soql = `SELECT Id, SelectedEntity FROM PlatformEventChannelMember WHERE SelectedEntity IN (${[...byEntity.keys()].map(textLiteral).join(', ')})`;
  try {
    const { body } = await client.json<{ records: { Id: string; SelectedEntity: string }[] }>({
      path: 'tooling/query',
      query: { q: soql },
      signal,
    });
    const selections = new Map<string, string[]>();
    for (const { Id, SelectedEntity } of body.records) {
      const object = byEntity.get(SelectedEntity);
      if (object !== undefined) selections.set(object, [...(selections.get(object) ?? []), Id]);
    }
    return selections;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** Selects the object for change events. Throws `subscribe-limit` or `subscribe-refused` with what an admin has to do. */
export async function selectObject(client: SalesforceClient, object: string, signal: AbortSignal): Promise<void> {
  const selectedEntity = changeEventOf(object);
  try {
    await client.json({
      method: 'POST',
      path: 'tooling/sobjects/PlatformEventChannelMember',
      body: {
        FullName: `${standardChannel}_${selectedEntity}`,
        Metadata: { eventChannel: standardChannel, selectedEntity },
      },
      signal,
    });
  } catch (error) {
    if (!(error instanceof AmpError)) throw error;
    const { errorCode } = error.details ?? {};
    // Somebody was faster: that is what we wanted.
    if (errorCode === 'DUPLICATE_DEVELOPER_NAME') return;
    if (errorCode === 'LIMIT_EXCEEDED') throw overLimit(object, error);
    if (isRefusal(error)) throw notAllowed(object, error);
    throw error;
  }
}

/** Where a person does the same by hand. */
export const setupClicks = 'Setup → Integrations → Change Data Capture → move the object to Selected Entities → Save';

function overLimit(object: string, cause: AmpError): AmpError {
  return new AmpError({
    code: 'subscribe-limit',
    message: `${object} cannot be selected for change events: the org has reached its number of selected objects (five without the add-on).`,
    hint: `Remove one the org no longer needs (${setupClicks.split(' → move')[0]}), or buy the Change Data Capture add-on.`,
    causes: [cause.message],
  });
}

function notAllowed(object: string, cause: AmpError): AmpError {
  return new AmpError({
    code: 'subscribe-refused',
    message: `This user may not select ${object} for change events.`,
    hint: `An admin does it once: ${setupClicks}. Or give the user Customize Application and Modify Metadata Through Metadata API Functions.`,
    causes: [cause.message],
  });
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof AmpError)) return false;
  const status = error.details?.status;
  return status === 403 || status === 404 || error.details?.errorCode === 'INVALID_TYPE';
}
