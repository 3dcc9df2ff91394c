export type { Answer } from "./answer.ts";
export { errorJson, renderJson } from "./json/render-json.ts";
