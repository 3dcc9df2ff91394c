/**
 * The body of a backend's answer on its way. Nobody reads it at first: what arrives waits, and past
 * a little the backend's socket does. Then it is taken whole, passed to a client at the client's
 * pace, or thrown away; exactly one of these must be done with every body.
 */
import type { Dispatcher } from "undici";
import { breakOff, isGone, isSent, type RawResponse } from "#http";
import type { ServerResponse } from "node:http";
import { createGunzip, type Gunzip } from "node:zlib";
import { BackendFailure } from "../errors.ts";
import { BODY_WAITING_BYTES_MAX } from "../limits.ts";

export interface PassOptions {
  /** How long a client may take nothing. */
  readonly stallTimeoutMs: number;
  readonly onStall: () => void;
}

export interface PassOutcome {
  readonly bodyBytes: number;
  /** False where either side broke off. */
  readonly isWhole: boolean;
}

/** Who takes what arrives. */
interface Sink {
  chunk(chunk: Buffer): void;
  end(error: Error | null): void;
}

export class BodyStream {
  readonly #controller: Dispatcher.DispatchController;
  readonly #isGzip: boolean;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #sink: Sink | null = null;
  #ended: { readonly error: Error | null } | null = null;

  constructor(controller: Dispatcher.DispatchController, isGzip: boolean) {
    this.#controller = controller;
    this.#isGzip = isGzip;
  }

  /** Called by the client as data comes in. */
  push(chunk: Buffer): void {
    if (this.#sink !== null) {
      this.#sink.chunk(chunk);
      return;
    }
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes > BODY_WAITING_BYTES_MAX) this.#controller.pause();
  }

  /** Called by the client once: at the end, or where the backend broke off. */
  finish(error: Error | null): void {
    this.#ended ??= { error };
    this.#sink?.end(error);
  }

  /** The whole body, decompressed. Rejects where it breaks off or is larger than `bytesMax`. */
  bytes(bytesMax: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let lengthBytes = 0;
      this.#takeInto({
        chunk: (chunk) => {
          lengthBytes += chunk.length;
          if (lengthBytes > bytesMax) this.#give(tooLarge(bytesMax), reject);
          else chunks.push(chunk);
        },
        end: (error) => {
          if (error !== null) return reject(error);
          const [only] = chunks;
          resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
        },
      });
    });
  }

  #give(error: Error, reject: (error: Error) => void): void {
    reject(error);
    this.#controller.abort(error);
  }

  discard(): void {
    this.#takeInto({ chunk: () => undefined, end: () => undefined });
    if (this.#ended === null) this.#controller.abort(new Error("the body is not needed"));
  }

  /** Reads to the end for nothing, so that the connection can be used again. */
  drain(): void {
    this.#takeInto({ chunk: () => undefined, end: () => undefined });
  }

  /** Writes the body to a client; the head has been written. */
  passTo(response: RawResponse, options: PassOptions): Promise<PassOutcome> {
    const whole = this.#wholeAlready();
    return new Promise((resolve) => {
      // The rule for small bodies: all of it came with the head, and goes out with it.
      if (whole !== null) {
        (response as ServerResponse).end(whole);
        resolve({ bodyBytes: whole.length, isWhole: true });
        return;
      }
      const passage = new Passage(response, this.#controller, options, resolve);
      this.#takeInto(passage);
    });
  }

  #wholeAlready(): Buffer | null {
    const [only] = this.#waiting;
    const isWhole = this.#ended?.error === null && !this.#isGzip && this.#waiting.length === 1;
    return isWhole && only !== undefined ? only : null;
  }

  #takeInto(sink: Sink): void {
    const target = this.#isGzip ? unzipping(sink, this.#controller) : sink;
    this.#sink = target;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const chunk of waiting) target.chunk(chunk);
    if (this.#ended !== null) target.end(this.#ended.error);
    else if (this.#controller.paused && !(sink instanceof Passage && sink.isWaiting)) {
      this.#controller.resume();
    }
  }
}

function tooLarge(bytesMax: number): BackendFailure {
  return new BackendFailure(
    "backend_answer_too_large",
    `A backend's answer is larger than ${bytesMax} bytes: raise gateway.answer_body_bytes_max.`,
  );
}

/** What arrives goes through gunzip first, which has a pace of its own. */
function unzipping(sink: Sink, controller: Dispatcher.DispatchController): Sink {
  const gunzip: Gunzip = createGunzip();
  let isOver = false;
  const end = (error: Error | null): void => {
    if (isOver) return;
    isOver = true;
    sink.end(error);
  };
  gunzip.on("data", (chunk: Buffer) => {
    if (!isOver) sink.chunk(chunk);
  });
  gunzip.on("drain", () => controller.resume());
  gunzip.on("end", () => end(null));
  gunzip.on("error", (cause) => {
    const text = "A backend's answer is not the gzip that it says it is.";
    const error = new BackendFailure("backend_answer_invalid", text, 500, { cause });
    end(error);
    controller.abort(error);
  });
  return {
    chunk(chunk) {
      if (!gunzip.write(chunk)) controller.pause();
    },
    end(error) {
      if (error === null) gunzip.end();
      else end(error);
    },
  };
}

/** From a backend's socket to a client's, at the pace of the slower. */
class Passage implements Sink {
  isWaiting = false;
  readonly #response: RawResponse;
  readonly #controller: Dispatcher.DispatchController;
  readonly #options: PassOptions;
  readonly #done: (outcome: PassOutcome) => void;
  #bodyBytes = 0;
  #stall: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(
    response: RawResponse,
    controller: Dispatcher.DispatchController,
    options: PassOptions,
    done: (outcome: PassOutcome) => void,
  ) {
    this.#response = response;
    this.#controller = controller;
    this.#options = options;
    this.#done = done;
    response.on("close", () => {
      const isWhole = isSent(response);
      this.#settle(isWhole);
      if (!isWhole) controller.abort(new Error("the client left"));
    });
    response.on("drain", () => {
      this.#wait(false);
      controller.resume();
    });
  }

  chunk(chunk: Buffer): void {
    if (this.#isOver || isGone(this.#response)) return;
    this.#bodyBytes += chunk.length;
    if ((this.#response as ServerResponse).write(chunk)) return;
    this.#wait(true);
    this.#controller.pause();
  }

  end(error: Error | null): void {
    if (this.#isOver) return;
    if (error !== null) {
      // A cut-off body must not look like a whole one.
      breakOff(this.#response);
      this.#settle(false);
      return;
    }
    this.#wait(true);
    this.#response.end(() => this.#settle(true));
  }

  #wait(isWaiting: boolean): void {
    this.isWaiting = isWaiting;
    if (this.#stall !== null) clearTimeout(this.#stall);
    this.#stall = null;
    if (!isWaiting || this.#isOver) return;
    this.#stall = setTimeout(() => {
      this.#options.onStall();
      breakOff(this.#response);
    }, this.#options.stallTimeoutMs);
  }

  #settle(isWhole: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#wait(false);
    this.#done({ bodyBytes: this.#bodyBytes, isWhole });
  }
}
