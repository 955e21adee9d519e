import { renderDocument } from '../openapi.ts';
import { defineRoute, type Route } from '../route.ts';
import { anything, flag, integer, listOf, mapOf, named, record, text } from '../schema/schema.ts';
import type { HealthReport } from '../world.ts';

const healthSchema = named(
  'Health',
  record({
    ok: flag,
    services: listOf(record({ name: text(), state: text(), restarts: integer({ min: 0 }) }, { message: text() })),
  }),
);

const healthAnswers = {
  200: { description: 'All is well.', body: healthSchema },
  503: { description: 'Something is not.', body: healthSchema },
};

const healthAnswer = (report: HealthReport) => ({ status: report.ok ? 200 : 503, body: report });

/** What whoever operates the runtime asks. */
export const operationalRoutes = [
  defineRoute({
    method: 'GET',
    path: '/healthz',
    id: 'getHealth',
    tag: 'Runtime',
    summary: 'Whether the process lives',
    description: 'When it does not answer 200, restarting it would help.',
    answers: healthAnswers,
    problems: [],
    handle: (_, world) => healthAnswer(world.health.live()),
  }),
  defineRoute({
    method: 'GET',
    path: '/readyz',
    id: 'getReadiness',
    tag: 'Runtime',
    summary: 'Whether every service does its work',
    answers: healthAnswers,
    problems: [],
    handle: (_, world) => healthAnswer(world.health.ready()),
  }),
  defineRoute({
    method: 'GET',
    path: '/metrics',
    id: 'getMetrics',
    tag: 'Runtime',
    summary: 'Metrics for Prometheus',
    answers: { 200: { description: 'Text format 0.0.4.', body: text(), contentType: 'text/plain' } },
    problems: [],
    handle: (_, world) => ({
      status: 200,
      text: world.metrics.render(),
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
    }),
  }),
];

/** The document of all routes, itself one of them. */
export function documentRoute(routes: () => readonly Route[]): Route {
  return defineRoute({
    method: 'GET',
    path: '/openapi.json',
    id: 'getDocument',
    tag: 'Runtime',
    summary: 'This document',
    answers: { 200: { description: 'OpenAPI 3.1.', body: mapOf(anything) } },
    problems: [],
    handle: () => ({ status: 200, body: renderDocument(routes()) }),
  });
}
