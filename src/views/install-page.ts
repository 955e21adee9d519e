import type { ChoiceForm, FormBox, FormField, FormMapping, FormObject } from '../installations/choice-form.ts';
import type { FormProblems } from '../installations/read-choice-form.ts';
import { escapeHtml } from '../platform/html.ts';

/** What the page of `amp install --web` shows. Everything in it may come from an org or a manifest, and is escaped. */
export interface InstallPage {
  integration: string;
  /** Whom it is installed for. */
  group: string;
  org: string;
  /** Label of the button. */
  action: string;
  form: ChoiceForm;
  /** What is wrong at which input. */
  problems: FormProblems;
  /** Why the last try was not saved. */
  refusals: readonly { message: string; hint?: string | undefined }[];
}

/** The form, whole: no script, nothing from elsewhere, one style whose hash the policy names. */
export function renderInstallPage(page: InstallPage): string {
  const { integration, group, org, action, form, problems, refusals } = page;
  const wrong = [...refusals, ...[...problems.values()].map((message) => ({ message, hint: undefined }))];
  const alert =
    wrong.length === 0
      ? ''
      : `<div class="problem" role="alert"><p><b>Nothing was saved.</b></p><ul>${wrong.map(refusalItem).join('')}</ul></div>`;
  return frame(
    `${integration} for ${group}`,
    `<h1>${escapeHtml(integration)}</h1>
<p>for <b>${escapeHtml(group)}</b>, from the Salesforce org <b>${escapeHtml(org)}</b></p>
${alert}<form method="post" autocomplete="off">
${form.objects.map((object) => objectSection(object, problems)).join('\n')}
<p class="actions"><button>${escapeHtml(action)}</button></p>
</form>`,
  );
}

/** What is left when the form has done its work. */
export function renderInstallOutcome(outcome: keyof typeof outcomes): string {
  const [title, text] = outcomes[outcome];
  return frame(title, `<h1>${title}</h1>\n<p>${text}</p>`);
}

const outcomes = {
  saved: ['Saved', 'You can close this tab and go back to the terminal.'],
  failed: ['It did not work', 'Nothing was saved. The terminal says why.'],
  busy: ['One moment', 'The choices are being tried out already.'],
  used: [
    'Opened before',
    'This address opens once, in one browser. If that was not you, stop amp with Ctrl-C and run it again.',
  ],
  'not-here': ['Nothing here', 'amp is waiting on the address it printed.'],
} as const;

function refusalItem({ message, hint }: { message: string; hint?: string | undefined }): string {
  return `<li>${escapeHtml(message)}${hint ? `<br><small>${escapeHtml(hint)}</small>` : ''}</li>`;
}

function objectSection(object: FormObject, problems: FormProblems): string {
  const { label, name, always, mappings, fields, everything, others } = object;
  const also = label.toLowerCase() === name.toLowerCase() ? '' : ` <small>${escapeHtml(name)}</small>`;
  const boxes = fields.map(checkbox).join('\n');
  const more =
    others.length === 0
      ? ''
      : `<details><summary>Other fields</summary>\n${others.map(checkbox).join('\n')}\n</details>`;
  const optional = `${boxes}${everything ? checkbox(everything) : ''}${more}`;
  return `<fieldset><legend>${escapeHtml(label)}${also}</legend>
${always.length === 0 ? '' : `<p>Always sent: ${escapeHtml(always.join(', '))}</p>`}
${mappings.map((mapping) => mappingInput(mapping, problems)).join('\n')}
${optional === '' ? '' : `<h3>Send too</h3>\n${optional}`}
</fieldset>`;
}

function mappingInput(mapping: FormMapping, problems: FormProblems): string {
  const { input, pathInput, label, prompt, required, selected, path, likely, rest } = mapping;
  const problem = problems.get(input) ?? problems.get(pathInput);
  const described = problem === undefined ? '' : ` aria-invalid="true" aria-describedby="${input}.problem"`;
  const none = required ? 'Choose a field' : 'Leave it unset';
  const lists =
    rest.length === 0
      ? options(likely, selected)
      : `${group('Likely', likely, selected)}${group('All fields', rest, selected)}`;
  return `<label for="${input}">${escapeHtml(label)}${required ? '' : ' <small>optional</small>'}</label>
${prompt === undefined ? '' : `<p>${escapeHtml(prompt)}</p>`}
${problem === undefined ? '' : `<p class="problem" id="${input}.problem">${escapeHtml(problem)}</p>`}
<select id="${input}" name="${input}"${described}><option value="">${none}</option>${lists}</select>
<details${path === '' ? '' : ' open'}><summary>A field of a related record</summary>
<input name="${pathInput}" aria-label="Path for ${escapeHtml(label)}" placeholder="$['Owner']['Email']" value="${escapeHtml(path)}"></details>`;
}

function group(label: string, fields: readonly FormField[], selected: string): string {
  return `<optgroup label="${label}">${options(fields, selected)}</optgroup>`;
}

function options(fields: readonly FormField[], selected: string): string {
  const option = ({ name, text }: FormField) =>
    `<option value="${escapeHtml(name)}"${name === selected ? ' selected' : ''}>${escapeHtml(text)}</option>`;
  return fields.map(option).join('');
}

function checkbox({ input, label, checked }: FormBox): string {
  return `<label class="box"><input type="checkbox" name="${input}"${checked ? ' checked' : ''}> ${escapeHtml(label)}</label>`;
}

/** The one style of these pages; its hash stands in their content security policy. */
export const installPageStyle = `body{font:16px/1.5 system-ui,sans-serif;color:#1f2937;background:#f8fafc;margin:0}
main{max-width:640px;margin:0 auto;padding:40px 20px}h1{font-size:24px;margin:0}h3{font-size:15px;margin:20px 0 4px}
fieldset{background:#fff;border:1px solid #e2e8f0;border-radius:10px;margin:24px 0;padding:4px 20px 20px}
legend{font-weight:700;padding:0 6px}label{display:block;font-weight:600;margin-top:16px}.box{font-weight:400;margin:4px 0}
p{margin:4px 0;color:#475569}small{color:#64748b;font-weight:400}summary{color:#475569;cursor:pointer;margin-top:4px}
select,input:not([type=checkbox]){font:inherit;width:100%;box-sizing:border-box;padding:8px;border:1px solid #94a3b8;border-radius:6px;background:#fff}
.problem{color:#b91c1c}.problem p{color:inherit}[aria-invalid]{border-color:#b91c1c}.actions{margin-top:24px}
button{font:inherit;font-weight:600;padding:10px 24px;border:0;border-radius:6px;background:#1d4ed8;color:#fff;cursor:pointer}`;

function frame(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)} · amp</title><style>${installPageStyle}</style></head>
<body><main>
${body}
</main></body>
</html>
`;
}
