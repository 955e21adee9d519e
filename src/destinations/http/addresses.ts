import { isIPv4, isIPv6 } from 'node:net';

/**
 * Which addresses a webhook may go to. `private` and `loopback` need the destination's own permission; `refused` never gets
 * a message: link-local and metadata services, multicast, documentation and reserved ranges (IANA special-purpose registries).
 */
export type AddressClass = 'public' | 'private' | 'loopback' | 'refused';

/** `address` as the resolver or URL spells it. Anything that is no IP address is `refused`. */
export function classifyAddress(address: string): AddressClass {
  const bytes = parseAddress(address);
  return bytes ? classifyBytes(bytes) : 'refused';
}

function classifyBytes(bytes: Uint8Array): AddressClass {
  const rule = rules.find(({ prefix, bits }) => startsWith(bytes, prefix, bits));
  if (!rule) return 'refused';
  if (typeof rule.verdict === 'string') return rule.verdict;
  return classifyBytes(mapped(bytes.subarray(rule.verdict.v4At, rule.verdict.v4At + 4)));
}

interface Rule {
  prefix: Uint8Array;
  bits: number;
  /** `v4At`: decided like the IPv4 address embedded at that byte. */
  verdict: AddressClass | { v4At: number };
}

/** The first match decides: exact exceptions stand before the ranges that hold them. */
const rules: Rule[] = (
  [
    // Metadata and platform services outside link-local space.
    ['100.100.100.200/32', 'refused'],
    ['168.63.129.16/32', 'refused'],
    ['192.0.0.192/32', 'refused'],
    ['fd00:ec2::254/128', 'refused'],
    ['fd20:ce::254/128', 'refused'],
    ['0.0.0.0/8', 'refused'],
    ['10.0.0.0/8', 'private'],
    ['100.64.0.0/10', 'private'],
    ['127.0.0.0/8', 'loopback'],
    ['169.254.0.0/16', 'refused'],
    ['172.16.0.0/12', 'private'],
    ['192.0.0.0/24', 'refused'],
    ['192.0.2.0/24', 'refused'],
    ['192.31.196.0/24', 'refused'],
    ['192.52.193.0/24', 'refused'],
    ['192.88.99.0/24', 'refused'],
    ['192.168.0.0/16', 'private'],
    ['192.175.48.0/24', 'refused'],
    ['198.18.0.0/15', 'refused'],
    ['198.51.100.0/24', 'refused'],
    ['203.0.113.0/24', 'refused'],
    ['224.0.0.0/4', 'refused'],
    ['240.0.0.0/4', 'refused'],
    ['0.0.0.0/0', 'public'],
    ['::1/128', 'loopback'],
    ['64:ff9b::/96', { v4At: 12 }],
    ['2002::/16', { v4At: 2 }],
    ['2001::/23', 'refused'],
    ['2001:db8::/32', 'refused'],
    ['3fff::/20', 'refused'],
    ['2000::/3', 'public'],
    ['fc00::/7', 'private'],
  ] as const
).map(([range, verdict]) => {
  const [address, bits] = range.split('/') as [string, string];
  return { prefix: parseAddress(address)!, bits: Number(bits) + (isIPv4(address) ? 96 : 0), verdict };
});

/** 16 bytes; IPv4 as `::ffff:a.b.c.d`, so that one table decides both. */
function parseAddress(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return mapped(text.split('.').map(Number));
  const address = text.replace(/%.*$/, '');
  if (!isIPv6(address)) return undefined;
  // A dotted tail is two groups.
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a, b, c, d] = parts.map(Number) as [number, number, number, number];
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [before, after] = plain.split('::') as [string, string | undefined];
  const head = before === '' ? [] : before.split(':');
  const rest = after === undefined || after === '' ? [] : after.split(':');
  const groups = [...head, ...Array<string>(8 - head.length - rest.length).fill('0'), ...rest];
  const bytes = new Uint8Array(16);
  for (const [index, group] of groups.entries()) {
    const value = Number.parseInt(group, 16);
    bytes[2 * index] = value >> 8;
    bytes[2 * index + 1] = value & 255;
  }
  return bytes;
}

function mapped(v4: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set([255, 255], 10);
  bytes.set(v4, 12);
  return bytes;
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array, bits: number): boolean {
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (bytes[i] !== prefix[i]) return false;
  const rest = bits & 7;
  return rest === 0 || bytes[whole]! >> (8 - rest) === prefix[whole]! >> (8 - rest);
}
