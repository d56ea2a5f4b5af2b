import type { Tree } from '../../model.ts';
import type { Listing } from '../listing.ts';

/** Functions of Helm and Sprig whose results differ from run to run, the order of `keys` and `values` included. */
const random =
  /\b(?:rand(?:AlphaNum|Alpha|Ascii|Numeric|Bytes|Int)|shuffle|uuidv4|now|ago|unixEpoch|htpasswd|bcrypt|encryptAES|gen(?:PrivateKey|CA|CAWithKey|SelfSignedCert|SelfSignedCertWithKey|SignedCert|SignedCertWithKey))\b|(?:[({|]-?|=)\s*(?:keys|values)\s/;

/** Whether a chart may render differently every time. Packed subcharts are not looked into: they may. */
export async function mayVary(chart: string, tree: Tree, listing: Listing): Promise<boolean> {
  const files = listing.filesBelow(chart);
  if (files.some((file) => file.endsWith('.tgz'))) return true;
  const templates = files.filter((file) => /\/templates\/.*\.(?:ya?ml|tpl|json|txt)$/.test(`/${file}`));
  // A template can stand in the values too.
  const read = await tree.readMany([...templates, ...files.filter((file) => file.endsWith('values.yaml'))]);
  return [...read.values()].some((bytes) => random.test(bytes.toString('latin1')));
}
