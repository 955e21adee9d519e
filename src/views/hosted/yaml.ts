import { stringify } from 'yaml';

/** Any JSON value as YAML. */
export function renderYaml(value: unknown): string {
  return stringify(value).trimEnd();
}
