// A client whose paths, headers, bodies and answers have the types of docs/openapi.json.

import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./api.js";

export type Problem = components["schemas"]["Problem"];
export type Language = "fi" | "sv" | "en";

export interface Caller {
  /** Where the service is, such as http://127.0.0.1:8080. */
  readonly server: string;
  /** The access token, asked for anew for every request: tokens end. */
  readonly token: () => string | Promise<string>;
  /** The language of texts in answers. */
  readonly language: Language;
}

/** A client for one caller: every request is sent with the token and in the language of the caller. */
export function client(caller: Caller) {
  const everyRequest: Middleware = {
    async onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${await caller.token()}`);
      request.headers.set("Accept-Language", caller.language);
      return request;
    },
  };
  const made = createClient<paths>({ baseUrl: `${caller.server}/v1` });
  made.use(everyRequest);
  return made;
}

/** A key for an act: made when a form is opened, sent with every repeat of the same act. */
export function newKey(): string {
  return `"${crypto.randomUUID()}"`;
}

/** The tag of an answer, which is the If-Match of the next act. */
export function tagOf(response: Response): string {
  const tag = response.headers.get("ETag");
  if (tag === null) {
    throw new Error("an answer about a case has a tag");
  }
  return tag;
}

/** A refusal, thrown. Programs look at `problem.code`, people read what `lines` has. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
    this.name = "Refused";
  }

  /** A line for each place that is wrong: the place, what is wrong, and the latest lawful day. */
  get lines(): string[] {
    const bases = this.problem.legalBasis ?? [];
    return (this.problem.errors ?? []).map((error) => {
      const latest = bases.find((basis) => basis.rule === error.code)?.latest;
      const place = error.pointer ?? error.header ?? error.parameter ?? "";
      return `${place}: ${error.detail}${latest ? ` (${latest})` : ""}`;
    });
  }
}
