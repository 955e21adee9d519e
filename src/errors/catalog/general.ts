import { defineErrors } from '../define-errors.ts';

/** The command line itself, configuration and files. */
export const generalErrors = defineErrors({
  usage: {
    summary: 'The command line is wrong: unknown command or flag, missing or invalid argument.',
    remedy: 'Run the command with --help.',
    exit: 'usage',
  },
  'prompt-unavailable': {
    summary: 'A question would have to be asked, but there is no terminal to ask on.',
    remedy: 'Give the flag that answers it.',
    exit: 'usage',
  },
  'project-not-found': {
    summary: 'No amp.yaml or amp.yml was found in this folder or any parent.',
    remedy: 'Run amp init, or name the folder with -C.',
    exit: 'usage',
  },
  'file-unreadable': { summary: 'A file could not be read.', remedy: 'Check the path and its permissions.' },
  'file-unwritable': {
    summary: 'A file could not be written.',
    remedy: 'Check the path, its permissions and free space.',
  },
  'file-exists': { summary: 'The file exists and would be overwritten.', remedy: 'Give --force to overwrite it.' },
  interrupted: { summary: 'Stopped by Ctrl-C.', remedy: 'Run the command again to go on.', exit: 'interrupted' },
  terminated: {
    summary: 'Stopped by SIGTERM or SIGHUP.',
    remedy: 'Run the command again to go on.',
    exit: 'terminated',
  },
  'output-closed': { summary: 'The program reading our output has gone.', remedy: 'Nothing to do.', exit: 'ok' },
  'demo-step-failed': {
    summary: 'A step of the demo did not end as it should.',
    remedy: 'Run amp doctor, then amp demo again; report it if it stays.',
  },
  'internal-error': {
    summary: 'amp met a state it was not written for.',
    remedy: 'Run again with --debug and report the stack trace.',
  },
});
