/** The candidate closest to what was written, when it is close enough to be meant; undefined when two are equally close. */
export function suggest(written: string, candidates: Iterable<string>): string | undefined {
  const target = written.toLowerCase();
  if (target.length > 64) return undefined;
  // A third of the letters may be wrong, and at least one.
  const most = Math.max(1, Math.floor(target.length / 3));
  let best: string | undefined;
  let bestDistance = most + 1;
  let isTied = false;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - target.length) > most) continue;
    const distance = editDistance(target, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
      isTied = false;
    } else if (distance === bestDistance && candidate !== best) {
      isTied = true;
    }
  }
  return isTied ? undefined : best;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
export function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const change = left[row - 1] === right[column - 1] ? 0 : 1;
      let distance = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + change);
      const isSwap =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (isSwap) distance = Math.min(distance, beforeLast[column - 2]! + 1);
      current.push(distance);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length]!;
}
