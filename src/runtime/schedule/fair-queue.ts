/**
 * Work that waits, by owner. Owners take turns: one with a thousand entries gets as much of each round as one with a single
 * entry, so nobody's start depends on how much somebody else has.
 */
export class FairQueue<Item> {
  readonly #byOwner = new Map<string, Item[]>();

  get size(): number {
    let size = 0;
    for (const items of this.#byOwner.values()) size += items.length;
    return size;
  }

  add(owner: string, item: Item): void {
    const items = this.#byOwner.get(owner);
    if (items) items.push(item);
    else this.#byOwner.set(owner, [item]);
  }

  /** The first item that may start, of the owner whose turn is first; that owner then goes to the end of the line. */
  take(mayStart: (item: Item) => boolean): Item | undefined {
    for (const [owner, items] of this.#byOwner) {
      const at = items.findIndex(mayStart);
      if (at < 0) continue;
      const [item] = items.splice(at, 1);
      this.#byOwner.delete(owner);
      if (items.length > 0) this.#byOwner.set(owner, items);
      return item;
    }
    return undefined;
  }

  /** Takes out what is no longer wanted. */
  remove(isGone: (item: Item) => boolean): void {
    for (const [owner, items] of this.#byOwner) {
      const kept = items.filter((item) => !isGone(item));
      if (kept.length > 0) this.#byOwner.set(owner, kept);
      else this.#byOwner.delete(owner);
    }
  }
}
