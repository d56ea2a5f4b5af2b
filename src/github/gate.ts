import type { Probot } from 'probot';
import { unobserved, type Observe } from '../observe.ts';
import { createWebhookHandler } from '../web/webhook.ts';
import { readEvent } from './events.ts';

/**
 * Puts our own door in front of the App's webhooks. Probot's answers a wrong signature with 400, reads bodies of any size, and
 * fails a delivery with 500 when a field is missing.
 */
export function createGate(
  probot: Probot,
  answered: (event: string, status: number) => void,
  observe: Observe = unobserved.observe,
): void {
  const handler = createWebhookHandler(
    {
      verify: async (body, signature) => probot.webhooks.verify(body, signature),
      async receive(id, name, payload) {
        // Malformed ones are refused here, where the sender still listens.
        readEvent(id, name, payload);
        const delivery = { id, name, payload } as Parameters<typeof probot.webhooks.receive>[0];
        await observe('delivery', { delivery: id, event: name }, () => probot.webhooks.receive(delivery));
      },
      refused: (reason, delivery) => probot.log.warn({ delivery }, `Webhook refused: ${reason}`),
      failed: (err, delivery) => probot.log.error({ err, delivery }, 'A delivery could not be stored.'),
      answered,
    },
    // Probot's set-up registers the bare address.
    [probot.webhookPath, '/'],
  );
  probot.getNodeMiddleware = () => Promise.resolve(handler);
}
