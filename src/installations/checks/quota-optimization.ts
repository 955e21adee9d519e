import { at, type ConfigCheck } from './config-check.ts';

/** Filtering updates at the source: what it needs, and where it exists. */
export const checkQuotaOptimization: ConfigCheck = ({ config, environment }) =>
  Object.entries(config.subscribe?.objects ?? {}).flatMap(([name, own]) => {
    if (own.providerOptions?.quotaOptimization?.enabled !== true) return [];
    const update = own.updateEvent;
    const [message, hint] =
      update?.enabled !== 'always'
        ? ['Quota optimisation filters updates, but updateEvent is not enabled.', 'Set updateEvent.enabled: always.']
        : update.watchFieldsAuto === 'all'
          ? [
              'Quota optimisation cannot filter when every field is watched.',
              'Replace watchFieldsAuto by requiredWatchFields.',
            ]
          : (update.requiredWatchFields ?? []).length === 0
            ? ['Quota optimisation needs the names of the fields to watch.', 'Set updateEvent.requiredWatchFields.']
            : environment === 'local'
              ? ['Quota optimisation is a service of the hosted platform only.', 'Leave it out here, or use -p.']
              : [];
    if (message === undefined) return [];
    return [
      {
        code: 'config-quota-optimization',
        severity: 'error' as const,
        path: at('subscribe', 'objects', name, 'providerOptions', 'quotaOptimization'),
        message,
        hint: hint!,
      },
    ];
  });
