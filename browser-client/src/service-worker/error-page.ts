/**
 * The document that stands in for an answer of the app when there is none. It is whole in itself: no request for style
 * or script, a policy of its own, and where the fault may pass it tries its own address until the app answers.
 */
import { codes } from "@culvert/protocol";
import type { Failure } from "@culvert/protocol/http";
import { errorPageScript, errorPageStyle } from "./error-page-parts.ts";
import { comesBack, headingFor } from "./error-page-text.ts";
import { escapeAttribute } from "./shim-tag.ts";

/** Marks every answer that is ours and not the app's; its value is the failing code. */
export const errorHeader = "x-culvert-error";

/** Whom the page speaks of and who may frame it. */
export interface ErrorPageContext {
  readonly serviceName: string;
  readonly dashboardOrigin: string;
  readonly appViewUrl: string;
  readonly nonce: string;
  /** Only a GET may be tried again without asking. */
  readonly mayRetry: boolean;
}

/** The response for a failed navigation; its status is the code's. */
export function errorPage(failure: Failure, context: ErrorPageContext): Response {
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": policy(context),
    [errorHeader]: failure.code,
  };
  return new Response(errorDocument(failure, context), { status: codes[failure.code].httpStatus, headers });
}

/** The same failure for a request that no person looks at. */
export function errorAnswer(failure: Failure): Response {
  return new Response(`${failure.message}\n${failure.hint}\n`, {
    status: codes[failure.code].httpStatus,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", [errorHeader]: failure.code },
  });
}

function errorDocument(failure: Failure, context: ErrorPageContext): string {
  const retries = context.mayRetry && comesBack(failure.code);
  const nonce = escapeAttribute(context.nonce);
  const heading = escapeAttribute(headingFor(failure.code, context.serviceName));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${heading}</title>
<style nonce="${nonce}">${errorPageStyle}</style>
</head>
<body>
<main>
<p class="code">${escapeAttribute(failure.code)}</p>
<h1>${heading}</h1>
<p>${escapeAttribute(failure.message)}</p>
${failure.hint === "" ? "" : `<p class="hint">${escapeAttribute(failure.hint)}</p>`}
<p class="state" id="state" role="status">${retries ? "Trying again every second. This page reloads by itself." : ""}</p>
<p><button id="retry">Try again</button> <a href="${escapeAttribute(context.appViewUrl)}" target="_top">Open in Culvert</a></p>
</main>
<script nonce="${nonce}" data-retries="${retries}">${errorPageScript}</script>
</body>
</html>
`;
}

function policy(context: ErrorPageContext): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${context.nonce}'`,
    `style-src 'nonce-${context.nonce}'`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors 'self' ${context.dashboardOrigin}`,
  ].join("; ");
}
