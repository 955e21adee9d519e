import { AmpError } from '../../errors/amp-error.ts';
import { redact } from '../../errors/redact.ts';

/**
 * Salesforce's error codes → ours (REST and SOAP API guides, "Status codes and error responses"; DML, query and limit codes
 * alike). `when` says whether the same request may succeed later: `soon` after a jittered pause, `later` once a window has
 * moved, `never` without a change.
 */
export interface ErrorClass {
  code: string;
  when: 'soon' | 'later' | 'never';
}

const never = (code: string): ErrorClass => ({ code, when: 'never' });
const soon = (code: string): ErrorClass => ({ code, when: 'soon' });

const classes: Record<string, ErrorClass> = {
  UNABLE_TO_LOCK_ROW: soon('salesforce-row-locked'),
  TooManyLockFailure: soon('salesforce-row-locked'),
  SERVER_UNAVAILABLE: soon('salesforce-unavailable'),
  UNKNOWN_EXCEPTION: soon('salesforce-unavailable'),
  INTERNAL_SERVER_ERROR: soon('salesforce-unavailable'),
  REQUEST_LIMIT_EXCEEDED: { code: 'salesforce-rate-limited', when: 'later' },
  TXN_SECURITY_METERING_ERROR: { code: 'salesforce-rate-limited', when: 'later' },
  LIMIT_EXCEEDED: { code: 'salesforce-rate-limited', when: 'later' },
  // Bulk's spelling.
  ExceededQuota: { code: 'salesforce-rate-limited', when: 'later' },
  FeatureNotEnabled: never('salesforce-api-disabled'),
  INVALIDJOBSTATE: never('salesforce-conflict'),
  InvalidJobState: never('salesforce-conflict'),
  // Our own file is wrong.
  ClientInputError: never('salesforce-request-invalid'),
  STORAGE_LIMIT_EXCEEDED: never('salesforce-storage-full'),
  QUERY_TIMEOUT: never('salesforce-query-timeout'),
  MALFORMED_QUERY: never('salesforce-query-malformed'),
  MALFORMED_SEARCH: never('salesforce-query-malformed'),
  QUERY_TOO_COMPLICATED: never('salesforce-query-too-complicated'),
  INVALID_QUERY_LOCATOR: never('salesforce-cursor-expired'),
  INVALID_LOCATOR: never('salesforce-cursor-expired'),
  INVALID_FIELD: never('salesforce-field-unknown'),
  INVALID_TYPE: never('salesforce-object-unknown'),
  NOT_FOUND: never('salesforce-not-found'),
  ENTITY_IS_DELETED: never('salesforce-not-found'),
  MALFORMED_ID: never('salesforce-id-malformed'),
  INVALID_ID_FIELD: never('salesforce-id-malformed'),
  API_DISABLED_FOR_ORG: never('salesforce-api-disabled'),
  API_CURRENTLY_DISABLED: never('salesforce-api-disabled'),
  FUNCTIONALITY_NOT_ENABLED: never('salesforce-api-disabled'),
  UNSUPPORTED_API_VERSION: never('salesforce-version-retired'),
  INSUFFICIENT_ACCESS: never('salesforce-access-denied'),
  INSUFFICIENT_ACCESS_OR_READONLY: never('salesforce-access-denied'),
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: never('salesforce-access-denied'),
  CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: never('salesforce-automation-failed'),
  APEX_ERROR: never('salesforce-automation-failed'),
  CANNOT_EXECUTE_FLOW_TRIGGER: never('salesforce-automation-failed'),
  ENTITY_IS_LOCKED: never('salesforce-record-locked'),
  REQUIRED_FIELD_MISSING: never('salesforce-required-field-missing'),
  MISSING_ARGUMENT: never('salesforce-required-field-missing'),
  INVALID_FIELD_FOR_INSERT_UPDATE: never('salesforce-field-read-only'),
  STRING_TOO_LONG: never('salesforce-value-too-long'),
  NUMBER_OUTSIDE_VALID_RANGE: never('salesforce-value-out-of-range'),
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: never('salesforce-picklist-value'),
  INVALID_EMAIL_ADDRESS: never('salesforce-value-invalid'),
  INVALID_TYPE_ON_FIELD_IN_RECORD: never('salesforce-value-invalid'),
  JSON_PARSER_ERROR: never('salesforce-value-invalid'),
  FIELD_INTEGRITY_EXCEPTION: never('salesforce-value-invalid'),
  FIELD_CUSTOM_VALIDATION_EXCEPTION: never('salesforce-validation-rule'),
  FIELD_FILTER_VALIDATION_EXCEPTION: never('salesforce-validation-rule'),
  DUPLICATES_DETECTED: never('salesforce-duplicate-found'),
  DUPLICATE_VALUE: never('salesforce-duplicate-value'),
  DUPLICATE_EXTERNAL_ID: never('salesforce-several-matches'),
  INVALID_CROSS_REFERENCE_KEY: never('salesforce-reference-invalid'),
  INACTIVE_OWNER_OR_USER: never('salesforce-reference-invalid'),
  ALL_OR_NONE_OPERATION_ROLLED_BACK: never('salesforce-rolled-back'),
  PROCESSING_HALTED: never('salesforce-rolled-back'),
  BATCH_PROCESSING_HALTED: never('salesforce-rolled-back'),
  INVALID_OPERATION_WITH_EXPIRED_PASSWORD: never('org-password-expired'),
  INVALID_SESSION_ID: never('org-sign-in-expired'),
  // Bulk 1.0's spelling.
  InvalidSessionId: never('org-sign-in-expired'),
};

