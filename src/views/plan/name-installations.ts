import type { AffectedInstallation } from '../../plan/plan.ts';

/** `(Acme, Globex and 12 more)`: a few groups by name, the rest by number. */
export function nameInstallations(installations: readonly AffectedInstallation[], most = 3): string {
  const names = [...new Set(installations.map((installation) => installation.groupName || installation.groupRef))];
  // Naming one more is as short as "and 1 more".
  const shown = names.length === most + 1 ? names : names.slice(0, most);
  const rest = names.length - shown.length;
  if (rest > 0) return `(${shown.join(', ')} and ${rest} more)`;
  return shown.length < 2 ? `(${shown.join('')})` : `(${shown.slice(0, -1).join(', ')} and ${shown.at(-1)})`;
}
