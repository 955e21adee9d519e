import { type ImpactRule, impact } from './impact-rule.ts';

/** Direct calls to the provider. */
export const proxyImpact: ImpactRule = ({ change, installed }) => {
  if (change.kind !== 'proxy') return [];
  if (change.action === 'create') {
    return [
      impact(
        'notice',
        'A guard is loosened: your product may call any provider API path the connected user may.',
        installed,
      ),
    ];
  }
  if (change.action === 'delete') return [impact('breaking', 'Proxy calls are refused.', installed)];
  return [impact('breaking', 'Paths of proxy calls start at another address.', installed)];
};
