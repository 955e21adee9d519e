import { defineErrors } from '../define-errors.ts';

/** Installations and their configs. The `config-…` codes are findings in one customer's config. */
export const installationErrors = defineErrors({
  'installation-exists': {
    summary:
      'The integration is already installed for this group; there is one installation per group and integration.',
    remedy: 'Change it with amp installations update.',
  },
  'installation-not-found': { summary: 'There is no such installation.', remedy: 'amp installations lists them.' },
  'installation-ambiguous': {
    summary: 'The group has several installations and the command works on one.',
    remedy: 'Add --integration, or use the id.',
    exit: 'usage',
  },
  'installation-integration-not-found': {
    summary: 'The deployed manifest has no such integration.',
    remedy: 'Check the name, and deploy the manifest first.',
  },
  'installation-config-invalid': {
    summary: 'The installation config is not valid JSON or has values of the wrong type.',
    remedy: 'Compare it with docs/installations.md.',
  },
  'config-unknown-key': {
    summary: 'The installation config has a key that is not known and is ignored.',
    remedy: 'Check the spelling.',
  },
  'config-choice-unknown': {
    summary: 'A --map or --field flag names something the integration does not offer.',
    remedy: 'Use a mapping or field of the manifest.',
    exit: 'usage',
  },
  'installation-sample-failed': {
    summary: 'Reading one record to try the installation out failed, so it was not saved.',
    remedy: 'Check the field and its field-level security, or skip the trial with --skip-sampling.',
  },
  'installation-page-port': {
    summary: 'The page of amp install --web cannot be served on that port.',
    remedy: 'Free the port, or leave --port out.',
  },
  'installation-page-timeout': {
    summary: 'Nobody sent the page of amp install --web in time; nothing was saved.',
    remedy: 'Run it again, or allow more time with --timeout.',
  },
  'config-object': {
    summary: 'The config names an object that the manifest does not have under that action.',
    remedy: 'Use an object of the manifest.',
  },
  'config-field': {
    summary: 'The config names a field that the org does not show to the connected user.',
    remedy: 'Check the name, then field-level security.',
  },
  'config-required-mapping': {
    summary: 'A required mapping has no source field.',
    remedy: 'Choose one with --map name=Field.',
  },
  'config-value-mapping': {
    summary: 'A value mapping is not one to one.',
    remedy: 'Give every delivered value its own provider value.',
  },
  'config-filter': { summary: 'A field filter cannot be used.', remedy: 'Use operator eq, one condition per field.' },
  'config-default': {
    summary: 'A default value does not fit its field.',
    remedy: 'Give exactly one of stringValue, integerValue, booleanValue, of the type of the field.',
  },
  'config-quota-optimization': {
    summary: 'Quota optimisation needs an update event with a list of watched fields.',
    remedy: 'Enable updateEvent and set requiredWatchFields.',
  },
  'config-subscribe-permission': {
    summary: 'The connected user cannot get change events of a subscribed object.',
    remedy: 'Give the user API Enabled and View All Records on the object.',
  },
  'config-schedule': {
    summary: 'A schedule of the config is not valid.',
    remedy: 'Use five-field cron, ten minutes or more apart.',
  },
  'config-destination': {
    summary: 'The config names a destination that is not set up here.',
    remedy: 'amp destinations add <name> --url <url>',
  },
});
