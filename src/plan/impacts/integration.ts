import { type ImpactRule, impact } from './impact-rule.ts';

/** The integration itself comes, goes, gets another name, or another provider. */
export const integrationImpact: ImpactRule = ({ change, setting, installed }) => {
  if (change.kind !== 'integration') return [];
  if (change.action === 'create') return [impact('safe', 'New; nobody has installed it yet.')];
  if (change.action === 'delete') {
    return [
      impact(
        'breaking',
        'Gone from the manifest. With --on-removed stop its installations are paused; with keep they run on as they are.',
        installed,
      ),
    ];
  }
  if (change.from !== undefined) {
    return [
      impact(
        'notice',
        `Renamed from ${change.from}; its installations move along and messages carry the new name.`,
        installed,
      ),
    ];
  }
  switch (setting) {
    case 'provider':
      return [
        impact(
          'breaking',
          'Another provider: connected orgs belong to the old one and must be installed again.',
          installed,
        ),
      ];
    case 'module':
      return [impact('breaking', 'Another module: objects and fields may not exist there.', installed)];
    default:
      return [impact('safe', 'A label; no data changes.')];
  }
};
