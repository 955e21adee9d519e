/** Names and values in messages: quoted, shortened, and never able to move the cursor of a terminal. */
export function quote(value: string, longest = 60): string {
  const short = value.length > longest ? `${value.slice(0, longest - 1)}…` : value;
  return `"${short.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '�')}"`;
}

export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** 2016 → `2,016`. By hand: loading the locale tables costs more than checking a file. */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
