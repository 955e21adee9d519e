import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number }; children?: number[] }[];
  /** Ids of nodes, and microseconds since the sample before. */
  samples: number[];
  timeDeltas: number[];
}

/** Of a V8 profile of dist/: time at work, and of that in functions of src/operations and what they called. */
export function readProfile(path: string): { busyMs: number; loggingMs: number } {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(path, 'utf8')) as Profile;
  const isLogging = new Map<number, boolean>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const mark = (id: number, below: boolean) => {
    const { callFrame, children = [] } = byId.get(id)!;
    const marked = below || moduleOf(callFrame).startsWith('src/operations/');
    isLogging.set(id, marked);
    for (const child of children) mark(child, marked);
  };
  mark(nodes[0]!.id, false);
  let busy = 0;
  let logging = 0;
  for (const [index, id] of samples.entries()) {
    if (byId.get(id)!.callFrame.functionName === '(idle)') continue;
    busy += timeDeltas[index]!;
    if (isLogging.get(id)) logging += timeDeltas[index]!;
  }
  return { busyMs: busy / 1000, loggingMs: logging / 1000 };
}

/** The bundler writes the name of each module above what it takes from it. */
const heads = new Map<string, string[]>();

function moduleOf({ url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  if (!url.startsWith('file:')) return '';
  let modules = heads.get(url);
  if (!modules) {
    let current = '';
    modules = readFileSync(fileURLToPath(url), 'utf8')
      .split('\n')
      .map((line) => {
        current = /^\s*\/\/ (\S+\.\w+)$/.exec(line)?.[1] ?? current;
        return current;
      });
    heads.set(url, modules);
  }
  return modules[lineNumber] ?? '';
}
