/**
 * Which site led to this document. Invariant: whoever is not known to be the person or the dashboard is foreign; what the
 * browser says of it (Sec-Fetch-Site) is shown to the server alone, which writes it into each document.
 */

/** The word for how a document was come to, as it stands in the document. */
const arrival = document.querySelector<HTMLMetaElement>('meta[name="culvert-arrival"]')?.content ?? "";

/** True where another site led here: a link, a form or a redirect of its. */
export const isForeignArrival = arrival !== "none" && arrival !== "same-origin";
