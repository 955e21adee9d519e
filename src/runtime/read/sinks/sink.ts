/**
 * Where mapped lines go. What is written counts only when committed: `flush` makes it durable, `commit` runs inside the
 * transaction that stores the checkpoint, `rollback` takes back what came after the last commit.
 */
export interface ReadSink {
  /** Begins at the committed position: 0, or the checkpoint's offset. */
  open(offset: number): Promise<void>;
  write(lines: Uint8Array): Promise<void>;
  rollback(): Promise<void>;
  flush(): Promise<void>;
  commit(): void;
  close(): Promise<void>;
  /** Bytes committed. */
  readonly offset: number;
  /** Messages committed, for delivery. */
  readonly messages: number;
}
