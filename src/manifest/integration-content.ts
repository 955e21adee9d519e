import type { FieldEntry, Integration, ReadObject, SubscribeObject, WatchSchema, WriteObject } from './manifest.ts';

type Content = { [key: string]: unknown };

/**
 * An integration in the manifest's own language, as an entry of `integrations`: the inverse of normalising. A manifest of
 * such entries (JSON is YAML) checks to the same integrations again.
 */
export function integrationContent(integration: Integration): Content {
  const { name, displayName, provider, module, read, subscribe, write, proxy, watchSchema } = integration;
  return present({
    name,
    displayName,
    provider,
    module,
    read: read && { objects: read.objects.map(readContent) },
    subscribe: subscribe && { objects: subscribe.objects.map(subscribeContent) },
    write: write && { objects: write.objects.map(writeContent) },
    proxy: proxy && present({ enabled: proxy.enabled, useModule: proxy.useModule || undefined }),
    watchSchema: watchSchema && watchContent(watchSchema),
  });
}

function readContent({ requiredFields, optionalFields, backfill, ...object }: ReadObject): Content {
  return present({
    ...object,
    requiredFields: requiredFields.length > 0 ? requiredFields.map(fieldContent) : undefined,
    optionalFields: optionalFields.length > 0 ? optionalFields.map(fieldContent) : undefined,
    backfill: backfill && { defaultPeriod: backfill },
  });
}

function fieldContent({ kind: _, ...field }: FieldEntry): Content {
  return field;
}

function writeContent({ objectName, inheritMapping, valueDefaults }: WriteObject): Content {
  return present({ objectName, inheritMapping: inheritMapping || undefined, valueDefaults });
}

const always = { enabled: 'always' };

function subscribeContent(object: SubscribeObject): Content {
  const { objectName, destination, updateEvent, associationChangeEvent, otherEvents } = object;
  const watch = updateEvent?.watch;
  return present({
    objectName,
    destination,
    inheritFieldsAndMapping: object.inheritFieldsAndMapping || undefined,
    createEvent: object.createEvent ? always : undefined,
    updateEvent: watch && {
      ...always,
      ...(Array.isArray(watch) ? { requiredWatchFields: watch } : { watchFieldsAuto: watch }),
    },
    deleteEvent: object.deleteEvent ? always : undefined,
    associationChangeEvent: associationChangeEvent && { ...always, ...associationChangeEvent },
    otherEvents: otherEvents.length > 0 ? otherEvents : undefined,
  });
}

function watchContent({ destination, schedule, ...events }: WatchSchema): Content {
  const { fieldCreated, fieldDeleted, fieldChanged } = events;
  return present({
    destination,
    schedule,
    allObjects: present({
      fieldCreated: fieldCreated ? always : undefined,
      fieldDeleted: fieldDeleted ? always : undefined,
      fieldChanged: fieldChanged ? always : undefined,
    }),
  });
}

function present(values: Content): Content {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
