/** GitHub redelivers within three days at most; a busy App sees some ten thousand deliveries in that time. */
const remembered = 50_000;

/** Tells whether a delivery is seen for the first time. Remembers the last 50,000. */
export function createDeliveries(): (delivery: string) => boolean {
  const seen = new Set<string>();
  return (delivery) => {
    if (seen.has(delivery)) return false;
    seen.add(delivery);
    if (seen.size > remembered) for (const oldest of seen) return seen.delete(oldest);
    return true;
  };
}
