import { defineErrors } from '../define-errors.ts';

/** Change events: the stream, positions and what an org allows. */
export const subscribeErrors = defineErrors({
  'subscribe-nothing': {
    summary: 'No object is subscribed, so there is nothing to follow.',
    remedy: 'Name an object (amp tail account), or add it under subscribe.objects in amp.yaml.',
    exit: 'usage',
  },
  'subscribe-event-malformed': {
    summary: 'The stream delivered a message without payload or replay id.',
    remedy: 'Run again with --debug and report the channel; nothing was skipped.',
  },
  'subscribe-refused': {
    summary: 'The org refuses the subscription: a permission is missing, or the channel does not exist.',
    remedy: 'Check that the object is selected for change data capture and that the user has View All on it.',
  },
  'subscribe-running': {
    summary: 'Another process follows the same events for the same customer and would deliver them too.',
    remedy: 'End the other one, or leave out --deliver.',
  },
  'subscribe-limit': {
    summary: 'The org has reached a limit of its event stream.',
    remedy: 'Events are kept for 72 hours: wait for the limit to reset, or remove other subscribers.',
  },
});
