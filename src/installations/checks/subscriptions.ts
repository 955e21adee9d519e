import { at, type ConfigCheck, manifestObject, orgObject } from './config-check.ts';

/** What is subscribed can be watched by this user: seen before the first event is missed. */
export const checkSubscriptions: ConfigCheck = (subject) =>
  Object.keys(subject.config.subscribe?.objects ?? {}).flatMap((name) => {
    if (!manifestObject(subject, subject.integration.subscribe?.objects, name)) return [];
    const org = orgObject(subject, name);
    if (!org || org.watchable) return [];
    return [
      {
        code: 'config-subscribe-permission',
        severity: 'error' as const,
        path: at('subscribe', 'objects', name),
        message: `${org.name} has no change events for this user: ${org.queryable ? 'the object cannot be selected for Change Data Capture' : 'the user may not read the object'}.`,
        hint: `Give the connected user API Enabled and View All Records on ${org.name}, or leave its subscription out.`,
      },
    ];
  });
