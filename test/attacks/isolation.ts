/** How an attack gets through. */
export type Breach = 'printed' | 'connected';

/** What isolation alone keeps in; beginnings of titles. */
export const needed: [title: string, breach: Breach][] = [
  ['row 01: a template is a link outside', 'printed'],
  ['row 02: a file for .Files.Get is a link outside', 'printed'],
  ['row 03: values.yaml is a link outside', 'printed'],
  ['row 04: Chart.yaml is a link outside', 'printed'],
  ['row 05: a folder of templates is a link outside', 'printed'],
  ['row 05f: a link leads to the environment of a server', 'printed'],
  ['row 10: a schema refers to a server', 'connected'],
  ['row 10b: a schema refers to a file outside', 'printed'],
  ['row 10e: a schema names its own meta-schema on a server', 'connected'],
  ['row 10e: a schema inside an archive refers to a server', 'connected'],
  ['row 40: a base outside', 'printed'],
  ['row 51: a component outside', 'printed'],
  ['row 52b: a folder of resources is a link outside', 'printed'],
  ...[
    ...['resources', 'bases', 'patches', 'patchesStrategicMerge', 'patchesJson6902', 'crds', 'configurations'],
    ...['configMapGenerator', 'configMapGenerator envs', 'generators', 'transformers', 'validators', 'replacements'],
    'openapi',
  ].map((field): [string, Breach] => [`row 42: a URL in ${field}`, 'connected']),
  ['row 42b: a resource is a URL whose body never ends', 'connected'],
  ['row 50: a generator of secrets reads a URL', 'connected'],
  ['row 50b: a generator reads a URL whose body never ends', 'connected'],
];
