// Posts the plan on the pull request, or brings the earlier comment up to date: one comment a pull request and section.
// Run by action.yml with COMMENT (file), PULL_REQUEST, SECTION and GITHUB_TOKEN; needs nothing but Node.
import { readFileSync } from 'node:fs';

const { COMMENT, PULL_REQUEST, SECTION = '', GITHUB_TOKEN, GITHUB_REPOSITORY } = process.env;
const api = process.env.GITHUB_API_URL ?? 'https://api.github.com';
const marker = `<!-- amp plan ${SECTION.trim().replaceAll('--', '')} -->`;
const body = `${marker}\n${readFileSync(COMMENT, 'utf8')}`;
const comments = `${api}/repos/${GITHUB_REPOSITORY}/issues/${PULL_REQUEST}/comments`;

const earlier = await findComment();
const answer = earlier
  ? await call('PATCH', `${api}/repos/${GITHUB_REPOSITORY}/issues/comments/${earlier}`, { body })
  : await call('POST', comments, { body });
console.log(answer.html_url ?? 'The plan is posted.');

async function findComment() {
  for (let page = 1; ; page++) {
    const list = await call('GET', `${comments}?per_page=100&page=${page}`);
    const found = list.find((comment) => comment.body?.startsWith(marker));
    if (found) return found.id;
    if (list.length < 100) return undefined;
  }
}

async function call(method, url, content) {
  const response = await fetch(url, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${GITHUB_TOKEN}`,
      'x-github-api-version': '2022-11-28',
      ...(content && { 'content-type': 'application/json' }),
    },
    ...(content && { body: JSON.stringify(content) }),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok)
    throw new Error(`${method} ${new URL(url).pathname}: HTTP ${response.status} ${await response.text()}`);
  return response.json();
}
