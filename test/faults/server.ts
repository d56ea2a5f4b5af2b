/** The server of the fault runs, in a process of its own so that it can be killed: production's, with less patience. */
import { serve } from '../../src/entry/server.ts';

const { url } = await serve({ patience: { timeout: 3000, second: 20, throttle: false } });
process.send?.({ url });
