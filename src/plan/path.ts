const plainName = /^[A-Za-z0-9_-]+$/;

/** `['crm', 'read', 'a/b']` → `crm.read["a/b"]`: names that are not plain words stand in brackets, as JSON text. */
export function formatPath(names: readonly string[]): string {
  let path = '';
  for (const name of names) {
    if (plainName.test(name)) path += path === '' ? name : `.${name}`;
    else path += `[${JSON.stringify(name)}]`;
  }
  return path;
}

/** The names of a path made by `formatPath`. Throws SyntaxError for anything else. */
export function parsePath(path: string): string[] {
  const names: string[] = [];
  const step = /(?:^|\.)([A-Za-z0-9_-]+)|\[("(?:[^"\\]|\\.)*")\]/gy;
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (!match) throw new SyntaxError(`${JSON.stringify(path)} is not a path of a plan`);
    names.push(match[1] ?? (JSON.parse(match[2]!) as string));
  }
  return names;
}
