import type { FieldDefinition } from '../field.ts';
import {
  checkbox,
  date,
  datetime,
  field,
  integer,
  longText,
  lookup,
  picklist,
  picklistValues,
  readOnly,
  text,
} from '../field.ts';
import { auditFields, id, isDeleted, owner } from '../field-groups.ts';
import { defineObject } from '../object.ts';
import { activityPriorities, timeZones } from './values.ts';

const who = (list: string): FieldDefinition =>
  lookup('WhoId', 'Name ID', 'Contact|Lead', 'Who', list, { cascadeDelete: true });
const what = (list: string): FieldDefinition =>
  lookup('WhatId', 'Related To ID', 'Account|Campaign|Case|Opportunity|Product2|Touchpoint__c', 'What', list, {
    cascadeDelete: true,
  });
const subject = (): FieldDefinition =>
  field('combobox', 'Subject', 'Subject', {
    nameField: true,
    permissionable: false,
    picklist: picklistValues('Call|Email|Meeting|Send Letter/Quote|Other'),
  });
const accountOfActivity = (): FieldDefinition =>
  lookup('AccountId', 'Account ID', 'Account', 'Account', null, readOnly);

export const task = defineObject(
  { name: 'Task', label: 'Task', labelPlural: 'Tasks', keyPrefix: '00T' },
  { feedEnabled: true },
  [
    id('Activity ID'),
    who('Tasks'),
    what('Tasks'),
    subject(),
    date('ActivityDate', 'Due Date Only', { permissionable: false, indexed: true }),
    picklist('Status', 'Status', '*Not Started|In Progress|Completed|Waiting on someone else|Deferred', {
      nillable: false,
      defaultedOnCreate: true,
      permissionable: false,
    }),
    picklist('Priority', 'Priority', activityPriorities, {
      nillable: false,
      defaultedOnCreate: true,
      permissionable: false,
    }),
    checkbox('IsHighPriority', 'High Priority', readOnly),
    owner('Group|User', 'Assigned To ID'),
    longText('Description', 'Description'),
    isDeleted(),
    accountOfActivity(),
    checkbox('IsClosed', 'Closed', readOnly),
    ...auditFields(),
    checkbox('IsArchived', 'Archived', readOnly),
    integer('CallDurationInSeconds', 'Call Duration'),
    picklist('CallType', 'Call Type', 'Internal|Inbound|Outbound'),
    text('CallDisposition', 'Call Result', 255),
    text('CallObject', 'Call Object Identifier', 255),
    datetime('ReminderDateTime', 'Reminder Date/Time', { permissionable: false }),
    checkbox('IsReminderSet', 'Reminder Set', { permissionable: false }),
    checkbox('IsRecurrence', 'Create Recurring Series of Tasks', { updateable: false, permissionable: false }),
    picklist('TaskSubtype', 'Task Subtype', '*Task|Email|List Email|Cadence|Call', {
      updateable: false,
      permissionable: false,
      restrictedPicklist: true,
    }),
    datetime('CompletedDateTime', 'Completed Date', readOnly),
  ],
);

const recurrenceTypes =
  'RecursDaily|RecursEveryWeekday|RecursMonthly|RecursMonthlyNth|RecursWeekly|RecursYearly|RecursYearlyNth';
const months = 'January|February|March|April|May|June|July|August|September|October|November|December';

/** Repeating events, the classic kind and the Lightning one. */
function recurrence(): FieldDefinition[] {
  const open = { permissionable: false };
  const choice = { ...open, restrictedPicklist: true };
  return [
    lookup('RecurrenceActivityId', 'Recurrence Activity ID', 'Event', null, null, readOnly),
    checkbox('IsRecurrence', 'Create Recurring Series of Events', { updateable: false, permissionable: false }),
    datetime('RecurrenceStartDateTime', 'Recurrence Start', open),
    date('RecurrenceEndDateOnly', 'Recurrence End', open),
    picklist('RecurrenceTimeZoneSidKey', 'Recurrence Time Zone', timeZones, choice),
    picklist('RecurrenceType', 'Recurrence Type', recurrenceTypes, choice),
    integer('RecurrenceInterval', 'Recurrence Interval', 9, open),
    integer('RecurrenceDayOfWeekMask', 'Recurrence Day of Week Mask', 9, open),
    integer('RecurrenceDayOfMonth', 'Recurrence Day of Month', 9, open),
    picklist('RecurrenceInstance', 'Recurrence Instance', 'First|Second|Third|Fourth|Last', choice),
    picklist('RecurrenceMonthOfYear', 'Recurrence Month of Year', months, choice),
    checkbox('IsRecurrence2Exclusion', 'Historical Event, Not Following Recurrence', readOnly),
    longText('Recurrence2PatternText', 'Recurrence Pattern', 512, {
      updateable: false,
      permissionable: false,
      filterable: false,
      groupable: false,
      sortable: false,
      aggregatable: false,
    }),
    picklist('Recurrence2PatternVersion', 'Pattern Version', '1|2', { ...readOnly, restrictedPicklist: true }),
    checkbox('IsRecurrence2', 'Repeat', readOnly),
    checkbox('IsRecurrence2Exception', 'Is Exception', readOnly),
    datetime('Recurrence2PatternStartDate', 'Recurrence Pattern Start Date', readOnly),
    text('Recurrence2PatternTimeZone', 'Recurrence Pattern Time Zone Reference', 255, readOnly),
  ];
}

export const event = defineObject(
  { name: 'Event', label: 'Event', labelPlural: 'Events', keyPrefix: '00U' },
  { feedEnabled: false, listViews: false, moreUrls: { eventSeriesUpdates: '{ID}/fromThisEventOnwards' } },
  [
    id('Activity ID'),
    who('Events'),
    what('Events'),
    subject(),
    text('Location', 'Location', 255),
    checkbox('IsAllDayEvent', 'All-Day Event'),
    datetime('ActivityDateTime', 'Due Date Time', { permissionable: false }),
    date('ActivityDate', 'Due Date Only', { permissionable: false, aggregatable: false }),
    integer('DurationInMinutes', 'Duration', 8, { permissionable: false }),
    datetime('StartDateTime', 'Start Date Time', { permissionable: false }),
    datetime('EndDateTime', 'End Date Time', { permissionable: false }),
    date('EndDate', 'End Date', readOnly),
    longText('Description', 'Description'),
    accountOfActivity(),
    owner('User', 'Assigned To ID'),
    checkbox('IsPrivate', 'Private', { permissionable: false }),
    picklist('ShowAs', 'Show Time As', '*Busy|OutOfOffice|Free', {
      defaultedOnCreate: true,
      permissionable: false,
      restrictedPicklist: true,
    }),
    isDeleted(),
    checkbox('IsChild', 'Is Child', readOnly),
    checkbox('IsGroupEvent', 'Is Group Event', readOnly),
    picklist('GroupEventType', 'Group Event Type', '*0|1|2|3', {
      ...readOnly,
      defaultedOnCreate: true,
      restrictedPicklist: true,
    }),
    ...auditFields(),
    checkbox('IsArchived', 'Archived', readOnly),
    ...recurrence(),
    datetime('ReminderDateTime', 'Reminder Date/Time', { permissionable: false }),
    checkbox('IsReminderSet', 'Reminder Set', { permissionable: false }),
    picklist('EventSubtype', 'Event Subtype', 'Event', {
      updateable: false,
      permissionable: false,
      restrictedPicklist: true,
    }),
  ],
);