const byStatus: Record<number, ErrorClass> = {
  300: never('salesforce-several-matches'),
  401: never('org-sign-in-expired'),
  403: never('salesforce-access-denied'),
  404: never('salesforce-not-found'),
  406: soon('salesforce-unavailable'),
  409: never('salesforce-conflict'),
  410: never('salesforce-version-retired'),
  412: never('salesforce-record-changed'),
  420: soon('salesforce-unavailable'),
  429: { code: 'salesforce-rate-limited', when: 'later' },
};

/**
 * What a failure means. The error code decides, the status only where there is none: REQUEST_LIMIT_EXCEEDED travels as 403.
 */
export function classifySalesforceError(status: number, errorCode: string | undefined, message = ''): ErrorClass {
  if (errorCode === 'REQUEST_LIMIT_EXCEEDED' && /\bconcurrent/i.test(message))
    return soon('salesforce-concurrency-limited');
  const known = errorCode === undefined ? undefined : classes[errorCode];
  if (known) return known;
  if (byStatus[status]) return byStatus[status];
  if (status >= 500) return soon('salesforce-unavailable');
  return never('salesforce-request-invalid');
}

/** The first of Salesforce's codes that a sentence names, as the reason of a failed Bulk job does: `InvalidBatch : … QUERY_TIMEOUT: …`. */
function errorCodeIn(text: string): string | undefined {
  return text.match(/\b[A-Z][A-Za-z_]{4,}(?=\s?:)/g)?.find((word) => Object.hasOwn(classes, word));
}

/** Why a Bulk job ended as Failed or Aborted, from the one sentence the org gives: `Code : sentence`, or nothing at all. */
export interface JobReason {
  /** The org's own code, verbatim; a code inside the sentence counts more than the `InvalidBatch` around it. */
  errorCode: string | undefined;
  /** Undefined where the sentence names nothing we know. */
  error: ErrorClass | undefined;
  fields: string[];
}

export function classifyJobReason(text: string | undefined): JobReason {
  const errorCode = text && (errorCodeIn(text) ?? /^\s*([A-Z][A-Za-z_]+)\s?:/.exec(text)?.[1]);
  if (!errorCode) return { errorCode: undefined, error: undefined, fields: [] };
  const field = /\bField name not found : ([\w.]+)/.exec(text)?.[1];
  if (field !== undefined) return { errorCode, error: classes.INVALID_FIELD!, fields: [field] };
  return { errorCode, error: classes[errorCode], fields: [] };
}

export interface SalesforceErrorBody {
  errorCode: string | undefined;
  message: string;
  fields: string[];
}

