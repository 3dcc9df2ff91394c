export { answerCatalogue, type Catalogue } from "./catalogue/answer-catalogue.ts";
export type { CatalogueRequest } from "./catalogue/catalogue-request.ts";
export type { QueryPoolLimits } from "./limits.ts";
export { QueryPool } from "./query-pool.ts";
export type { NewQuery, QueryAnswer, QueryView } from "./query-request.ts";
export type { QueryFeature, QuerySettings } from "./query-settings.ts";
export type { StoreLine } from "./selection/messages.ts";
export { hostSelections } from "./selection/selection-host.ts";
