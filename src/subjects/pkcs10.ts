/** The subject of a certificate signing request. */
export interface RequestedSubject {
  organizations: readonly string[];
  commonName: string;
}

interface Node {
  tag: number;
  start: number;
  end: number;
}

/**
 * Reads the subject of a PEM encoded PKCS 10 request that is base64 encoded once more, as spec.request is.
 * Undefined when it is not one.
 */
export function requestedSubject(encoded: string): RequestedSubject | undefined {
  const pem = decode(encoded);
  const body = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END/.exec(pem ?? '')?.[1];
  const der = body === undefined ? undefined : decode(body);
  if (der === undefined) return undefined;
  const request = nodeAt(der, 0, der.length);
  const info = request?.tag === 0x30 ? nodeAt(der, request.start, request.end) : undefined;
  const parts = info?.tag === 0x30 ? nodesIn(der, info) : [];
  const subject = parts[1];
  if (subject?.tag !== 0x30) return undefined;
  const organizations: string[] = [];
  let commonName = '';
  for (const set of nodesIn(der, subject))
    for (const attribute of nodesIn(der, set)) {
      const [type, value] = nodesIn(der, attribute);
      if (type === undefined || value === undefined) continue;
      const oid = der.slice(type.start, type.end);
      const text = der.slice(value.start, value.end);
      // 2.5.4.10 organizationName, 2.5.4.3 commonName (X.520)
      if (oid === '\x55\x04\x0a') organizations.push(text);
      else if (oid === '\x55\x04\x03') commonName = text;
    }
  return { organizations, commonName };
}

function decode(text: string): string | undefined {
  const packed = text.replaceAll(/\s/g, '');
  return packed !== '' && /^[A-Za-z0-9+/]+={0,2}$/.test(packed) && packed.length % 4 === 0 ? atob(packed) : undefined;
}

/** The DER element at an offset: tag and range of its contents. */
function nodeAt(der: string, at: number, limit: number): Node | undefined {
  const first = der.charCodeAt(at + 1);
  if (at + 2 > limit) return undefined;
  const bytes = first < 0x80 ? 0 : first & 0x7f;
  if (bytes > 4) return undefined;
  let length = bytes === 0 ? first : 0;
  for (let index = 0; index < bytes; index += 1) length = length * 256 + der.charCodeAt(at + 2 + index);
  const start = at + 2 + bytes;
  const end = start + length;
  return end <= limit ? { tag: der.charCodeAt(at), start, end } : undefined;
}

function nodesIn(der: string, { start, end }: Node): Node[] {
  const nodes: Node[] = [];
  for (let at = start; at < end;) {
    const node = nodeAt(der, at, end);
    if (node === undefined) break;
    nodes.push(node);
    at = node.end;
  }
  return nodes;
}