/** Any of the error families: REST array, composite row, OAuth object, Bulk 1.0 JSON, SOAP fault, HTML, nothing. Never throws. */
export function parseErrorBody(text: string): SalesforceErrorBody {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    const fault =
      /<faultcode>(?:\w+:)?([A-Z_]+)<\/faultcode>|<exceptionCode>(?:\w+:)?([A-Za-z_]+)<\/exceptionCode>/.exec(text);
    const said = /<(?:faultstring|exceptionMessage)>([^<]{0,400})</.exec(text)?.[1];
    return { errorCode: fault?.[1] ?? fault?.[2], message: said ?? pageText(text), fields: [] };
  }
  const first = (Array.isArray(body) ? body[0] : body) as Record<string, unknown> | null | undefined;
  const errorCode = first?.errorCode ?? first?.statusCode ?? first?.exceptionCode ?? first?.error;
  // The last one is the shape of gateways: `{error: {code, message}}`.
  const nested = first?.error as { message?: unknown } | undefined;
  const message = first?.message ?? first?.exceptionMessage ?? first?.error_description ?? nested?.message;
  return {
    errorCode: typeof errorCode === 'string' ? errorCode : undefined,
    message: typeof message === 'string' ? message : '',
    fields: Array.isArray(first?.fields) ? first.fields.filter((field) => typeof field === 'string') : [],
  };
}

/** What a page or a plain sentence of something in between says; empty for JSON that is cut off. */
function pageText(text: string): string {
  const start = text.slice(0, 20_000);
  const page = /^\s*</.test(start);
  const said = page ? (/<title[^>]*>([^<]*)</i.exec(start) ?? /<h1[^>]*>([^<]*)</i.exec(start))?.[1] : start;
  if (said === undefined || (!page && /^\s*[[{"]/.test(said))) return '';
  return said.replace(/\s+/g, ' ').trim().slice(0, 200);
}

/** The org's sentence without what a record holds: some texts echo the value they refuse. */
export function withoutValues(errorCode: string | undefined, message: string): string {
  const clean = redact(message);
  switch (errorCode) {
    case 'STRING_TOO_LONG':
      return clean.replace(/(data value too large: )[\s\S]*( \(max length=\d+\))$/, '$1…$2');
    case 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST':
      return clean.replace(/(bad value for restricted picklist field)[\s\S]*$/, '$1');
    case 'INVALID_EMAIL_ADDRESS':
      return clean.replace(/(invalid email address)[\s\S]*$/, '$1');
    case 'NUMBER_OUTSIDE_VALID_RANGE':
      return clean.replace(/(outside of valid range on numeric field)[\s\S]*$/, '$1');
    case 'JSON_PARSER_ERROR':
      return clean.replace(/(from VALUE_STRING value )[\s\S]*?( or| at)/, '$1…$2');
    default:
      return clean;
  }
}

/** What stands before the reason of a refused query: a piece of it with a caret, and where. */
const queryExcerpt = /^[\s\S]*\nERROR at Row:\d+:Column:\d+\n/;

/** What the org calls one exchange, for a ticket with its support; not every host sends it. `headers`: lower-case names. */
export function requestIdOf(headers: Readonly<Record<string, string | undefined>>): string | undefined {
  return headers['x-request-id'] ?? headers['x-sfdc-request-id'];
}

/** The error of one answer. `details`: status, errorCode, fields, requestId. */
export function salesforceError(input: {
  status: number;
  body: SalesforceErrorBody;
  where: string;
  requestId?: string | undefined;
}): AmpError {
  const { status, body, where, requestId } = input;
  const { code } = classifySalesforceError(status, body.errorCode, body.message);
  const said = withoutValues(body.errorCode, body.message).replace(queryExcerpt, '').trim();
  const name = body.errorCode ?? `HTTP ${status}`;
  return new AmpError({
    code,
    message: said ? `${said} (${name}, ${where})` : `${where} answered ${name}.`,
    details: {
      status,
      call: where,
      ...(body.errorCode === undefined ? {} : { errorCode: body.errorCode }),
      ...(body.fields.length > 0 ? { fields: body.fields } : {}),
      ...(requestId === undefined ? {} : { requestId }),
    },
  });
}
