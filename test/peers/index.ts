export { findPeer, type PeerFile, type PeerName, peerOrSkip, type SkipTest } from "./catalogue.ts";
export { startNodeExporter, startPushgateway } from "./exporters.ts";
export { INFLUX_ADMIN, influxQuery, startInfluxDb } from "./influxdb.ts";
export { freePort, type RunningPeer, startPeer } from "./peer-process.ts";
export { queryVector, startPrometheus } from "./prometheus.ts";
export { startVictoriaMetrics } from "./victoria-metrics.ts";
