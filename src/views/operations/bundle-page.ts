import type { OperationBundle } from '../../operations/bundle.ts';
import { plainStyle } from '../../output/style.ts';
import { renderExplanation } from './explanation.ts';

/** The bundle as one HTML file without scripts or links: opens anywhere, and carries the data itself for tools. */
export function renderBundlePage(bundle: OperationBundle): string {
  const zone = { timeZone: 'UTC' } as const;
  const story = renderExplanation(bundle.explanation, {
    style: plainStyle,
    width: 100,
    now: Date.parse(bundle.exportedAt),
    zone,
  });
  const rows = bundle.lines.map(({ timestamp, severity, message }) => {
    const { msg, operation_id: _, ...facts } = message;
    const details = Object.keys(facts).length > 0 ? `<pre>${escapeHtml(JSON.stringify(facts, null, 1))}</pre>` : '';
    return `<tr class="${severity.toLowerCase()}"><td>${escapeHtml(timestamp)}</td><td>${severity}</td><td>${escapeHtml(msg)}${details}</td></tr>`;
  });
  const cut =
    bundle.linesLeftOut > 0
      ? `<p>The newest ${bundle.lines.length} lines; ${bundle.linesLeftOut} older ones are left out.</p>`
      : '';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(bundle.operation.id)}</title>
<style>
body { font: 14px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; }
table { border-collapse: collapse; width: 100%; }
td { vertical-align: top; padding: .2rem .8rem .2rem 0; border-top: 1px solid #eee; overflow-wrap: anywhere; }
td:first-child { white-space: nowrap; color: #777; }
td pre { color: #777; font-size: 12px; }
.error td:nth-child(2) { color: #b00020; }
.warning td:nth-child(2) { color: #a66300; }
</style>
<pre>${escapeHtml(story)}</pre>
<h2>Log</h2>
${cut}
<table>
${rows.join('\n')}
</table>
<p>Exported ${escapeHtml(bundle.exportedAt)} by amp ${escapeHtml(bundle.ampVersion)}; secrets and record values were taken out.</p>
<script type="application/json" id="bundle">${JSON.stringify(bundle).replaceAll('<', '\\u003c')}</script>
</html>
`;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text
    .replace(/[&<>"']/g, (character) => entities[character]!)
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
