/** A range of addresses: the bits of its network, and how many of them count. */
export interface AddressRange {
  family: 4 | 6;
  network: bigint;
  prefix: number;
}

/** Reads an address or a CIDR of IPv4 or IPv6; undefined for anything else. */
export function addressRange(text: string): AddressRange | undefined {
  const [address = '', mask, ...more] = text.trim().split('/');
  if (more.length > 0) return undefined;
  const family = address.includes(':') ? 6 : 4;
  const width = family === 6 ? 128 : 32;
  const bits = family === 6 ? ipv6(address) : ipv4(address);
  const prefix = mask === undefined ? width : /^\d{1,3}$/.test(mask) ? Number(mask) : -1;
  if (bits === undefined || prefix < 0 || prefix > width) return undefined;
  const host = BigInt(width - prefix);
  return { family, network: (bits >> host) << host, prefix };
}

/** Whether `inner` lies within `outer`. */
export function rangeContains(outer: AddressRange, inner: AddressRange): boolean {
  if (outer.family !== inner.family || outer.prefix > inner.prefix) return false;
  const host = BigInt((outer.family === 6 ? 128 : 32) - outer.prefix);
  return inner.network >> host === outer.network >> host;
}

function ipv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function ipv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => groups(half));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (!all.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return all.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

/** The groups of half an address; an IPv4 address at its end counts as two. */
function groups(half: string): string[] {
  if (half === '') return [];
  const parts = half.split(':');
  const last = parts.at(-1) ?? '';
  const embedded = last.includes('.') ? ipv4(last) : undefined;
  if (embedded === undefined) return parts;
  return [...parts.slice(0, -1), (embedded >> 16n).toString(16), (embedded & 0xffffn).toString(16)];
}
