import { opportunityStages } from '../schema/objects/values.ts';
import { cities, companyHeads, companyTails, departments, firstNames, lastNames, streets, titles } from './words.ts';

/** What seeded rows choose from; every list becomes a small table while the seed runs. */
const cityPart = (part: number) => cities.map((city) => city.split('|')[part]!);
export const [cityNames, states, postalCodes, countries, latitudes, longitudes] = [0, 1, 2, 3, 4, 5].map(cityPart) as [
  string[],
  string[],
  string[],
  string[],
  string[],
  string[],
];
export const industries = [
  'Technology',
  'Manufacturing',
  'Retail',
  'Healthcare',
  'Finance',
  'Energy',
  'Education',
  'Media',
];
export const accountTypes = ['Prospect', 'Customer - Direct', 'Customer - Channel', 'Technology Partner', 'Other'];
export const ratings = ['Hot', 'Warm', 'Cold'];
export const tiers = ['Gold', 'Silver', 'Bronze'];
export const regions = ['AMER', 'EMEA', 'APAC', 'AMER;EMEA', 'EMEA;APAC;LATAM'];
export const sources = ['Web', 'Phone Inquiry', 'Partner Referral', 'Purchased List', 'Other'];
export const salutations = ['Mr.', 'Ms.', 'Mrs.', 'Dr.', 'Prof.'];
export const languages = ['English', 'German', 'French', 'Spanish', 'Japanese'];
export const leadStatuses = ['Open - Not Contacted', 'Working - Contacted', 'Closed - Not Converted'];
export const stages = opportunityStages.split('|');
export const probabilities = ['10', '10', '20', '50', '60', '70', '75', '90', '100', '0'];
export const forecasts = [...Array<string>(8).fill('Pipeline'), 'Closed', 'Omitted'];
export const caseStatuses = ['New', 'Working', 'Escalated', 'Closed'];
export const caseSubjects = [
  'Cannot sign in',
  'Invoice is wrong',
  'Sensor drops out',
  'Question about renewal',
  'Part arrived broken',
];
export const taskSubjects = ['Call', 'Send Letter/Quote', 'Email', 'Follow up on proposal', 'Check contract'];
export const taskStatuses = ['Not Started', 'In Progress', 'Completed', 'Deferred'];
export const eventSubjects = ['Meeting', 'Demo', 'Quarterly review', 'Call'];
export const channels = ['Email', 'Phone', 'Web', 'Event', 'Chat'];
export const topics = ['Pricing', 'Support', 'Onboarding;Renewal', 'Pricing;Support', 'Renewal'];
export const campaignTypes = ['Webinar', 'Conference', 'Email', 'Trade Show'];
export const families = ['Hardware', 'Software', 'Services'];
export const roles = ['Decision Maker', 'Economic Buyer', 'Evaluator', 'Technical Buyer', 'Influencer'];

/** All of them, for loading. */
export const choices = [
  ...[firstNames, lastNames, companyHeads, companyTails, departments, streets, titles],
  ...[cityNames, states, postalCodes, countries, latitudes, longitudes],
  ...[industries, accountTypes, ratings, tiers, regions, sources, salutations, languages, leadStatuses],
  ...[stages, probabilities, forecasts, caseStatuses, caseSubjects, taskSubjects, taskStatuses, eventSubjects],
  ...[channels, topics, campaignTypes, families, roles],
];
