import type { PackedMessage } from '../../../destinations/pack.ts';

/** What one step wrote: a page, or a part of one. */
export interface SinkStep {
  /** Bytes written up to its end. */
  offset: number;
  messages: readonly PackedMessage[];
}

/**
 * Where mapped lines go. What is written counts only when committed: `endStep` closes a step, `flush` makes it durable,
 * `commit` runs inside the transaction that stores the checkpoint; meanwhile the next step may be written. `rollback` takes
 * back what came after the last closed step.
 */
export interface ReadSink {
  /** Keeps what a step wrote in memory until it is committed. */
  readonly holdsPages: boolean;
  /** Begins at the committed position: 0, or the checkpoint's offset. */
  open(offset: number): Promise<void>;
  write(lines: Uint8Array): Promise<void>;
  rollback(): Promise<void>;
  endStep(): SinkStep;
  flush(): Promise<void>;
  commit(step: SinkStep): void;
  close(): Promise<void>;
}
