import { defineErrors } from '../define-errors.ts';

/** Calls passed on to an org, and searches in it. */
export const proxyErrors = defineErrors({
  'proxy-disabled': {
    summary: 'The manifest or the installation has no proxy.',
    remedy: 'Set proxy.enabled: true in amp.yaml and deploy, or talk to an org of yours with --direct.',
  },
  'proxy-path-refused': {
    summary: 'The path could lead out of the org.',
    remedy: 'Give a path of the org, without a host and without "..".',
  },
  'proxy-header-refused': {
    summary: 'A header cannot be sent.',
    remedy: 'Give --header name=value with plain characters.',
  },
  'search-object-off': {
    summary: 'The installation does not read the object, so it cannot be searched.',
    remedy: 'Add it to the installation, or mark it enabled: always in amp.yaml.',
  },
  'search-condition-missing': {
    summary: 'A search needs at least one condition.',
    remedy: 'Give --where field=value.',
    exit: 'usage',
  },
});
