import { dirname } from 'node:path';
import type { Style } from '../output/style.ts';
import { shellWord } from '../platform/shell-word.ts';
import type { InitResult } from '../scaffold/init-project.ts';

export function initView(result: InitResult, style: Style): string {
  const folder = dirname(result.file);
  const steps: [command: string, what: string][] = [
    ...(folder === '.' ? [] : [[`cd ${shellWord(folder)}`, 'where the project is'] as [string, string]]),
    ['amp validate', 'check it'],
    [`amp destinations add ${result.destination} --url <url>`, 'say where results go'],
    ['amp deploy', 'ship it'],
    ...(result.provider === 'salesforce' ? [['amp org login', 'connect a Salesforce org'] as [string, string]] : []),
  ];
  const wide = Math.max(...steps.map(([command]) => command.length));
  return [
    `${style.good('✓')} Wrote ${style.bold(result.file)}: ${result.name}, the ${result.template} template for ${result.provider}.`,
    '',
    'Next:',
    ...steps.map(([command, what]) => `  ${style.accent(command.padEnd(wide))}  ${style.dim(what)}`),
  ].join('\n');
}
