import { AmpError } from '../../errors/amp-error.ts';
import type { Diagnostic } from '../../errors/diagnostic.ts';

/** What an answer looked like, whatever it was. */
export interface RefusedAnswer {
  /** What was asked, for people: `PUT /projects/dev/integrations:batch`. */
  request: string;
  status: number;
  contentType: string;
  body: string;
  requestId?: string | undefined;
}

/** `application/problem+json` (RFC 9457) with the platform's own fields; any may be missing, and more may come. */
interface Problem {
  title?: string;
  detail?: string;
  status?: number;
  instance?: string;
  subsystem?: string;
  requestId?: string;
  causes?: string[];
  remedy?: string;
  retryable?: boolean;
  retryAfter?: string | number;
  href?: string;
  supportUrl?: string;
  issues?: ({ in?: string; name?: string; value?: unknown } & Problem)[];
}

/** The error an answer stands for, with everything it said that helps. JSON, text, HTML and nothing at all are answers. */
export function refusalError(answer: RefusedAnswer): AmpError {
  const problem = parseProblem(answer.body);
  const requestId = textOf(problem?.requestId) ?? answer.requestId;
  const tail = `(HTTP ${answer.status}${requestId ? `, request ${requestId}` : ''})`;
  const said = problem ? sentence(problem) : excerpt(answer);
  const message = `${answer.request}: ${said || 'refused without a reason'} ${tail}`;
  const code =
    answer.status === 401 ? 'hosted-key-refused' : answer.status === 404 ? 'hosted-not-found' : 'hosted-request-failed';
  const hint = problem && hintOf(problem);
  const causes = listOf(problem?.causes);
  const main: Diagnostic = {
    code,
    severity: 'error',
    message,
    ...(hint && { hint }),
    docsUrl: `docs/errors.md#${code}`,
  };
  const issues = (Array.isArray(problem?.issues) ? problem.issues : []).map((issue) => issueDiagnostic(issue, code));
  return new AmpError({
    code,
    message,
    ...(hint && { hint }),
    causes,
    ...(issues.length > 0 && { diagnostics: [main, ...issues] }),
    details: {
      status: answer.status,
      ...(requestId && { requestId }),
      ...(problem?.subsystem && { hostedSubsystem: problem.subsystem }),
      ...(typeof problem?.retryable === 'boolean' && { retryable: problem.retryable }),
    },
  });
}

/** Seconds to wait, from `Retry-After` or the problem's `retryAfter`: a number of seconds, or a date. */
export function retryAfterMs(header: string | undefined, body: string, nowMs: number): number | undefined {
  const said = header ?? parseProblem(body)?.retryAfter;
  if (said === undefined || said === '') return undefined;
  const seconds = Number(said);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(String(said));
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

function parseProblem(body: string): Problem | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Problem) : undefined;
  } catch {
    return undefined;
  }
}

function sentence(problem: Problem): string {
  const [title, detail] = [textOf(problem.title), textOf(problem.detail)];
  const message = title && detail && title !== detail ? `${title}: ${detail}` : (detail ?? title);
  return message ?? textOf((problem as { message?: unknown }).message) ?? '';
}

function hintOf(problem: Problem): string | undefined {
  const parts = [textOf(problem.remedy)];
  if (problem.retryAfter) parts.push(`It may be tried again after ${problem.retryAfter}.`);
  else if (problem.retryable === true) parts.push('It may be tried again.');
  const link = textOf(problem.href) ?? textOf(problem.supportUrl);
  if (link) parts.push(link);
  return parts.filter(Boolean).join(' ') || undefined;
}

function issueDiagnostic(issue: NonNullable<Problem['issues']>[number], code: string): Diagnostic {
  const where = [issue.in, issue.name].filter(Boolean).join(' ');
  const value = issue.value === undefined ? '' : ` = ${JSON.stringify(issue.value)}`;
  const hint = hintOf(issue);
  return {
    code,
    severity: 'error',
    message: `${where}${value}: ${sentence(issue) || 'not accepted'}`,
    ...(hint && { hint }),
    ...(issue.in === 'body' && issue.name && { path: issue.name }),
    docsUrl: `docs/errors.md#${code}`,
  };
}

/** The first words of a body that is not JSON; of a web page its title. */
function excerpt({ body, contentType }: RefusedAnswer): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1];
  const isPage = contentType.includes('html') || /^\s*</.test(body);
  const text = (title ?? (isPage ? body.replaceAll(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ') : body))
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (text === '') return isPage ? 'a web page instead of an answer' : 'an empty answer';
  return `${isPage ? 'a web page: ' : ''}${text.length > 200 ? `${text.slice(0, 200)}…` : text}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}
