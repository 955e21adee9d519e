import type { ProviderCatalogue, ProviderEntry } from './catalogue.ts';

/**
 * Names of providers known when this version was made, for offline checks: an unknown one is only a warning, since the
 * hosted service adds providers all the time. Source: the public provider guides of the hosted platform.
 */
const names = `
accuLynx activeCampaign acuityScheduling adobe adyen aha aircall airtable amplemarket amplitude anthropic apollo asana
ashby atlassian attio avoma aWeber aws bamboohr basecamp bentley bigquery bill bird bitbucket blackbaud blueshift
blueshiftEU box braintree braze breakcold brevo brex bynder calendly callRail campaignMonitor canva capsule chargebee
chargeOver chartMogul chilipiper chorus clari clariCopilot claude clickup close coda connectWise constantContact
copper coupa crunchbase customerioPipelines customerJourneysApp customerJourneysTrack deel delighted devrev discord
discourse dixa docusign docusignDeveloper domo drift drip dropbox dropboxSign dynamicsBusinessCentral dynamicsCRM
emailBison expensify facebook fastSpring fathom figma fireflies flatfile formstack fourFour freshchat freshdesk
freshsales freshservice front g2 geckoboard getResponse github gitlab gladly gmail gong google googleAds
googleContacts gorgias goTo groove guru gusto happyfox helpScoutMailbox heyreach highLevelStandard highLevelWhiteLabel
hive housecallPro hubspot hunter insightly instagram instantly instantlyAI intercom ironclad iterable jira jobber
joinMe jotform justCall kaseyaVSAX keap kit klaviyo lemlist lever linear linkedIn livestorm loxo mailchimp mailgun
marketo maxio medallia meta microsoft miro mixmax mixpanel monday mural netsuite netsuiteM2M nooks notion nutshell
okta openAI outplay outreach paddle paddleSandbox pandadoc paychex payPal phoneBurner pinterest pipedrive pipelineCRM
pipeliner podium productBoard pylon qualtrics quickbooks quickbooksSandbox ramp rampDemo rebilly recurly ringCentral
sageIntacct salesfinity salesflare salesforce salesforceJWT salesforceMarketing salesloft sap scoroDeveloper seismic
sellsy sendGrid sentry serviceNow shopify slack smartlead smartsheet snapchatAds snowflake square stripe surveyMonkey
talkdesk teamleader teamwork tiktok timely trello twilio typeform vtiger webflow whereby woodpecker wordPress workday
wrike xero zendeskSupport zoho zoom zuora`;

const salesforceModules = ['crm', 'account-engagement', 'account-engagement-demo'];

function entryOf(name: string): ProviderEntry {
  if (name === 'salesforce') {
    return {
      modules: salesforceModules,
      support: { read: true, write: true, subscribe: true, proxy: true },
      needsApp: true,
    };
  }
  if (name === 'salesforceJWT') return { modules: ['crm'] };
  return {};
}

export const bundledCatalogue: ProviderCatalogue = {
  source: 'bundled',
  providers: new Map(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, entryOf(name)]),
  ),
};
