/** Parsed JSON as ordinary objects and doubles, for what has no use for digits a double cannot hold. */
export function plainJson<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}
