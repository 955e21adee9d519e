/** The pages a browser sees. Nothing of a request is ever repeated in them. */
export type Page = 'signed-in' | 'denied' | 'failed' | 'wrong-state' | 'used' | 'not-here';

const texts: Record<Page, [title: string, text: string]> = {
  'signed-in': ['Signed in', 'amp is connected to the org. You can close this tab and go back to the terminal.'],
  denied: ['Access was denied', 'amp was not connected. Go back to the terminal to see why, or to try again.'],
  failed: [
    'The sign-in did not work',
    'Salesforce sent the browser back, but amp was not connected. The terminal says why.',
  ],
  'wrong-state': ['Not the sign-in amp is waiting for', 'This address belongs to another sign-in and was ignored.'],
  used: ['Already used', 'This address has done its work. Go back to the terminal.'],
  'not-here': ['Nothing here', 'amp is waiting for the sign-in page to come back.'],
};

export function renderPage(page: Page): string {
  const [title, text] = texts[page];
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title} · amp</title></head>
<body>
<h1>${title}</h1>
<p>${text}</p>
</body>
</html>
`;
}
