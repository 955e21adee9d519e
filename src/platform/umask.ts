/** What the shell asked for, before everything we create became private. */
let shellMask = 0o022;

/** From here on whatever this process creates belongs to this user alone: state, caches, exports. */
export function createPrivately(): void {
  shellMask = process.umask(0o077);
}

/** Mode of a file that belongs to the project (amp.yaml, types): what any editor would give it. */
export function projectFileMode(): number {
  return 0o666 & ~shellMask;
}
