export { type Gateway, createGateway } from "./create-gateway.ts";
export { Findings, formatGatewayFinding } from "./config/finding.ts";
export { GatewayConfigError } from "./errors.ts";
export { loadGatewayConfig } from "./config/load-gateway-config.ts";
export type { DeliveryState } from "./influx/delivery-state.ts";
export { defaultGatewayLimits, type GatewayLimits } from "./limits.ts";
export { readMeasuringOptions, startMeasuring } from "./measuring.ts";
export { type GatewayMeter, silentMeter } from "./meter.ts";
