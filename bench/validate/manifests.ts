/** A valid manifest of about `lines` lines: several Salesforce integrations that read, subscribe and write. */
export function manifestOf(lines: number): string {
  const parts = ['specVersion: 1.0.0', 'integrations:'];
  for (let integration = 0; parts.length < lines; integration += 1) {
    parts.push(
      `  - name: sync${integration}`,
      `    displayName: Sync number ${integration}`,
      '    provider: salesforce',
    );
    parts.push('    read:', '      objects:');
    for (let object = 0; object < 20 && parts.length < lines - 4; object += 1) parts.push(...readObject(object));
    parts.push('    proxy:', '      enabled: true');
  }
  return `${parts.join('\n')}\n`;
}

function readObject(index: number): string[] {
  return [
    `        - objectName: Invoice_${index}__c`,
    `          mapToName: invoice${index}`,
    '          destination: crmEvents',
    '          schedule: "0 */2 * * *" # every two hours',
    '          backfill:',
    '            defaultPeriod:',
    '              days: 30',
    '          requiredFields:',
    '            - fieldName: name',
    '            - fieldName: amount__c',
    '              mapToName: amount',
    "            - fieldName: $['Owner']['Email']",
    "              mapToName: $['owner']['email']",
    '            - mapToName: note',
    '              mapToDisplayName: Note',
    '              prompt: Pick the field where your team keeps its note.',
    '          optionalFieldsAuto: all',
  ];
}

/** The same with a misspelt key in every object: something to place on many lines. */
export function brokenManifestOf(lines: number): string {
  return manifestOf(lines).replaceAll('optionalFieldsAuto', 'optionalFeildsAuto');
}
