import type { ObjectDefinition } from '../object.ts';
import { account } from './account.ts';
import { event, task } from './activity.ts';
import { contact } from './contact.ts';
import { accountHistory } from './history.ts';
import { lead } from './lead.ts';
import { opportunity } from './opportunity.ts';
import { group, organization, profile, recordType, user, userRole } from './people.ts';
import { fieldPermissions, permissionSet, permissionSetAssignment } from './permissions.ts';
import {
  campaign,
  campaignMember,
  opportunityContactRole,
  opportunityLineItem,
  pricebook2,
  pricebookEntry,
  product2,
} from './sales.ts';
import { supportCase } from './service.ts';
import { touchpoint } from './touchpoint.ts';

/** The objects of a new org, parents before children. */
export const standardObjects: readonly ObjectDefinition[] = [
  organization,
  profile,
  userRole,
  user,
  group,
  recordType,
  permissionSet,
  permissionSetAssignment,
  fieldPermissions,
  account,
  accountHistory,
  contact,
  lead,
  campaign,
  campaignMember,
  product2,
  pricebook2,
  pricebookEntry,
  opportunity,
  opportunityLineItem,
  opportunityContactRole,
  supportCase,
  task,
  event,
  touchpoint,
];
