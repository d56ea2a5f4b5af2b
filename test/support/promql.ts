/** What a panel of a Grafana dashboard asks for. */
export function queriesOf({ targets = [] }: { targets?: readonly { expr: string }[] }): string[] {
  return targets.map(({ expr }) => expr);
}

/** The metrics of ours that a PromQL expression asks for, with the labels it selects by or groups by. */
export function selectors(expression: string): { metric: string; labels: string[] }[] {
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/\s*,\s*/));
  return [...expression.matchAll(/\b((?:plimsoll|process|nodejs)_[a-z0-9_]+)(?:\{([^}]*)\})?/g)].map(
    ([, metric = '', matchers = '']) => ({
      metric,
      labels: [
        ...[...matchers.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
        ...grouped,
      ].filter(
        // Prometheus' own, and those of buckets.
        (label) => !['le', 'job', 'instance', ''].includes(label),
      ),
    }),
  );
}
