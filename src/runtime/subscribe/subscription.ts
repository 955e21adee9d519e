import type { FieldPlan } from '../../mapping/field-plan.ts';
import type { EventSelection } from '../../providers/salesforce/events/select-event.ts';

/** One object that one installation (or `amp tail` on an org) follows: what to deliver, and how its records look. */
export interface Subscription {
  /** Owner of position and repeats: the installation's id, or `org:<id>`. */
  scope: string;
  /** Org's spelling. */
  object: string;
  channel: string;
  selection: EventSelection;
  plan: FieldPlan;
  /** SOQL columns of the plan; Id among them. */
  columns: readonly string[];
  stampColumn: string | undefined;
  /** Name of the object in messages. */
  deliveredName: string;
  /** Undefined: events are shown, not delivered. */
  destination: string | undefined;
  /** Events committed before this (milliseconds on the org's clock) are not for this subscription. */
  sinceMs?: number;
}
