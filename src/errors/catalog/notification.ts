import { defineErrors } from '../define-errors.ts';

/** Notifications and their routes. */
export const notificationErrors = defineErrors({
  'notification-topic-name': {
    summary: 'The name of a topic has characters it may not have, or is too long.',
    remedy: 'Use 1 to 64 letters, digits and dashes.',
  },
  'notification-type-unknown': {
    summary: 'There is no notification of this type.',
    remedy: 'List them with amp notifications routes.',
  },
  'notification-no-route': {
    summary: 'The notification has no route, so it would go nowhere.',
    remedy: 'Add one with amp notifications routes add <type> --topic <name> --destination <name>.',
  },
});
