/** The integration of the story: accounts and contacts, one mapped field, one relationship path, one custom field. */
export const demoManifest = `# What this product does in each customer's Salesforce.
specVersion: 1.0.0
integrations:
  - name: crmSync
    displayName: CRM sync
    provider: salesforce
    read:
      objects:
        - objectName: account
          mapToName: company       # messages call it "company"
          destination: crmEvents   # each environment has its own URL
          schedule: "*/15 * * * *"
          requiredFields:
            - fieldName: name
            - fieldName: industry
              mapToName: sector    # delivered under our own name
          backfill:
            defaultPeriod:
              days: 90
        - objectName: contact
          destination: crmEvents
          schedule: "*/15 * * * *"
          requiredFields:
            - fieldName: firstname
            - fieldName: lastname
            - fieldName: email
            - fieldName: $['Account']['Name']    # the parent's name
              mapToName: $['company']['name']
            - mapToName: score                   # the customer's choice
              mapToDisplayName: Lead score
              prompt: Which field holds your lead score?
          backfill:
            defaultPeriod:
              days: 90
`;

/** The same with the mistake that the story catches: runs every five minutes, where ten is the floor. */
export const mistakenManifest = demoManifest.replace('schedule: "*/15 * * * *"', 'schedule: "*/5 * * * *"');
