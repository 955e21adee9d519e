/** Picklists that several objects share. */
export const industries =
  'Agriculture|Apparel|Banking|Biotechnology|Chemicals|Communications|Construction|Consulting|Education|Electronics|Energy|Engineering|Entertainment|Environmental|Finance|Food & Beverage|Government|Healthcare|Hospitality|Insurance|Machinery|Manufacturing|Media|Not For Profit|Recreation|Retail|Shipping|Technology|Telecommunications|Transportation|Utilities|Other';
export const leadSources = 'Web|Phone Inquiry|Partner Referral|Purchased List|Other';
export const ratings = 'Hot|Warm|Cold';
export const activityPriorities = 'High|*Normal|Low';
export const opportunityStages =
  'Prospecting|Qualification|Needs Analysis|Value Proposition|Id. Decision Makers|Perception Analysis|Proposal/Price Quote|Negotiation/Review|Closed Won|Closed Lost';
export const timeZones =
  'America/Los_Angeles|America/New_York|America/Sao_Paulo|Europe/Berlin|Europe/London|Asia/Kolkata|Asia/Tokyo|Australia/Sydney|GMT|UTC';
