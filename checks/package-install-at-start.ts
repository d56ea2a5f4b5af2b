import { commandItems, defineCheck, Label } from '../src/check.ts';

export default defineCheck({
  id: 'package-install-at-start',
  title: 'Start command installs packages',
  category: 'workload-hardening',
  severity: 'low',
  default: 'off',
  on: 'container',
  why: 'What runs is whatever the package source serves at that moment; nobody scanned it, and the pod needs the network and a writable file system.',
  remedy: 'Install packages in the image build.',
  standards: { nsa: ['Kubernetes Pod security: building secure container images'], mitre: ['T1105'] },
  run(container) {
    const items = commandItems(container);
    const line = items.map(({ text }) => text).join(' ');
    const [, program] = installing.exec(line) ?? [];
    const found = items.find(({ text }) => installing.test(text)) ?? items[0];
    if (program !== undefined && found !== undefined)
      return { at: found.at, message: `${Label(container)} installs packages with ${program} when it starts.` };
  },
});

/**
 * A package manager, options, and a verb that installs: `apt-get -y install`, `python -m pip install`, `apk add`. What follows an
 * option may be its value where it is no plain word.
 */
const installing =
  /(?:^|[\s;&|(/"'`])(apt|apt-get|apk|yum|dnf|microdnf|pip[\d.]*|npm|gem|go)(?:\s+-[\w-]+(?:=\S+|\s+(?!-)(?=\S*[./:=])[\w./:=-]+)?)*\s+(?:install|add|i|ci|get)(?=$|[\s;&|)"'`])/;
