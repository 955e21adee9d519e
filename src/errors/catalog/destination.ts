import { defineErrors } from '../define-errors.ts';

/** Destinations, delivery, the local receiver and stored events. */
export const destinationErrors = defineErrors({
  'destination-not-found': {
    summary: 'The project has no destination of that name.',
    remedy: 'Run amp destinations list; add one with amp destinations add <name> --url <url>.',
  },
  'destination-exists': {
    summary: 'The project already has a destination of that name.',
    remedy: 'Choose another name, or remove the old one with amp destinations remove <name>.',
  },
  'destination-name': {
    summary: 'A destination name has other characters than letters, digits, dashes and underscores, or is too long.',
    remedy: 'Use at most 64 letters, digits, dashes and underscores.',
    exit: 'usage',
  },
  'destination-url-refused': {
    summary: 'The address of a webhook is not one we send to: not https, private, or spelled to mislead.',
    remedy: 'Use a public https address; for development on this machine give --allow-private-network.',
  },
  'destination-header-refused': {
    summary: 'A custom header has characters a header cannot have, or is one that amp sets itself.',
    remedy: 'Give headers as --header name=value, in one line, with a name of your own.',
    exit: 'usage',
  },
  'destination-secret-missing': {
    summary: 'The secret of a destination is not in the credential store.',
    remedy:
      'Run amp destinations rotate-secret <name> for a webhook, amp destinations update <name> --secret-access-key - for AWS.',
  },
  'destination-secret-invalid': {
    summary: 'A signing secret is not whsec_ followed by base64 of 24 to 64 bytes.',
    remedy: 'Copy the whole secret, whsec_ included.',
  },
  'destination-settings': {
    summary: 'A setting of a destination is not of the form its service asks for.',
    remedy: 'Copy it from the console of the service; amp destinations add --help shows the flags.',
    exit: 'usage',
  },
  'destination-template': {
    summary: 'A key template is not JMESPath, or gives no key for any message.',
    remedy: "Write JMESPath over metadata, time and data: join('/', [time.date, data.objectName]).",
    exit: 'usage',
  },
  'destination-kind': {
    summary: 'What was asked makes no sense for this kind of destination.',
    remedy: 'Run amp destinations show <name> to see its kind.',
    exit: 'usage',
  },
  'destination-has-backlog': {
    summary: 'Messages are still waiting for this destination.',
    remedy: 'Let amp run deliver them, or give --force to remove them with it.',
  },
  'destination-delivery-failed': {
    summary: 'A message could not be delivered.',
    remedy: 'Run amp events list --state dead; replay with amp events replay <id> once the receiver is fixed.',
  },
  'destination-event-not-found': {
    summary: 'There is no stored event of that id.',
    remedy: 'Run amp events list to see the ids.',
  },
  'destination-port-in-use': {
    summary: 'The port of the local receiver is taken.',
    remedy: 'Give another one with --port.',
  },
});
