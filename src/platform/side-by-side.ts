/** Works on every item, at most `atOnce` of them at a time, in order of starting. Rejects with the first failure and starts no more then. */
export async function sideBySide<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const takeTurns = async () => {
    for (let index = next++; index < items.length && !failed; index = next++) {
      try {
        await work(items[index]!, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, takeTurns));
}
