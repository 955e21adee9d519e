import type { DemoResult } from '../demo/story.ts';
import type { Style } from '../output/style.ts';
import { groupDigits } from '../platform/group-digits.ts';

/** The last lines of the story: what was proven, and what to try next. */
export function renderEnding(result: DemoResult, style: Style): string {
  const count = (value: number) => groupDigits(value);
  const seconds = (result.durationMs / 1000).toFixed(1);
  return `
${style.good('✔')} ${count(result.records)} records in ${count(result.messages)} signed messages, 0 wrong signatures, 0 lost, in ${seconds} s.

${style.bold('Next')}
  amp init                       write your own amp.yaml
  amp emulator start             keep an offline org running
  amp org login --emulator       and connect it
  amp backfill contact --full    records on stdout, one JSON object a line
  amp org login                  or connect a real org
`;
}
