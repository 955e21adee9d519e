import { defineErrors } from '../define-errors.ts';

/** Diff, deploy, revisions and rollback. */
export const deployErrors = defineErrors({
  'deploy-manifest-invalid': {
    summary: 'The manifest has errors, so nothing was contacted and nothing was deployed.',
    remedy: 'Fix what amp validate reports.',
  },
  'deploy-base-moved': {
    summary: 'Something else was deployed after this plan was made.',
    remedy: 'Run amp diff again and look at the new plan.',
  },
  'deploy-manifest-changed': {
    summary: 'The manifest is not the one the plan was made from.',
    remedy: 'Run amp diff again and look at the new plan.',
  },
  'deploy-plan-invalid': {
    summary: 'The saved plan cannot be read, or was made for another environment.',
    remedy: 'Make a new one with amp diff --out.',
  },
  'deploy-in-progress': {
    summary: 'Another deploy of this project is running.',
    remedy: 'Wait for it to end, then look at amp diff again.',
  },
  'deploy-needs-decision': {
    summary: 'The deploy takes something away from installed customers and nobody is there to ask.',
    remedy: 'Decide with --on-removed keep or --on-removed stop, or accept the plan with --yes.',
    exit: 'usage',
  },
  'deploy-declined': { summary: 'The plan was not confirmed; nothing was changed.', remedy: 'Nothing to do.' },
  'deploy-not-deployed': {
    summary: 'Nothing is deployed here yet.',
    remedy: 'Run amp deploy.',
  },
  'deploy-revision-not-found': {
    summary: 'There is no such revision.',
    remedy: 'amp revisions lists them.',
  },
});
