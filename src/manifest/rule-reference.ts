import type { Rule } from './rule.ts';
import { rules } from './rules/index.ts';

const groups: readonly Rule['group'][] = [
  'File and keys',
  'Integration',
  'Read',
  'Subscribe and write',
  'watchSchema and provider',
  'With an org or a project',
];

const introduction = `# Manifest rules

Generated from \`src/manifest/rules/\`; change the rules, then run \`npm run fix\`.

\`amp validate\` reports everything it finds in one run, in file order. The \`code\` of a finding is the rule's id.
Errors stop a deploy; warnings fail only with \`--strict\`; notes never fail anything and show with \`--verbose\`.

- \`amp validate --explain <rule>\` prints one of these entries.
- \`--skip <rule>\` leaves a rule out for a run. Rules marked *essential* cannot be left out: without them the manifest
  has no meaning.
- \`# amp:ignore[<rule>, …]\` in a comment silences warnings: on a line of its own for the key or item that starts next,
  at the end of a line for the key on that line, both with everything below. Errors are never silenced.`;

/** docs/rules.md. */
export function ruleReference(): string {
  return [introduction, ...groups.map(groupText)].join('\n\n');
}

function groupText(group: Rule['group']): string {
  const entries = rules.filter((rule) => rule.group === group).map(ruleText);
  return [`## ${group}`, ...entries].join('\n\n');
}

function ruleText(rule: Rule): string {
  const marks = [
    rule.severity,
    ...(rule.essential ? ['essential'] : []),
    ...(rule.needs === 'org' ? ['with `--org`'] : []),
    ...(rule.needs === 'project' ? ['with `-p`'] : []),
  ];
  return [`### ${rule.id}`, `*${marks.join(', ')}*`, `**${rule.summary}** ${rule.why}`].join('\n\n');
}
