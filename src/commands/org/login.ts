import { defineCommand } from '../../cli/command.ts';

export const login = defineCommand({
  name: 'login',
  summary: 'Sign in to a Salesforce org',
  description:
    'Secrets never travel in the command line: they come from a prompt, from stdin ("-"), from a file, or from AMP_ORG_… variables (AMP_ORG_CLIENT_ID, AMP_ORG_CLIENT_SECRET, AMP_ORG_USERNAME, AMP_ORG_PASSWORD, AMP_ORG_SECURITY_TOKEN, AMP_ORG_ACCESS_TOKEN, AMP_ORG_JWT_KEY). Several "-" read one line each, client secret first. For CI set the same variables and skip the login.',
  flags: {
    alias: { type: 'string', placeholder: 'name', short: 'a', summary: 'Name for this org (default: its My Domain)' },
    sandbox: { type: 'boolean', summary: 'Sign in at test.salesforce.com' },
    'instance-url': {
      type: 'string',
      placeholder: 'url',
      summary: "The org's My Domain, such as acme.my.salesforce.com",
    },
    emulator: { type: 'boolean', summary: 'The offline org of amp emulator start (AMP_EMULATOR_URL)' },
    flow: {
      type: 'string',
      placeholder: 'flow',
      summary:
        'web, jwt, client-credentials, password or access-token (default: web; client-credentials for the emulator)',
    },
    'client-id': { type: 'string', placeholder: 'id', summary: "Your app's consumer key" },
    'client-secret': { type: 'string', placeholder: '-', summary: '"-" reads it from stdin' },
    username: { type: 'string', placeholder: 'user', summary: 'For jwt and password' },
    password: { type: 'string', placeholder: '-', summary: '"-" reads password + security token from stdin' },
    'jwt-key-file': { type: 'string', placeholder: 'pem', summary: 'RSA private key for jwt, mode 600' },
    port: {
      type: 'number',
      min: 1,
      max: 65_535,
      summary: 'Callback port registered in the app (default 1717)',
    },
    'no-browser': { type: 'boolean', summary: 'Print the address and wait for the redirect to be pasted' },
    timeout: { type: 'number', min: 1, max: 3600, summary: 'Seconds to wait for the browser (default 180)' },
  },
  examples: [
    'amp org login --alias acme',
    'amp org login --sandbox --alias acme-test',
    'amp org login --flow jwt --client-id 3MVG… --username ops@acme.com --jwt-key-file amp.key',
    'amp org login --flow client-credentials --instance-url acme.my.salesforce.com --client-id 3MVG… --client-secret -',
    'amp org login --emulator',
  ],
  async run(context, { flags }) {
    const { signInFromCommandLine } = await import('../../providers/salesforce/auth/login.ts');
    return signInFromCommandLine(context, flags);
  },
  async view(result, context) {
    const { renderLogin } = await import('../../views/org.ts');
    return renderLogin(result, context.output.style, context.clock.now());
  },
});
