import type { AliasNode, ScalarNode, YamlNode } from './yaml/node.ts';

/** A place in the manifest: how it is reached, and what stands there. Kept cheap; paths are built only for reports. */
export interface Spot {
  parent: Spot | undefined;
  /** The key as documented (or as written when unknown), or the index in a list. */
  step: string | number;
  /** The key of a mapping member. */
  key: ScalarNode | undefined;
  /** What stands there, behind any alias. */
  node: Exclude<YamlNode, AliasNode>;
  /** The outermost alias on the way here. */
  alias: AliasNode | undefined;
}

/** `$.integrations[0].read.objects[1].schedule`; keys that are no plain words stand in `['…']`. */
export function pathOf(spot: Spot | undefined): string {
  if (!spot?.parent) return '$';
  const parent = pathOf(spot.parent);
  if (typeof spot.step === 'number') return `${parent}[${spot.step}]`;
  if (/^[A-Za-z_][\w-]*$/.test(spot.step)) return `${parent}.${spot.step}`;
  return `${parent}['${spot.step.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`;
}
