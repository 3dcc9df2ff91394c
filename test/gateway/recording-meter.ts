import type { GatewayMeter } from "#gateway";

/** Remembers every report in words: `pipe /x complete`, `backend /x error`. */
export interface RecordingMeter extends GatewayMeter {
  readonly router: { readonly name: string; readonly status: number; readonly bodyBytes: number }[];
  /** `layer name complete/error`, as `t/f`. */
  readonly calls: string[];
  readonly registered: string[];
  begun: number;
  ended: number;
}

const letter = (flag: boolean): string => (flag ? "t" : "f");

export function recordingMeter(): RecordingMeter {
  const layer = (meter: RecordingMeter, kind: string, name: string) => {
    meter.registered.push(`${kind} ${name}`);
    return {
      record(complete: boolean, error: boolean) {
        meter.calls.push(`${kind} ${name} ${letter(complete)}/${letter(error)}`);
      },
    };
  };
  return {
    router: [],
    calls: [],
    registered: [],
    begun: 0,
    ended: 0,
    requestBegan() {
      this.begun += 1;
    },
    requestEnded() {
      this.ended += 1;
    },
    endpoint(name) {
      this.registered.push(`endpoint ${name}`);
      return {
        record: (status, bodyBytes) => void this.router.push({ name, status, bodyBytes }),
      };
    },
    pipe(name) {
      return layer(this, "pipe", name);
    },
    backend(name) {
      return layer(this, "backend", name);
    },
  };
}
