import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { wantsColour } from '../../src/output/colour.ts';
import { plainStyle } from '../../src/output/style.ts';
import { renderTable } from '../../src/output/table.ts';
import { TerminalOutput } from '../../src/output/terminal-output.ts';

function open(flags: Parameters<typeof loadConfig>[0] = {}) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const output = new TerminalOutput(
    { stdout, stderr },
    {
      config: loadConfig(flags, {}, '/'),
      colour: undefined,
      redact: (text) => text.replace('hunter2', '[redacted]'),
      onClosed: () => {},
    },
  );
  return { output, read: () => ({ stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') }) };
}

describe('colour', () => {
  const terminal = { flag: undefined, isTerminal: true, env: {} };
  test('is on for a terminal and off for a pipe', () => {
    expect(wantsColour(terminal)).toBe(true);
    expect(wantsColour({ ...terminal, isTerminal: false })).toBe(false);
  });
  test('NO_COLOR, TERM=dumb and --no-color switch it off; FORCE_COLOR switches it on in a pipe', () => {
    expect(wantsColour({ ...terminal, env: { NO_COLOR: '1' } })).toBe(false);
    expect(wantsColour({ ...terminal, env: { TERM: 'dumb' } })).toBe(false);
    expect(wantsColour({ ...terminal, flag: false, env: { FORCE_COLOR: '1' } })).toBe(false);
    expect(wantsColour({ ...terminal, isTerminal: false, env: { FORCE_COLOR: '1' } })).toBe(true);
    expect(wantsColour({ ...terminal, env: { FORCE_COLOR: '0' } })).toBe(false);
  });
});

describe('output', () => {
  test('results go to stdout, notices and warnings to stderr', () => {
    const { output, read } = open();
    output.text('done');
    output.notice('by the way');
    output.warning('careful');
    expect(read()).toEqual({ stdout: 'done\n', stderr: 'by the way\nWarning: careful\n' });
  });

  test('--quiet silences notices and warnings, not diagnostics', () => {
    const { output, read } = open({ quiet: true });
    output.notice('by the way');
    output.warning('careful');
    output.diagnostics([{ code: 'usage', severity: 'error', message: 'Wrong.', docsUrl: 'docs/errors.md#usage' }]);
    expect(read().stderr).toContain('Wrong.');
  });

  test('with --json diagnostics are one document on stdout', () => {
    const { output, read } = open({ json: true });
    output.diagnostics([{ code: 'usage', severity: 'error', message: 'Wrong.', docsUrl: 'docs/errors.md#usage' }]);
    const { stdout, stderr } = read();
    expect(JSON.parse(stdout).diagnostics).toHaveLength(1);
    expect(stderr).toBe('');
  });

  test('nothing secret passes to stderr, whoever wrote it', () => {
    const { output, read } = open({ debug: true });
    output.debug('password hunter2');
    output.notice('password hunter2');
    expect(read().stderr).not.toContain('hunter2');
  });

  test('bytes waits for a slow reader and stops when it has gone', async () => {
    const { output } = open();
    await output.bytes(Buffer.from('x'));
    const gone = new PassThrough();
    const closed = new TerminalOutput(
      { stdout: gone, stderr: new PassThrough() },
      { config: loadConfig({}, {}, '/'), colour: undefined, redact: (text) => text, onClosed: () => {} },
    );
    gone.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await expect(closed.bytes(Buffer.from('x'))).rejects.toMatchObject({ code: 'output-closed' });
  });
});

test('a table has two spaces between columns and nothing at line ends', () => {
  const table = renderTable(
    [{ head: 'Object' }, { head: 'Rows', align: 'right' }],
    [
      ['account', '1,000'],
      ['contact', '12'],
    ],
    plainStyle,
  );
  expect(table).toBe('Object    Rows\naccount  1,000\ncontact     12');
});
