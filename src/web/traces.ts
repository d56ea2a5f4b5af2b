/** Spans for OpenTelemetry, sent by OTLP over HTTP. Loaded only when an operator names a collector. */
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import type { Attributes, Step } from '../observe.ts';
import type { Traces } from './observer.ts';

export interface TracesOptions {
  /** Where spans are posted, with its path. */
  url: string;
  /** Share of the deliveries that are traced, 0 to 1; a trace is kept whole, over all processes. */
  share: number;
  /** Told once, when the collector does not take them. */
  warn: (why: string) => void;
}

/** Milliseconds that the collector has for an answer: what is left at the end must not keep a process from ending. */
const patience = 3000;

/** What is called as OpenTelemetry's conventions say; all else is ours. https://opentelemetry.io/docs/specs/semconv/http/http-spans/ */
const conventional: Readonly<Record<string, string>> = {
  method: 'http.request.method',
  status: 'http.response.status_code',
  route: 'url.template',
};

/** Ends that are nobody's fault: a newer head, a shutdown, a wait that was asked for. */
const intended = new Set(['Cancelled', 'HandedBack', 'LeaseLost', 'TryLater']);

export function openTraces({ url, share, warn }: TracesOptions): Traces {
  const named = resourceFromAttributes({ 'service.name': 'plimsoll' });
  const provider = new TracerProvider({
    resource: named.merge(detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] })),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: telling(url, warn) })],
  });
  const tracer = provider.getTracer('plimsoll');
  // Not the global one: two servers of one process have a context each.
  const contexts = new AsyncLocalStorageContextManager().enable();
  return {
    begin(step, attributes, origin) {
      const parent = origin === undefined ? contexts.active() : fromOutside(origin);
      const kind = step === 'request' ? SpanKind.CLIENT : step === 'delivery' ? SpanKind.SERVER : SpanKind.INTERNAL;
      const span = tracer.startSpan(nameOf(step, attributes), { kind }, parent);
      return {
        within: (work) => contexts.with(trace.setSpan(parent, span), work),
        end(noted, failure) {
          for (const [name, value] of Object.entries(noted))
            if (value !== undefined) span.setAttribute(conventional[name] ?? `plimsoll.${name}`, value);
          if (failure !== undefined) span.setAttribute('error.type', failure);
          if (failure !== undefined && !intended.has(failure)) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    current() {
      const context = trace.getSpanContext(contexts.active());
      if (context === undefined) return undefined;
      return `00-${context.traceId}-${context.spanId}-0${context.traceFlags & 1}`;
    },
    async close() {
      // What could not be sent was told already; ending goes on.
      await provider.shutdown().catch(() => warn('what was left at the end was not taken'));
      contexts.disable();
    },
  };
}

function nameOf(step: Step, { stage, tool, event, method, route }: Attributes): string {
  if (step === 'stage') return String(stage);
  if (step === 'render') return String(tool);
  if (step === 'delivery') return `delivery ${String(event)}`;
  if (step === 'call')
    return route === undefined ? `GitHub ${String(method)}` : `GitHub ${String(method)} ${String(route)}`;
  return step === 'request' ? String(method) : step;
}

/** https://www.w3.org/TR/trace-context/#traceparent-header-field-values */
const traceparent = /^00-([0-9a-f]{32})-([0-9a-f]{16})-0([01])$/;

function fromOutside(origin: string): Context {
  const [, traceId, spanId, flags] = traceparent.exec(origin) ?? [];
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number(flags), isRemote: true });
}

/** The exporter is silent about what it loses. */
function telling(url: string, warn: (why: string) => void): SpanExporter {
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: patience });
  let told = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error !== undefined && !told) warn(`${new URL(url).host} does not take them (${result.error.name})`);
        told ||= result.error !== undefined;
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}
