// The first journey, docs/journeys/open.md: is there a case, open one, see what has to be done.
//
// CASES_TOKEN is an access token, CASES_SERVER where the service is.

import { client, newKey, Refused, tagOf } from "./client.js";

const PURPOSE = "ORGANISING_SERVICES";

const token = process.env["CASES_TOKEN"];
if (token === undefined) {
  throw new Error("CASES_TOKEN is an access token");
}
const cases = client({
  server: process.env["CASES_SERVER"] ?? "http://127.0.0.1:8080",
  token: () => token,
  language: "en",
});

/** The id of the person's case, or undefined where there is none for this officer to see. */
async function lookUp(identityCode: string): Promise<string | undefined> {
  const { data, error } = await cases.POST("/person-lookups", {
    params: { header: { "Purpose-Of-Use": PURPOSE } },
    body: { identityCode },
  });
  if (error !== undefined) {
    if (error.code === "not-found") {
      return undefined;
    }
    throw new Refused(error);
  }
  return data.caseId;
}

/** Open a case; the answer comes when the lists know it. */
async function open(identityCode: string): Promise<string> {
  const opened = await cases.POST("/cases", {
    params: { header: { "Idempotency-Key": newKey(), Prefer: "wait=5" } },
    body: {
      origin: "KELA_NOTICE",
      section: "84.2",
      learnedOn: "2025-01-30",
      person: {
        identityCode,
        names: { given: "Narges", family: "Ahmadi" },
        motherTongue: "fa",
        interpreterNeeded: true,
      },
    },
  });
  if (opened.error !== undefined) {
    throw new Refused(opened.error);
  }
  const { caseId } = opened.data;

  // The tag of this answer is what the next act is decided on.
  const basis = await cases.POST("/cases/{caseId}/residence-basis", {
    params: {
      path: { caseId },
      header: { "Idempotency-Key": newKey(), "If-Match": tagOf(opened.response) },
    },
    body: { kind: "RESIDENCE_PERMIT", firstGrantedOn: "2024-09-16", group: "OTHER" },
  });
  if (basis.error !== undefined) {
    throw new Refused(basis.error);
  }
  return caseId;
}

/** What has to be done in the case: a line each. */
async function dues(caseId: string): Promise<string[]> {
  const { data, error } = await cases.GET("/cases/{caseId}/dues", {
    params: { path: { caseId }, header: { "Purpose-Of-Use": PURPOSE } },
  });
  if (error !== undefined) {
    throw new Refused(error);
  }
  return data.dues.map((due) => `${due.title}, by ${due.by ?? "no fixed day"} (${due.section})`);
}

try {
  const code = process.argv[2] ?? "140392-9029";
  const caseId = (await lookUp(code)) ?? (await open(code));
  for (const line of await dues(caseId)) {
    console.log(line);
  }
} catch (refused) {
  if (!(refused instanceof Refused)) {
    throw refused;
  }
  console.error(refused.problem.code, refused.problem.title);
  for (const line of refused.lines) {
    console.error(line);
  }
  process.exitCode = 1;
}
