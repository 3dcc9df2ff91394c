export type { Answer } from "./answer.ts";
export { errorJson, renderJson } from "./json/render-json.ts";
export { renderResult, type ResultStyle } from "./render-result.ts";
export {
  chooseResultFormat,
  contentDispositionOf,
  contentTypeOf,
  RESULT_FORMATS,
  type ResultFormat,
} from "./result-format.ts";
