export { type Gateway, createGateway } from "./create-gateway.ts";
export { formatGatewayFinding } from "./config/finding.ts";
export { GatewayConfigError } from "./errors.ts";
export { loadGatewayConfig } from "./config/load-gateway-config.ts";
export type { DeliveryState } from "./influx/delivery-state.ts";
export { defaultGatewayLimits, type GatewayLimits } from "./limits.ts";
export type { GatewayMeter } from "./meter.ts";
export { type MeasuredGateway, startGateway } from "./start-gateway.ts";
