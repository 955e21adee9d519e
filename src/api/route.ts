import type { Schema, ValueOf } from './schema/schema.ts';
import type { ApiWorld } from './world.ts';

/** One call of the API as a value: the server routes and checks by it, the OpenAPI document is rendered from it. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/v1/projects/{project}/installations/{installation}:pause`: a name in braces is one percent-encoded segment. */
  path: string;
  /** `operationId` of the document, unique. */
  id: string;
  tag: string;
  summary: string;
  description?: string;
  /** A record schema; values arrive as text and are turned into what it says. */
  query?: Schema;
  body?: Schema;
  /** `handle` checks the body itself, with better words than the schema has. */
  checksBody?: boolean;
  /** What it answers when all is well; null = no body. */
  answers: Readonly<Record<number, AnswerSpec>>;
  /** Statuses of problems beyond those every route may have. */
  problems: readonly number[];
  handle(call: Call<never, never>, world: ApiWorld): Answer | Promise<Answer>;
}

export interface AnswerSpec {
  description: string;
  /** Absent: no body. */
  body?: Schema;
  /** `application/json` when absent. */
  contentType?: string;
}

export interface Call<Query = unknown, Body = unknown> {
  /** Decoded segments by name. */
  params: Readonly<Record<string, string>>;
  query: Query;
  body: Body;
  /** Aborted when the caller has gone, or has to go. */
  signal: AbortSignal;
  jobs: Jobs;
}

/** Work that goes on after its call was answered. */
export interface Jobs {
  /** Aborted when the runtime stops: save what is done, and end. */
  readonly signal: AbortSignal;
  /** Waited for at the end. What it throws has been recorded by the job itself. */
  add(work: Promise<unknown>): void;
  /** A place among the triggered reads of one org. Answers how to give it back; throws the signal's reason. */
  takeTurn(orgId: string): Promise<() => void>;
}

export interface Answer {
  status: number;
  /** Rendered as JSON. */
  body?: unknown;
  /** Instead of `body`: ready as it is. */
  text?: string;
  /** The same, of any type. */
  bytes?: Buffer;
  contentType?: string;
  headers?: Readonly<Record<string, string>>;
}

type TypedRoute<Query extends Schema, Body extends Schema> = Omit<Route, 'query' | 'body' | 'handle'> & {
  query?: Query;
  body?: Body;
  handle(call: Call<ValueOf<Query>, ValueOf<Body>>, world: ApiWorld): Answer | Promise<Answer>;
};

/** Identity with inference: what the schemas say reaches `handle`. */
export function defineRoute<Query extends Schema = Schema<unknown>, Body extends Schema = Schema<unknown>>(
  route: TypedRoute<Query, Body>,
): Route {
  return route as Route;
}
