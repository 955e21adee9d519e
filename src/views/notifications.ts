import type { OpenIncident } from '../notifications/notification-incidents.ts';
import type { NotificationRoute } from '../notifications/routes.ts';
import type { Style } from '../output/style.ts';
import { renderTable } from '../output/table.ts';
import { fitText } from '../output/terminal-text.ts';
import { agoText, shortTimeText } from '../output/time-text.ts';

/** `amp notifications list`: open incidents on top, then what was told. */
export function renderNotificationList(
  result: {
    incidents: OpenIncident[];
    notifications: { type: string; at: string; summary: string; messages: string[] }[];
  },
  { style, width, now }: { style: Style; width: number; now: number },
): string {
  const parts: string[] = [];
  for (const incident of result.incidents) {
    const times = incident.times > 1 ? `, met ${incident.times} times` : '';
    parts.push(
      `${style.bad('✗')} ${fitText(incident.summary, width - 2)}`,
      style.dim(`  ${incident.type}, open since ${agoText(Date.parse(incident.openedAt), now)}${times}`),
    );
  }
  if (result.notifications.length === 0) return [...parts, 'No notifications yet.'].join('\n');
  if (parts.length > 0) parts.push('');
  const rows = result.notifications.map(({ type, at, summary, messages }) => [
    shortTimeText(Date.parse(at), now),
    type,
    messages.length === 0 ? style.dim('no route') : `${messages.length} sent`,
    fitText(summary, Math.max(width - 58, 20)),
  ]);
  parts.push(renderTable([{ head: 'When' }, { head: 'Type' }, { head: 'Messages' }, { head: 'What' }], rows, style));
  return parts.join('\n');
}

/** `amp notifications routes`: type → topic → destinations. */
export function renderRoutes(
  { routes, unrouted }: { routes: NotificationRoute[]; unrouted: readonly string[] },
  { style, width }: { style: Style; width: number },
): string {
  const rows = routes.map(({ type, topic, destinations }) => [
    type,
    fitText(topic, 24),
    destinations.length > 0 ? fitText(destinations.join(', '), Math.max(width - 58, 12)) : style.warn('no destination'),
  ]);
  const parts =
    rows.length > 0
      ? [renderTable([{ head: 'Event' }, { head: 'Topic' }, { head: 'Destinations' }], rows, style)]
      : ['No routes.'];
  if (unrouted.length > 0) parts.push('', style.dim('Not sent'), ...unrouted.map((type) => `  ${type}`));
  return parts.join('\n');
}
