/** How the push to InfluxDB stands. */
export interface DeliveryState {
  /** Where to, without credentials. */
  readonly address: string;
  readonly batchesStored: number;
  readonly pointsStored: number;
  /** The server will never take them. */
  readonly batchesRefused: number;
  /** There was no room to keep them until the server is back. */
  readonly batchesDropped: number;
  readonly writesFailed: number;
  readonly batchesQueued: number;
  readonly pointsQueued: number;
  /** Age of the oldest queued batch. */
  readonly lagSeconds: number;
  readonly lastSuccessMs: number | null;
  /** Of the last write that was not stored; null once one was. */
  readonly lastError: string | null;
}

type Counted =
  | "batchesStored"
  | "pointsStored"
  | "batchesRefused"
  | "batchesDropped"
  | "writesFailed"
  | "lastSuccessMs"
  | "lastError";

/** What is counted since the start, as opposed to what is queued now. */
export type DeliveryCounts = { -readonly [Name in Counted]: DeliveryState[Name] };

export function noDeliveries(): DeliveryCounts {
  return {
    batchesStored: 0,
    pointsStored: 0,
    batchesRefused: 0,
    batchesDropped: 0,
    writesFailed: 0,
    lastSuccessMs: null,
    lastError: null,
  };
}
