/** The integration of the story: accounts and contacts, one mapped field, one relationship path, one custom field. */
export const demoManifest = `# amp.yaml: what this product does in each customer's Salesforce.
specVersion: 1.0.0
integrations:
  - name: crmSync
    displayName: CRM sync
    provider: salesforce
    read:
      objects:
        - objectName: account
          mapToName: company          # messages call it "company"
          destination: crmEvents      # a name; its URL is set per environment
          schedule: "*/15 * * * *"
          requiredFields:
            - fieldName: name
            - fieldName: industry
              mapToName: sector       # one mapped field
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
            - fieldName: $['Account']['Name']       # through the relationship
              mapToName: $['company']['name']
            - mapToName: tier                       # each customer picks the field
              mapToDisplayName: Customer tier
              prompt: Which field holds the customer's tier?
          backfill:
            defaultPeriod:
              days: 90
`;

/** The same with the mistake that the story catches: runs every five minutes, where ten is the floor. */
export const mistakenManifest = demoManifest.replace('schedule: "*/15 * * * *"', 'schedule: "*/5 * * * *"');
